//! Keeps the watch going. It asks questions and stops nobody, so a fault in a rule ends the watch and never the
//! auction: the fall is told at once, and the watch begins anew from the record. What it falls over again and again
//! is set aside by name and told in red, an entry of the record or a note beside it; when neither is to blame, it
//! stands still and says since when.

use crate::clock;
use crate::error::ApiError;
use crate::supervision::closing::follow::Trained;
use crate::supervision::following::Following;
use crate::supervision::sources::Sources;
use crate::supervision::standing::{Doing, Spot, Standing};
use crate::trading::feed::Feed;
use crate::trading::journal::{Committed, Entry, scan_from};
use crate::trading::marks::Marks;
use sqlx::SqlitePool;
use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// So often it may fall at one place: a fault that comes of chance does not come three times there.
pub const FALLS_MAX: u32 = 3;
/// Events that are set aside in one life of the server; when more make it fall, no event is to blame.
const ASIDE_MAX: usize = 16;
/// The record is read anew no faster than this.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// What cannot be read or written is tried again for as long as it takes.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Where a watch is made from.
#[derive(Clone)]
pub struct Ground {
    pub db: SqlitePool,
    /// sunbid.db and journal.db, read beside those who write them.
    pub tables: PathBuf,
    pub journal: PathBuf,
    pub marks: Arc<Marks>,
    pub trained: Option<Arc<Trained>>,
}

pub struct Keeper {
    ground: Ground,
    standing: Arc<Standing>,
    falls: Falls,
    /// None: it fell, and begins anew.
    watch: Option<Following>,
}

impl Keeper {
    pub async fn open(ground: Ground) -> Result<Keeper, ApiError> {
        let standing = Arc::new(Standing::new(0));
        let watch = Following::open(&ground, standing.clone()).await?;
        standing.reached(watch.next_n());
        Ok(Keeper { ground, standing, falls: Falls::default(), watch: Some(watch) })
    }

    pub fn standing(&self) -> Arc<Standing> {
        self.standing.clone()
    }

    /// Takes in an entry of the first reading of the record.
    pub fn replay(&mut self, entry: &Entry) {
        let Some(watch) = &mut self.watch else { return };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| watch.replay(entry))) {
            self.watch = None;
            // The first fall is never the last: the record is read again when the server stands.
            let _ = self.count(panic);
        }
    }

    /// Follows the record for as long as the server runs.
    pub async fn run(mut self, sources: Sources, committed: Arc<Committed>, feed: Arc<Feed>) {
        loop {
            let (first, ground, standing) = (self.watch.take(), self.ground.clone(), self.standing.clone());
            let (sources, committed, feed) = (sources.clone(), committed.clone(), feed.clone());
            let life = tokio::spawn(async move {
                let watch = match first {
                    Some(watch) => watch,
                    None => anew(&ground, standing).await?,
                };
                Ok::<_, ApiError>(watch.run(sources, committed, feed).await?)
            });
            match life.await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => {
                    tracing::error!(code = %error.code, "the watch cannot read the record again; it tries on");
                    tokio::time::sleep(RETRY_AFTER).await;
                    continue;
                }
                // The server goes.
                Err(ended) if !ended.is_panic() => return,
                Err(ended) => match self.count(ended.into_panic()) {
                    Then::Again => {}
                    Then::SetAside(spot) => set_aside(&self.ground.db, spot).await,
                    Then::SetNoteAside(seq) => set_note_aside(&self.ground.db, seq).await,
                    Then::Deafen => {
                        tracing::error!("the watch no longer hears what happens beside the record");
                        self.standing.deafen();
                    }
                    Then::StandStill => {
                        tracing::error!(from_n = self.standing.next_n(), "the watch stands still; the auction goes on");
                        self.standing.stands_still();
                        return std::future::pending().await;
                    }
                },
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    fn count(&mut self, panic: Box<dyn Any + Send>) -> Then {
        let doing = self.standing.doing();
        self.standing.fell();
        let why = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
        let (why, from_n) = (why.unwrap_or("no word"), self.standing.next_n());
        tracing::error!(why, ?doing, from_n, "the watch fell and begins anew; the auction goes on");
        self.falls.after(doing)
    }
}

/// A watch that has read the record up to its place.
async fn anew(ground: &Ground, standing: Arc<Standing>) -> Result<Following, ApiError> {
    let mut watch = Following::open(ground, standing).await?;
    let journal = ground.journal.clone();
    let read = tokio::task::spawn_blocking(move || {
        let read = scan_from(&journal, 0, i64::MAX, |entries| {
            entries.iter().for_each(|entry| watch.replay(entry));
            entries.last().is_none_or(|last| last.n + 1 < watch.next_n())
        });
        read.inspect_err(|error| tracing::error!(%error, "journal")).map_err(|_| ApiError::internal())?;
        Ok(watch)
    });
    read.await.unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
}

/// Written before the watch begins anew: every later reading leaves out the same.
async fn set_aside(db: &SqlitePool, spot: Spot) {
    tracing::error!(n = spot.n, lot = %spot.lot, fact = spot.fact, "set aside: the watch does not look at it");
    while let Err(error) = write(db, spot).await {
        tracing::error!(%error, "what was set aside cannot be written; tried again");
        tokio::time::sleep(RETRY_AFTER).await;
    }
}

/// Taken away from those that wait, and kept for a person to look at. Nothing was made of it: no fact of it is kept, so
/// who reads the record again leaves it out as well. A later note of the same thing is heard as ever.
async fn set_note_aside(db: &SqlitePool, seq: i64) {
    tracing::error!(seq, "a note beside the record is set aside: a person must look at it");
    while let Err(error) = write_note(db, seq).await {
        tracing::error!(%error, "the note that was set aside cannot be written; tried again");
        tokio::time::sleep(RETRY_AFTER).await;
    }
}

async fn write_note(db: &SqlitePool, seq: i64) -> sqlx::Result<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    sqlx::query(
        "insert into watch_notes_aside (seq, at, kind, ref, aside_at)
         select seq, at, kind, ref, ? from watch_notes where seq = ?",
    )
    .bind(clock::now().0)
    .bind(seq)
    .execute(&mut *tx)
    .await?;
    sqlx::query("delete from watch_notes where seq = ?").bind(seq).execute(&mut *tx).await?;
    tx.commit().await
}

async fn write(db: &SqlitePool, spot: Spot) -> sqlx::Result<()> {
    sqlx::query(
        "insert into watch_set_aside (n, fact, lot, at, aside_at)
         values (?, ?, ?, ?, ?)
         on conflict do nothing",
    )
    .bind(spot.n as i64)
    .bind(spot.fact.unwrap_or(0))
    .bind(spot.lot.to_string())
    .bind(spot.at_ms)
    .bind(clock::now().0)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(Debug, PartialEq)]
enum Then {
    Again,
    SetAside(Spot),
    /// A note of what happened beside the record.
    SetNoteAside(i64),
    Deafen,
    StandStill,
}

/// How often it fell, and where.
#[derive(Default)]
struct Falls {
    at: HashMap<Doing, u32>,
    aside: usize,
}

impl Falls {
    fn after(&mut self, doing: Doing) -> Then {
        let times = self.at.entry(doing).or_default();
        *times += 1;
        if *times < FALLS_MAX {
            return Then::Again;
        }
        match doing {
            Doing::Looking(spot) if self.aside < ASIDE_MAX => {
                self.aside += 1;
                Then::SetAside(spot)
            }
            Doing::Hearing(seq) if self.aside < ASIDE_MAX => {
                self.aside += 1;
                Then::SetNoteAside(seq)
            }
            Doing::Hearing(_) | Doing::Listening => Then::Deafen,
            Doing::Looking(_) | Doing::Between => Then::StandStill,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn spot(n: u64) -> Spot {
        Spot { lot: Uuid::nil(), n, at_ms: 0, fact: None }
    }

    #[test]
    fn an_event_is_set_aside_at_the_third_fall_over_it_and_no_other_is() {
        let mut falls = Falls::default();
        for _ in 1..FALLS_MAX {
            assert_eq!(falls.after(Doing::Looking(spot(7))), Then::Again);
            assert_eq!(falls.after(Doing::Looking(spot(9))), Then::Again);
        }
        assert_eq!(falls.after(Doing::Looking(spot(7))), Then::SetAside(spot(7)));
        assert_eq!(falls.after(Doing::Looking(Spot { fact: Some(1), ..spot(7) })), Then::Again);
    }

    #[test]
    fn a_note_is_set_aside_at_the_third_fall_over_it_and_the_next_is_heard() {
        let mut falls = Falls::default();
        let fall = |falls: &mut Falls, seq| (0..FALLS_MAX).map(|_| falls.after(Doing::Hearing(seq))).last();
        assert_eq!(fall(&mut falls, 5), Some(Then::SetNoteAside(5)));
        assert_eq!(falls.after(Doing::Hearing(6)), Then::Again);
    }

    #[test]
    fn a_watch_that_falls_everywhere_or_nowhere_in_particular_stands_still() {
        let mut falls = Falls::default();
        let fall = |falls: &mut Falls, doing| (0..FALLS_MAX).map(|_| falls.after(doing)).last();
        for n in 0..ASIDE_MAX as u64 {
            assert_eq!(fall(&mut falls, Doing::Looking(spot(n))), Some(Then::SetAside(spot(n))));
        }
        assert_eq!(fall(&mut falls, Doing::Looking(spot(99))), Some(Then::StandStill));
        assert_eq!(fall(&mut falls, Doing::Listening), Some(Then::Deafen));
        assert_eq!(fall(&mut falls, Doing::Hearing(1)), Some(Then::Deafen));
        assert_eq!(fall(&mut falls, Doing::Between), Some(Then::StandStill));
    }
}
