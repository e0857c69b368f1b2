//! The publisher: follows the record and the staff's acts, and writes a release of each lot that changed,
//! with its place in the feed and both cursors, in one transaction.

use super::facts::{self, Written};
use super::ocds::Release;
use super::release::{body, ocid, tags};
use super::store::{self, Kind, New, Waiting, release_id};
use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::messages::iso;
use crate::trading::journal::{Act, Batch, Committed, Entry};
use crate::trading::projection::Replicas;
use matching::{Event, Moment, Outcome, Stage};
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Rest after a write: what a busy lot's bids change is published ten times a second, not once a bid. The
/// bids themselves stand one by one in the log beside the release.
const GATHER: Duration = Duration::from_millis(100);
/// How often the outbox is looked into while the floor is silent.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A disk that is full or locked for a moment is no reason to stop.
const TRIES_MAX: u32 = 6;
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Readings of the facts until no act of staff falls among them; each takes milliseconds.
const READINGS_MAX: usize = 32;

pub use store::cursor;

pub struct Publisher {
    db: SqlitePool,
    /// The lots as they stood at the cursor.
    lots: Replicas,
    /// What staff wrote of lots that are not over. It changes by the outbox alone.
    written: HashMap<Uuid, Arc<Written>>,
    site: Arc<str>,
}

/// What happened to a lot since it was last published.
#[derive(Clone, Copy)]
struct Touch {
    kind: Kind,
    at: Moment,
}

#[derive(Default, Clone)]
struct Touched(BTreeMap<Uuid, Touch>);

impl Touched {
    fn note(&mut self, lot: Uuid, kind: Kind, at: Moment) {
        let touch = self.0.entry(lot).or_insert(Touch { kind, at });
        touch.kind = touch.kind.max(kind);
        touch.at = touch.at.max(at);
    }
}

/// What an entry changes for the public, if anything.
fn kind(entry: &Entry) -> Option<Kind> {
    match entry.act {
        Act::Publish(_) => return Some(Kind::Published),
        // What is noted of a notice, the notice itself has told.
        Act::Note(_) => return None,
        Act::Seat { .. } | Act::Command(_) => {}
    }
    let of = |event: &Event| match event {
        Event::Closed { outcome: Outcome::Terminated { .. } } => Kind::Terminated,
        Event::Closed { .. } => Kind::Closed,
        Event::Suspended { .. } => Kind::Suspended,
        Event::Resumed { .. } => Kind::Resumed,
        Event::Bid { .. } | Event::Offered { .. } | Event::Stood { .. } => Kind::Bids,
        _ => Kind::Floor,
    };
    entry.result.iter().flatten().filter(|event| event.is_public()).map(of).max()
}

impl Publisher {
    pub fn new(db: SqlitePool, lots: Replicas, site: Arc<str>) -> Publisher {
        Publisher { db, lots, written: HashMap::new(), site }
    }

    /// Follows the record from entry `next_n` on.
    pub async fn run(mut self, committed: Arc<Committed>, next_n: u64) {
        let mut tail = committed.tail(next_n);
        loop {
            let batches: Vec<Arc<Batch>> = tokio::select! {
                batches = tail.next() => batches,
                () = tokio::time::sleep(LOOK_EVERY) => Vec::new(),
            };
            let mut touched = Touched::default();
            for entry in batches.iter().flat_map(|batch| &batch.entries) {
                self.lots.apply(entry);
                if let Some(kind) = kind(entry) {
                    touched.note(entry.lot, kind, entry.at);
                }
            }
            let mut tries = 1;
            while let Err(error) = self.publish(&touched, tail.next_n()).await {
                tracing::error!(error = error.en, tries, "open data cannot be written");
                if tries == TRIES_MAX {
                    tracing::error!("stopping; a restart goes on from the cursor of open data");
                    std::process::exit(1);
                }
                tries += 1;
                tokio::time::sleep(RETRY_AFTER).await;
            }
            if !batches.is_empty() {
                tokio::time::sleep(GATHER).await;
            }
        }
    }

    async fn publish(&mut self, touched: &Touched, next_n: u64) -> ApiResult<()> {
        let mut waiting = store::waiting(&self.db).await?;
        for _ in 0..READINGS_MAX {
            if touched.0.is_empty() && waiting.is_empty() {
                return self.pass(next_n).await;
            }
            let mut all = touched.clone();
            for one in &waiting {
                self.written.remove(&one.lot);
                all.note(one.lot, one.kind, one.at);
            }
            let mut drafts = Vec::new();
            for (lot, touch) in &all.0 {
                drafts.extend(self.draft(*lot, *touch).await?);
            }
            match self.write(drafts, &waiting, next_n).await? {
                None => return Ok(()),
                // Staff acted while the facts were read: they are read again.
                Some(now) => waiting = now,
            }
        }
        Err(ApiError::busy())
    }

    /// Entries that changed nothing for the public: only the cursor moves, and only if it has to.
    async fn pass(&self, next_n: u64) -> ApiResult<()> {
        if store::cursor(&self.db).await? == next_n {
            return Ok(());
        }
        let mut tx = self.db.begin_with("begin immediate").await?;
        store::move_cursor(&mut tx, next_n).await?;
        Ok(tx.commit().await?)
    }

    /// The release of a lot as it stands now; none before it is on the floor.
    async fn draft(&mut self, lot: Uuid, touch: Touch) -> ApiResult<Option<Draft>> {
        let Some(replica) = self.lots.get(lot) else { return Ok(None) };
        let written = match self.written.get(&lot) {
            Some(written) => written.clone(),
            None => match facts::written(&self.db, lot).await? {
                Some(written) => Arc::new(written),
                None => return Ok(None),
            },
        };
        match replica.book.stage() {
            Stage::Closed(_) => self.written.remove(&lot),
            _ => self.written.insert(lot, written.clone()),
        };
        let names = facts::names(&self.db, &written, replica).await?;
        Ok(Some(Draft { lot, touch, body: body(&written, replica, &names, &self.site) }))
    }

    /// Under the write lock: what stands in the outbox now is what stood there before the facts were read, so
    /// that facts and outbox are of one moment; else nothing is written, and that is told.
    async fn write(&self, drafts: Vec<Draft>, waiting: &[Waiting], next_n: u64) -> ApiResult<Option<Vec<Waiting>>> {
        let mut tx = self.db.begin_with("begin immediate").await?;
        let now = store::waiting(&mut *tx).await?;
        if now.iter().map(|one| one.n).ne(waiting.iter().map(|one| one.n)) {
            return Ok(Some(now));
        }
        for draft in drafts {
            let (version, content) = store::last(&mut tx, draft.lot).await?;
            if let Some(new) = draft.after(version, &content) {
                store::add(&mut tx, &new).await?;
            }
        }
        store::take_out(&mut tx, waiting).await?;
        store::move_cursor(&mut tx, next_n).await?;
        tx.commit().await?;
        Ok(None)
    }
}

/// A release without its number.
struct Draft {
    lot: Uuid,
    touch: Touch,
    body: super::ocds::Body,
}

impl Draft {
    /// The release that follows the last one; `None` where nothing is different.
    fn after(&self, version: i64, content: &[u8]) -> Option<New> {
        let text = serde_json::to_string(&self.body).expect("a release has no failing part");
        let new = Sha256::digest(&text).to_vec();
        if new == content {
            return None;
        }
        let (version, ocid) = (version + 1, ocid(self.lot));
        let release = Release {
            ocid: &ocid,
            id: release_id(&ocid, version),
            date: iso(self.touch.at),
            tag: tags(version, self.touch.kind, &self.body),
            initiation_type: "tender",
            language: "zh",
            body: &self.body,
        };
        let release = serde_json::to_string(&release).expect("a release has no failing part");
        let (lot, kind, at) = (self.lot, self.touch.kind, self.touch.at);
        Some(New { lot, version, kind, at, content: new, release })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_act_of_staff_among_the_readings_is_not_taken_for_read() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = crate::db::open(&dir.path().join("sunbid.db")).await.expect("a database");
        let publisher = Publisher::new(db.clone(), Replicas::default(), "https://bid.example.cn".into());
        let before = store::waiting(&db).await.expect("read");
        let act = "insert into open_outbox (lot, kind, at) values (?, 'contract', 5)";
        sqlx::query(act).bind(Uuid::nil().to_string()).execute(&db).await.expect("written");
        let told = publisher.write(Vec::new(), &before, 7).await.expect("no fault").expect("another outbox");
        assert_eq!(told.len(), 1, "it is told, and stays");
        assert_eq!(store::waiting(&db).await.expect("read").len(), 1);
        assert!(publisher.write(Vec::new(), &told, 7).await.expect("no fault").is_none());
        assert!(store::waiting(&db).await.expect("read").is_empty());
        assert_eq!(store::cursor(&db).await.expect("a cursor"), 7);
    }
}
