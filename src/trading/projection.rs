//! SQL tables made of the record, with their cursor in the same transaction: thrown away and
//! rebuilt at will.

use crate::db;
use crate::trading::journal::{Act, Batch, Committed, Entry};
use crate::trading::replica::{Replica, deal, face, phase_kind, premium_percent, shown_amount};
use crate::trading::wire::PhaseKind;
use matching::{Command, Outcome, Stage};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The cursor's name. Its number rises when the tables or a book's state hash change shape: the
/// next start then rebuilds them from the journal.
pub const NAME: &str = "trading/6";
/// Rows of one insert: SQLite takes 32,766 values in a statement.
const ROWS_MAX: usize = 1_000;
/// A disk that is full or locked for a moment is no reason to stop an auction.
const TRIES_MAX: u32 = 6;
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Rest after a write: a busy lot's state is then written ten times a second, not once a batch.
const GATHER: Duration = Duration::from_millis(100);

/// The entry the tables stand before; tables of another shape are emptied first.
pub async fn cursor(db: &SqlitePool) -> sqlx::Result<u64> {
    if let Some(next_n) = db::cursor(db, NAME).await? {
        return Ok(next_n as u64);
    }
    let mut tx = db.begin_with("begin immediate").await?;
    for empty in [
        "delete from bids",
        "delete from refusals",
        "delete from lot_states",
        "delete from projection_cursor where name like 'trading%'",
    ] {
        sqlx::query(empty).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(0)
}

/// Follows the record. `lots` holds the replicas as they stand at the cursor.
pub async fn run(db: SqlitePool, committed: Arc<Committed>, mut lots: Replicas, next_n: u64) {
    let mut tail = committed.tail(next_n);
    loop {
        let batches = tail.next().await;
        let rows = lots.take(batches.iter().flat_map(|batch: &Arc<Batch>| &batch.entries));
        let mut tries = 1;
        while let Err(error) = write(&db, &lots, &rows, tail.next_n()).await {
            tracing::error!(%error, tries, "the projections cannot be written");
            if tries == TRIES_MAX {
                tracing::error!("stopping; a restart goes on from the projections' cursor");
                std::process::exit(1);
            }
            tries += 1;
            tokio::time::sleep(RETRY_AFTER).await;
        }
        tokio::time::sleep(GATHER).await;
    }
}

/// The lots as the tables show them.
#[derive(Default)]
pub struct Replicas {
    by_lot: HashMap<Uuid, Replica>,
}

impl Replicas {
    pub fn apply(&mut self, entry: &Entry) {
        if let Some(replica) = Replica::new(entry) {
            self.by_lot.insert(entry.lot, replica);
        }
        if let Some(replica) = self.by_lot.get_mut(&entry.lot) {
            replica.apply(entry, false);
        }
    }

    pub fn get(&self, lot: Uuid) -> Option<&Replica> {
        self.by_lot.get(&lot)
    }

    /// A reader that is done with a lot keeps no copy of it.
    pub fn forget(&mut self, lot: Uuid) {
        self.by_lot.remove(&lot);
    }

    /// Takes entries in; the rows they add to the tables.
    pub fn take<'a>(&mut self, entries: impl Iterator<Item = &'a Entry>) -> Rows {
        let mut rows = Rows::default();
        for entry in entries {
            let replica = self.by_lot.get(&entry.lot);
            let phase = replica.and_then(|replica| phase_kind(&replica.book)).unwrap_or(PhaseKind::Open);
            let mut seq = replica.map_or(0, |replica| replica.book.seq());
            self.apply(entry);
            let events = match &entry.result {
                Err(refusal) => {
                    let paddle = entry.command().and_then(Command::signature).map_or(0, |(paddle, _)| paddle.0);
                    let (n, lot, at, code) = (entry.n, entry.lot, entry.at.0, refusal.code());
                    rows.refusals.push(RefusalColumns { n, lot, paddle, at, code });
                    continue;
                }
                Ok(events) => events,
            };
            rows.touched.insert(entry.lot);
            if let Act::Seat { account, command: Command::Admit { paddle, priority } } = &entry.act {
                rows.seats.push((entry.lot, *account, paddle.0, *priority));
            }
            for event in events {
                seq += u64::from(event.is_public());
                if let Some((paddle, amount, by_proxy)) = shown_amount(event) {
                    rows.bids.push(BidColumns {
                        lot: entry.lot,
                        seq,
                        n: entry.n,
                        paddle: paddle.0,
                        amount: amount.minor(),
                        at: entry.at.0,
                        by_proxy,
                        phase,
                    });
                }
            }
        }
        rows
    }

    /// What the tables should say of each lot.
    pub fn states(&self) -> impl Iterator<Item = (Uuid, StateColumns)> {
        self.by_lot.iter().map(|(lot, replica)| (*lot, StateColumns::of(replica)))
    }
}

/// What some entries add to the tables.
#[derive(Default)]
pub struct Rows {
    pub bids: Vec<BidColumns>,
    pub refusals: Vec<RefusalColumns>,
    /// Lot, account, paddle and priority.
    pub seats: Vec<(Uuid, Uuid, u32, Option<u8>)>,
    touched: BTreeSet<Uuid>,
}

/// A row of `bids`.
#[derive(Debug, PartialEq, Eq)]
pub struct BidColumns {
    pub lot: Uuid,
    pub seq: u64,
    pub n: u64,
    pub paddle: u32,
    pub amount: i64,
    pub at: i64,
    pub by_proxy: bool,
    pub phase: PhaseKind,
}

/// A row of `refusals`.
#[derive(Debug, PartialEq, Eq)]
pub struct RefusalColumns {
    pub n: u64,
    pub lot: Uuid,
    pub paddle: u32,
    pub at: i64,
    pub code: &'static str,
}

/// A row of `lot_states`, but for the lot.
#[derive(Debug, PartialEq, Eq)]
pub struct StateColumns {
    pub seq: u64,
    pub stage: &'static str,
    pub phase: Option<&'static str>,
    pub price: Option<i64>,
    pub leader: Option<u32>,
    pub bids: u64,
    pub opens_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub announced_at: i64,
    pub closed_at: Option<i64>,
    pub winner: Option<u32>,
    pub deal: Option<String>,
    pub premium: Option<String>,
    pub state_hash: String,
}

impl StateColumns {
    fn of(replica: &Replica) -> StateColumns {
        let state = face(replica);
        let sold = match replica.book.stage() {
            Stage::Closed(Outcome::Sold { paddle, price, .. }) => Some((paddle.0, *price)),
            _ => None,
        };
        let start = replica.book.terms().start_price;
        StateColumns {
            seq: state.seq,
            stage: state.stage.name(),
            phase: state.phase.map(PhaseKind::name),
            price: replica.book.top().map(|top| top.price.minor()),
            leader: state.leader,
            bids: state.bids,
            opens_at: state.opens_at,
            ends_at: state.ends_at,
            announced_at: replica.announced_at().0,
            closed_at: replica.closed_at().map(|moment| moment.0),
            winner: sold.map(|(paddle, _)| paddle),
            deal: deal(&replica.book).map(|deal| deal.to_string()),
            premium: sold.and_then(|(_, price)| premium_percent(start, price)),
            state_hash: format!("{:016x}", replica.book.state_hash()),
        }
    }
}

async fn write(db: &SqlitePool, lots: &Replicas, rows: &Rows, next_n: u64) -> sqlx::Result<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    for chunk in rows.bids.chunks(ROWS_MAX) {
        let mut insert =
            QueryBuilder::<Sqlite>::new("insert into bids (lot, seq, n, paddle, amount, at, by_proxy, phase) ");
        insert.push_values(chunk, |mut row, bid| {
            row.push_bind(bid.lot.to_string())
                .push_bind(bid.seq as i64)
                .push_bind(bid.n as i64)
                .push_bind(bid.paddle)
                .push_bind(bid.amount)
                .push_bind(bid.at)
                .push_bind(bid.by_proxy)
                .push_bind(bid.phase.name());
        });
        insert.build().execute(&mut *tx).await?;
    }
    for chunk in rows.refusals.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into refusals (n, lot, paddle, at, code) ");
        insert.push_values(chunk, |mut row, refusal| {
            row.push_bind(refusal.n as i64)
                .push_bind(refusal.lot.to_string())
                .push_bind(refusal.paddle)
                .push_bind(refusal.at)
                .push_bind(refusal.code);
        });
        insert.build().execute(&mut *tx).await?;
    }
    for (lot, account, paddle, priority) in &rows.seats {
        sqlx::query(
            "update applications set status = 'admitted', paddle = ?, priority = ? where lot = ? and account = ?",
        )
        .bind(paddle)
        .bind(priority)
        .bind(lot.to_string())
        .bind(account.to_string())
        .execute(&mut *tx)
        .await?;
    }
    for lot in &rows.touched {
        if let Some(replica) = lots.by_lot.get(lot) {
            write_state(&mut tx, *lot, &StateColumns::of(replica)).await?;
        }
    }
    db::move_cursor(&mut tx, NAME, next_n as i64).await?;
    tx.commit().await
}

async fn write_state(tx: &mut SqliteConnection, lot: Uuid, state: &StateColumns) -> sqlx::Result<()> {
    sqlx::query(
        "insert into lot_states (lot, seq, stage, phase, price, leader, bids, opens_at, ends_at, announced_at, closed_at,
           winner, deal, premium, state_hash)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (lot) do update set seq = excluded.seq, stage = excluded.stage, phase = excluded.phase,
           price = excluded.price, leader = excluded.leader, bids = excluded.bids, opens_at = excluded.opens_at,
           ends_at = excluded.ends_at, announced_at = excluded.announced_at, closed_at = excluded.closed_at,
           winner = excluded.winner, deal = excluded.deal, premium = excluded.premium,
           state_hash = excluded.state_hash",
    )
    .bind(lot.to_string())
    .bind(state.seq as i64)
    .bind(state.stage)
    .bind(state.phase)
    .bind(state.price)
    .bind(state.leader)
    .bind(state.bids as i64)
    .bind(state.opens_at)
    .bind(state.ends_at)
    .bind(state.announced_at)
    .bind(state.closed_at)
    .bind(state.winner)
    .bind(&state.deal)
    .bind(&state.premium)
    .bind(&state.state_hash)
    .execute(tx)
    .await?;
    Ok(())
}
