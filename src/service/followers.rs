//! Followers of the public events: who takes them in, each from a place of its own that is kept in the
//! transaction that takes them.

use crate::db::{bad, move_cursor, uuid};
use crate::error::ApiResult;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use std::time::Duration;
use uuid::Uuid;

/// Events taken at once.
const EVENTS_MAX: i64 = 200;
/// How long after an event its followers may look away.
pub const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A lot came on the floor.
    Lot,
    Notice,
    /// A lot is over.
    Result,
    Item,
    /// A question was answered, or its answer corrected.
    Answer,
}

impl EventKind {
    const ALL: [EventKind; 5] =
        [EventKind::Lot, EventKind::Notice, EventKind::Result, EventKind::Item, EventKind::Answer];

    pub fn name(self) -> &'static str {
        match self {
            EventKind::Lot => "lot",
            EventKind::Notice => "notice",
            EventKind::Result => "result",
            EventKind::Item => "item",
            EventKind::Answer => "answer",
        }
    }
}

/// Something that became public.
#[derive(Debug, Clone)]
pub struct PublicEvent {
    pub n: i64,
    pub kind: EventKind,
    /// The lot's or notice's id; code/version of an item; question/version of an answer.
    pub reference: String,
    pub lot: Option<Uuid>,
    pub at: i64,
}

pub fn event(row: &SqliteRow) -> sqlx::Result<PublicEvent> {
    let kind: String = row.try_get("kind")?;
    let lot: Option<String> = row.try_get("lot")?;
    Ok(PublicEvent {
        n: row.try_get("n")?,
        kind: EventKind::ALL.into_iter().find(|one| one.name() == kind).ok_or_else(|| bad("kind"))?,
        reference: row.try_get("ref")?,
        lot: lot.map(|_| uuid(row, "lot")).transpose()?,
        at: row.try_get("at")?,
    })
}

/// The next events of a follower, in order.
pub async fn next(db: &SqlitePool, follower: &str) -> ApiResult<Vec<PublicEvent>> {
    let rows = sqlx::query(
        "select * from public_events
         where n >= coalesce((select next_n from projection_cursor where name = ?), 0)
         order by n limit ?",
    )
    .bind(follower)
    .bind(EVENTS_MAX)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(event).collect::<sqlx::Result<_>>()?)
}

/// The follower has taken everything before `next_n`: said in the transaction that took it.
pub async fn took(tx: &mut Transaction<'_, Sqlite>, follower: &str, next_n: i64) -> ApiResult<()> {
    Ok(move_cursor(tx, follower, next_n).await?)
}
