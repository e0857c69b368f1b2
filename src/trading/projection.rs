//! SQL tables made of the record, with their cursor in the same transaction: thrown away and
//! rebuilt at will.

use crate::trading::journal::{Act, Batch, Committed, Entry};
use crate::trading::replica::{Replica, face, phase_kind};
use crate::trading::wire::PhaseKind;
use matching::{Command, Event};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

const NAME: &str = "trading";
/// Rows of one insert: SQLite takes 32,766 values in a statement.
const ROWS_MAX: usize = 1_000;

/// The entry the tables stand before.
pub async fn cursor(db: &SqlitePool) -> sqlx::Result<u64> {
    let next_n: Option<i64> =
        sqlx::query_scalar("select next_n from projection_cursor where name = ?").bind(NAME).fetch_optional(db).await?;
    Ok(next_n.unwrap_or(0) as u64)
}

/// Follows the record. `lots` holds the replicas as they stand at the cursor.
pub async fn run(db: SqlitePool, committed: Arc<Committed>, mut lots: Replicas, next_n: u64) {
    let mut tail = committed.tail(next_n);
    while let Some(batches) = tail.next().await {
        if let Err(error) = take(&db, &mut lots, &batches, tail.next_n()).await {
            tracing::error!(%error, "the projections cannot be written; stopping, a restart goes on from their cursor");
            std::process::exit(1);
        }
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

    /// What the tables should say of each lot: its sequence number, bids and state hash.
    pub fn expected(&self) -> impl Iterator<Item = (Uuid, u64, u64, String)> {
        self.by_lot.iter().map(|(lot, replica)| (*lot, replica.book.seq(), replica.book.bids(), state_hash(replica)))
    }
}

struct BidColumns {
    lot: Uuid,
    seq: u64,
    n: u64,
    paddle: u32,
    amount: i64,
    at: i64,
    by_proxy: bool,
    phase: PhaseKind,
}

async fn take(db: &SqlitePool, lots: &mut Replicas, batches: &[Arc<Batch>], next_n: u64) -> sqlx::Result<()> {
    let mut bids = Vec::new();
    let mut refused = Vec::new();
    let mut seats = Vec::new();
    let mut touched = BTreeMap::new();
    for entry in batches.iter().flat_map(|batch| &batch.entries) {
        let phase =
            lots.by_lot.get(&entry.lot).and_then(|replica| phase_kind(&replica.book)).unwrap_or(PhaseKind::Open);
        let mut seq = lots.by_lot.get(&entry.lot).map_or(0, |replica| replica.book.seq());
        lots.apply(entry);
        match &entry.result {
            Err(_) => refused.push(entry),
            Ok(events) => {
                touched.insert(entry.lot, ());
                if let Act::Seat { account, command: Command::Admit { paddle, priority } } = &entry.act {
                    seats.push((entry.lot, *account, paddle.0, *priority));
                }
                for event in events {
                    seq += u64::from(event.is_public());
                    if let Event::Bid { paddle, amount, by_proxy, .. } = event {
                        bids.push(BidColumns {
                            lot: entry.lot,
                            seq,
                            n: entry.n,
                            paddle: paddle.0,
                            amount: amount.minor(),
                            at: entry.at.0,
                            by_proxy: *by_proxy,
                            phase,
                        });
                    }
                }
            }
        }
    }

    let mut tx = db.begin_with("begin immediate").await?;
    for chunk in bids.chunks(ROWS_MAX) {
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
    for chunk in refused.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into refusals (n, lot, paddle, at, code) ");
        insert.push_values(chunk, |mut row, entry| {
            let paddle = entry.command().and_then(Command::signature).map_or(0, |(paddle, _)| paddle.0);
            let code = entry.result.as_ref().err().map_or("", matching::Refusal::code);
            row.push_bind(entry.n as i64)
                .push_bind(entry.lot.to_string())
                .push_bind(paddle)
                .push_bind(entry.at.0)
                .push_bind(code);
        });
        insert.build().execute(&mut *tx).await?;
    }
    for (lot, account, paddle, priority) in seats {
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
    for lot in touched.keys() {
        write_state(&mut tx, lots, *lot).await?;
    }
    sqlx::query("insert into projection_cursor (name, next_n) values (?, ?) on conflict (name) do update set next_n = excluded.next_n")
        .bind(NAME)
        .bind(next_n as i64)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

async fn write_state(tx: &mut SqliteConnection, lots: &Replicas, lot: Uuid) -> sqlx::Result<()> {
    let Some(replica) = lots.by_lot.get(&lot) else { return Ok(()) };
    let state = face(replica);
    let top = replica.book.top();
    sqlx::query(
        "insert into lot_states (lot, seq, stage, phase, price, leader, bids, opens_at, ends_at, state_hash)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (lot) do update set seq = excluded.seq, stage = excluded.stage, phase = excluded.phase,
           price = excluded.price, leader = excluded.leader, bids = excluded.bids, opens_at = excluded.opens_at,
           ends_at = excluded.ends_at, state_hash = excluded.state_hash",
    )
    .bind(lot.to_string())
    .bind(state.seq as i64)
    .bind(state.stage.name())
    .bind(state.phase.map(PhaseKind::name))
    .bind(top.map(|top| top.price.minor()))
    .bind(state.leader)
    .bind(state.bids as i64)
    .bind(state.opens_at)
    .bind(state.ends_at)
    .bind(state_hash(replica))
    .execute(tx)
    .await?;
    Ok(())
}

fn state_hash(replica: &Replica) -> String {
    format!("{:016x}", replica.book.state_hash())
}
