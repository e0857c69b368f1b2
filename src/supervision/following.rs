//! The watch over the record, off the floor's thread: a reader like any other. What it knows is made of the
//! journal and of `watch_facts` alone, merged by the journal's numbers; alerts, facts and its place are written in
//! one transaction. So it may be stopped anywhere, fall behind by any length or begin anew, and says the same. Its
//! keeper begins it anew when it falls.

use crate::db::{cursor, move_cursor, uuid};
use crate::error::ApiError;
use crate::supervision::facts::{Background, Reading, Told};
use crate::supervision::hearing::{LISTENED_EVERY, listen};
use crate::supervision::keeper::{FALLS_MAX, Ground};
use crate::supervision::kept::Kept;
use crate::supervision::scoring::Looking;
use crate::supervision::sources::{self, Sources, asked};
use crate::supervision::standing::{Doing, Spot, Standing};
use crate::trading::alert::{Alert, AlertState, Measure};
use crate::trading::feed::Feed;
use crate::trading::journal::{Act, Committed, Entry};
use ::watch::{Facts, TOGETHER, not_looked_at};
use matching::Command;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

/// The cursors' names: the entry the watch stands before, and the last kept fact it has looked at.
const NAME: &str = "watch";
const FACT: &str = "watch/fact";
/// The place is written this often though nothing was found: so much is read twice after a power cut.
const PLACE_EVERY: u64 = 4_096;
/// What cannot be written is tried again for as long as it takes: the watch stands still meanwhile, the floor does
/// not, and nothing is lost.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The watch, and where it stands.
pub struct Following {
    watch: Looking,
    reading: Reading,
    kept: Kept,
    backgrounds: HashMap<Uuid, Background>,
    standing: Arc<Standing>,
    /// What it fell over time and again, and does not look at.
    aside: HashSet<Spot>,
    next_n: u64,
    /// The last kept fact that was looked at.
    fact: i64,
    /// What follows an entry before this number was asked in an earlier life, and is kept.
    asked_n: u64,
    placed_n: u64,
}

/// What some entries made of it.
#[derive(Default)]
struct Found {
    alerts: Vec<::watch::Alert>,
    /// New facts.
    told: Vec<Told>,
    /// Notes they were made of, which may go.
    notes: Vec<i64>,
}

impl Following {
    /// Ready to read the journal from its start to [`Following::next_n`].
    pub async fn open(ground: &Ground, standing: Arc<Standing>) -> Result<Following, ApiError> {
        let db = &ground.db;
        let (next_n, fact) = (cursor(db, NAME).await?.unwrap_or(0) as u64, cursor(db, FACT).await?.unwrap_or(0));
        let asked_n: Option<i64> = sqlx::query_scalar("select max(n) + 1 from watch_facts").fetch_one(db).await?;
        Ok(Following {
            watch: Looking::new(ground.trained.clone(), next_n),
            reading: Reading::new(ground.marks.clone()),
            kept: Kept::open(&ground.tables).map_err(|_| ApiError::internal())?,
            backgrounds: sources::backgrounds(db).await?,
            standing,
            aside: set_aside(db).await?,
            next_n,
            fact,
            asked_n: asked_n.unwrap_or(0) as u64,
            placed_n: next_n,
        })
    }

    pub fn next_n(&self) -> u64 {
        self.next_n
    }

    /// Takes in an entry read before: its alerts were written then.
    pub fn replay(&mut self, entry: &Entry) {
        if entry.n >= self.next_n {
            return;
        }
        let mut known = Vec::new();
        self.recall(entry.n, self.fact, &mut known);
        if !self.may_look(Spot::of(entry)) {
            return;
        }
        let background = match &entry.act {
            Act::Publish(terms) => {
                let background = self.backgrounds.remove(&entry.lot).unwrap_or_default();
                self.watch.published(entry.lot, terms, &background);
                background
            }
            _ => Background::default(),
        };
        let (facts, _) = self.reading.read(entry, &background);
        facts.iter().for_each(|fact| self.watch.look(fact, &mut known));
    }

    /// Looks at the kept facts that stand before entry `n`, none of them beyond `last`.
    fn recall(&mut self, n: u64, last: i64, into: &mut Vec<::watch::Alert>) {
        self.standing.begins(Doing::Between);
        while let Some(row) = self.kept.next(n, last) {
            self.fact = self.fact.max(row.seq);
            if self.may_look(row.spot()) {
                self.watch.look(&row.fact, into);
            }
            self.standing.begins(Doing::Between);
        }
    }

    /// Names what comes next, so that a fall has a place; whether it was set aside after such falls.
    fn may_look(&self, spot: Spot) -> bool {
        self.standing.begins(Doing::Looking(spot));
        !self.aside.contains(&spot)
    }

    /// Looks at an entry for the first time.
    async fn entry(&mut self, sources: &Sources, entry: &Entry, found: &mut Found) {
        self.recall(entry.n, i64::MAX, &mut found.alerts);
        self.next_n = entry.n + 1;
        if !self.may_look(Spot::of(entry)) {
            return;
        }
        let background = match &entry.act {
            Act::Publish(terms) => {
                let background = asked(|| async { Ok(sources.background(entry.lot).await?) }).await.unwrap_or_default();
                self.watch.published(entry.lot, terms, &background);
                background
            }
            _ => Background::default(),
        };
        let (facts, questions) = self.reading.read(entry, &background);
        facts.iter().for_each(|fact| self.watch.look(fact, &mut found.alerts));
        for question in questions.iter().filter(|_| entry.n >= self.asked_n) {
            // Kept like any answer, so that whoever reads again is as blind there, and says so.
            let answer = asked(|| sources.answer(question)).await;
            for what in answer.unwrap_or_else(|| vec![question.unanswered()]) {
                let lot = if what.is_of_a_lot() { entry.lot } else { Uuid::nil() };
                let fact = Facts { lot, n: entry.n, at_ms: entry.at.0, what };
                self.watch.look(&fact, &mut found.alerts);
                found.told.push(Told { lot: entry.lot, place: entry.n, fact });
            }
        }
    }

    /// Looks at what happened beside the record since, after the last entry that was read.
    async fn listen(&mut self, sources: &Sources, found: &mut Found) -> Result<(), ApiError> {
        // A watch that begins anew first comes to where the kept facts end.
        let Some(place) = self.next_n.checked_sub(1).filter(|_| self.next_n >= self.asked_n) else { return Ok(()) };
        if self.standing.is_deaf() {
            return Ok(());
        }
        self.standing.begins(Doing::Listening);
        let heard = listen(sources, &self.reading, place, &self.standing).await?;
        for (seq, told) in heard.told {
            self.standing.begins(Doing::Hearing(seq));
            self.watch.look(&told.fact, &mut found.alerts);
            found.told.push(told);
        }
        found.notes = heard.notes;
        Ok(())
    }

    /// Follows the record; writes what is found and tells the supervisors. Returns only when it cannot begin.
    pub async fn run(mut self, sources: Sources, committed: Arc<Committed>, feed: Arc<Feed>) -> sqlx::Result<()> {
        self.watch.remember(&sources.db).await?;
        // What stands behind the last entry read before.
        self.recall(self.next_n, self.fact, &mut Vec::new());
        self.backgrounds = HashMap::new();
        let aside = self.aside.iter().map(|spot| not_looked_at(spot.lot, spot.n, spot.at_ms, FALLS_MAX)).collect();
        self.keep(&sources.db, &Found { alerts: aside, ..Found::default() }, &feed).await;
        let mut tail = committed.tail(self.next_n);
        let mut listening = tokio::time::interval(LISTENED_EVERY);
        listening.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut found = Found::default();
            tokio::select! {
                batches = tail.next() => {
                    for group in batches.iter().flat_map(|batch| batch.entries.chunks(TOGETHER)) {
                        if group.len() > 1 {
                            self.watch.fetch(group.iter().filter_map(place));
                        }
                        for entry in group {
                            self.entry(&sources, entry, &mut found).await;
                        }
                    }
                    self.recall(self.next_n, i64::MAX, &mut found.alerts);
                }
                _ = listening.tick() => {
                    if let Err(error) = self.listen(&sources, &mut found).await {
                        tracing::error!(code = %error.code, "what happened beside the record was not heard; asked again");
                    }
                }
            }
            self.keep(&sources.db, &found, &feed).await;
        }
    }

    /// Writes until it is written.
    async fn keep(&mut self, db: &SqlitePool, found: &Found, feed: &Feed) {
        self.standing.begins(Doing::Between);
        while let Err(error) = self.write(db, found, feed).await {
            tracing::error!(%error, at = self.next_n, "alerts cannot be written: the watch stands still and tries on");
            tokio::time::sleep(RETRY_AFTER).await;
        }
        self.standing.reached(self.next_n);
    }

    /// Alerts, facts and the place: all or none.
    async fn write(&mut self, db: &SqlitePool, found: &Found, feed: &Feed) -> sqlx::Result<()> {
        let nothing = found.alerts.is_empty() && found.told.is_empty() && found.notes.is_empty();
        if nothing && self.next_n - self.placed_n < PLACE_EVERY {
            return Ok(());
        }
        let mut tx = db.begin_with("begin immediate").await?;
        let mut fact = self.fact;
        for told in &found.told {
            fact += 1;
            sqlx::query("insert into watch_facts (seq, n, lot, fact) values (?, ?, ?, ?)")
                .bind(fact)
                .bind(told.place as i64)
                .bind(told.lot.to_string())
                .bind(json(&told.fact)?)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query("delete from watch_notes where seq in (select value from json_each(?))")
            .bind(json(&found.notes)?)
            .execute(&mut *tx)
            .await?;
        let mut raised = Vec::new();
        for alert in &found.alerts {
            raised.extend(insert(&mut tx, alert).await?);
        }
        for (name, at) in [(NAME, self.next_n as i64), (FACT, fact)] {
            move_cursor(&mut tx, name, at).await?;
        }
        tx.commit().await?;
        (self.fact, self.placed_n) = (fact, self.next_n);
        raised.into_iter().for_each(|alert| feed.alert(alert));
        Ok(())
    }
}

impl Spot {
    fn of(entry: &Entry) -> Spot {
        Spot { lot: entry.lot, n: entry.n, at_ms: entry.at.0, fact: None }
    }
}

/// The lot and the paddle whose memory a bid's look reads.
fn place(entry: &Entry) -> Option<(Uuid, u32)> {
    match entry.command()? {
        Command::Bid { paddle, .. } | Command::Proxy { paddle, .. } => Some((entry.lot, paddle.0)),
        _ => None,
    }
}

/// What earlier lives fell over time and again.
async fn set_aside(db: &SqlitePool) -> sqlx::Result<HashSet<Spot>> {
    let rows = sqlx::query("select n, fact, lot, at from watch_set_aside order by n, fact").fetch_all(db).await?;
    let spot = |row: &SqliteRow| {
        let fact = Some(row.try_get("fact")?).filter(|fact| *fact > 0);
        Ok(Spot { lot: uuid(row, "lot")?, n: row.try_get::<i64, _>("n")? as u64, at_ms: row.try_get("at")?, fact })
    };
    rows.iter().map(spot).collect()
}

fn json(value: &impl serde::Serialize) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// Which earlier lots' entries are among the evidence, as people call them.
#[derive(Default)]
struct Earlier {
    zh: String,
    en: String,
}

impl Earlier {
    async fn of(db: &mut SqliteConnection, entries: &[::watch::Entry]) -> sqlx::Result<Earlier> {
        let mut lots: Vec<Uuid> = Vec::new();
        for entry in entries {
            if !lots.contains(&entry.lot) {
                lots.push(entry.lot);
            }
        }
        if lots.is_empty() {
            return Ok(Earlier::default());
        }
        let mut numbers = Vec::new();
        for lot in lots {
            let number: Option<String> = sqlx::query_scalar("select number from lots where id = ?")
                .bind(lot.to_string())
                .fetch_optional(&mut *db)
                .await?;
            numbers.extend(number);
        }
        let (zh, en) = (numbers.join("、"), numbers.join(", "));
        Ok(Earlier {
            zh: format!("；并见此前标的{zh}的记录"),
            en: format!("; see also the records of earlier lots: {en}"),
        })
    }
}

/// The alert as it is told, unless it stands there already.
pub(super) async fn insert(db: &mut SqliteConnection, alert: &::watch::Alert) -> sqlx::Result<Option<Alert>> {
    let earlier = Earlier::of(db, &alert.earlier).await?;
    let (zh, en) = (alert.zh.clone() + &earlier.zh, alert.en.clone() + &earlier.en);
    let mut evidence: Vec<u64> =
        alert.evidence.iter().copied().chain(alert.earlier.iter().map(|entry| entry.n)).collect();
    evidence.sort_unstable();
    let measured =
        Measure { found: alert.measured.found, baseline: alert.measured.baseline, unit: alert.measured.unit };
    let id: Option<i64> = sqlx::query_scalar(
        "insert into alerts (n, at, lot, rule, level, zh, en, paddles, evidence, measured, about)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning id",
    )
    .bind(alert.n as i64)
    .bind(alert.at_ms)
    .bind(alert.lot.to_string())
    .bind(alert.rule.name())
    .bind(alert.level.name())
    .bind(&zh)
    .bind(&en)
    .bind(json(&alert.paddles)?)
    .bind(json(&evidence)?)
    .bind(json(&measured)?)
    .bind(alert.about as i64)
    .fetch_optional(&mut *db)
    .await?;
    let Some(id) = id else { return Ok(None) };
    let lot_number: Option<String> = sqlx::query_scalar("select number from lots where id = ?")
        .bind(alert.lot.to_string())
        .fetch_optional(&mut *db)
        .await?;
    Ok(Some(Alert {
        id,
        n: alert.n,
        at: alert.at_ms,
        lot: alert.lot,
        lot_number: lot_number.unwrap_or_default(),
        rule: alert.rule,
        level: alert.level,
        zh,
        en,
        paddles: alert.paddles.clone(),
        evidence,
        measured: Some(measured),
        state: AlertState::New,
        taken_by: None,
    }))
}
