//! What was published, in SQL: added to, read in order, never changed.

use super::release;
use crate::db::{self, bad};
use crate::error::ApiResult;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqliteExecutor, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

/// The publisher's cursor in `projection_cursor`. It is never begun anew: what was published stays.
const CURSOR: &str = "open";
/// Acts taken from the outbox at once.
const WAITING_MAX: i64 = 500;

macro_rules! kinds {
    ($($(#[$doc:meta])* $case:ident $name:literal;)*) => {
        /// What happened. Of several at once the last in this list gives its name.
        #[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = OpenKind)]
        pub enum Kind { $($(#[$doc])* $case,)* }

        impl Kind {
            const ALL: &[Kind] = &[$(Kind::$case,)*];

            pub fn name(self) -> &'static str {
                match self { $(Kind::$case => $name,)* }
            }

            pub fn from_name(name: &str) -> Option<Kind> {
                Kind::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

kinds! {
    Bids "bids";
    /// A phase began, the opening was moved, a method told something.
    Floor "floor";
    Notice "notice";
    /// 更正: a corrected notice stands beside the one it corrects.
    Correction "correction";
    Suspended "suspended";
    Resumed "resumed";
    Closed "closed";
    Terminated "terminated";
    /// Reviewed, confirmed, made public, void or in default.
    Award "award";
    Contract "contract";
    Published "published";
}

/// A line of the feed.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenChange)]
pub struct Change {
    /// Rises by one with each commit: no number is ever missing, and none appears late.
    pub n: i64,
    pub ocid: String,
    pub kind: Kind,
    pub at: i64,
    /// The release's id.
    pub release: String,
    pub version: i64,
}

fn change(row: &SqliteRow) -> sqlx::Result<Change> {
    let (ocid, version): (String, i64) = (row.try_get("ocid")?, row.try_get("version")?);
    Ok(Change {
        n: row.try_get("n")?,
        kind: Kind::from_name(&row.try_get::<String, _>("kind")?).ok_or_else(|| bad("kind"))?,
        at: row.try_get("at")?,
        release: release_id(&ocid, version),
        ocid,
        version,
    })
}

/// Unique for ever: a version is written once.
pub fn release_id(ocid: &str, version: i64) -> String {
    format!("{ocid}-{version}")
}

pub async fn cursor(db: &SqlitePool) -> sqlx::Result<u64> {
    Ok(db::cursor(db, CURSOR).await?.unwrap_or(0) as u64)
}

pub async fn move_cursor(tx: &mut SqliteConnection, next_n: u64) -> sqlx::Result<()> {
    db::move_cursor(tx, CURSOR, next_n as i64).await
}

/// An act of staff that waits to be published.
pub struct Waiting {
    pub n: i64,
    pub lot: Uuid,
    pub kind: Kind,
    pub at: Moment,
}

pub async fn waiting<'e>(db: impl SqliteExecutor<'e>) -> sqlx::Result<Vec<Waiting>> {
    let rows = sqlx::query("select * from open_outbox order by n limit ?").bind(WAITING_MAX).fetch_all(db).await?;
    let read = |row: &SqliteRow| {
        Ok(Waiting {
            n: row.try_get("n")?,
            lot: crate::db::uuid(row, "lot")?,
            kind: Kind::from_name(&row.try_get::<String, _>("kind")?).ok_or_else(|| bad("kind"))?,
            at: Moment(row.try_get("at")?),
        })
    };
    rows.iter().map(read).collect()
}

pub async fn take_out(tx: &mut SqliteConnection, waiting: &[Waiting]) -> sqlx::Result<()> {
    for one in waiting {
        sqlx::query("delete from open_outbox where n = ?").bind(one.n).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Version and content of what was published of a lot last; 0 and nothing before the first.
pub async fn last(tx: &mut SqliteConnection, lot: Uuid) -> sqlx::Result<(i64, Vec<u8>)> {
    let row = sqlx::query("select version, content from open_changes where lot = ? order by version desc limit 1")
        .bind(lot.to_string())
        .fetch_optional(tx)
        .await?;
    row.map_or(Ok((0, Vec::new())), |row| Ok((row.try_get("version")?, row.try_get("content")?)))
}

/// A release about to be published.
pub struct New {
    pub lot: Uuid,
    pub version: i64,
    pub kind: Kind,
    pub at: Moment,
    pub content: Vec<u8>,
    pub release: String,
}

pub async fn add(tx: &mut SqliteConnection, new: &New) -> sqlx::Result<()> {
    sqlx::query(
        "insert into open_changes (lot, ocid, version, kind, at, content, release) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.lot.to_string())
    .bind(release::ocid(new.lot))
    .bind(new.version)
    .bind(new.kind.name())
    .bind(new.at.0)
    .bind(&new.content)
    .bind(&new.release)
    .execute(tx)
    .await?;
    Ok(())
}

/// The feed after `after`, and the newest number there is.
pub async fn changes(db: &SqlitePool, after: i64, limit: i64) -> ApiResult<(Vec<Change>, i64)> {
    let mut tx = db.begin().await?;
    let rows = sqlx::query("select n, ocid, version, kind, at from open_changes where n > ? order by n limit ?")
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *tx)
        .await?;
    let latest: Option<i64> = sqlx::query_scalar("select max(n) from open_changes").fetch_one(&mut *tx).await?;
    Ok((rows.iter().map(change).collect::<sqlx::Result<_>>()?, latest.unwrap_or(0)))
}

/// A stored release and its place.
pub struct Stored {
    pub n: i64,
    pub ocid: String,
    pub version: i64,
    pub release: String,
}

fn stored(row: &SqliteRow) -> sqlx::Result<Stored> {
    Ok(Stored {
        n: row.try_get("n")?,
        ocid: row.try_get("ocid")?,
        version: row.try_get("version")?,
        release: row.try_get("release")?,
    })
}

/// Of a page of releases: the release of a lot with hundreds of bidders is a few hundred KB.
const PAGE_BYTES_MAX: usize = 2 << 20;

/// As many of the first as a page may weigh, at least one; whether there may be more.
fn page(rows: &[SqliteRow], limit: i64) -> ApiResult<(Vec<Stored>, bool)> {
    let (mut page, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let one = stored(row)?;
        bytes += one.release.len();
        if bytes > PAGE_BYTES_MAX && !page.is_empty() {
            return Ok((page, true));
        }
        page.push(one);
    }
    let may_be_more = page.len() as i64 == limit;
    Ok((page, may_be_more))
}

/// Releases of all lots after change `after`, in the feed's order; whether there may be more.
pub async fn releases(db: &SqlitePool, after: i64, limit: i64) -> ApiResult<(Vec<Stored>, bool)> {
    let rows = sqlx::query("select n, ocid, version, release from open_changes where n > ? order by n limit ?")
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?;
    page(&rows, limit)
}

/// Releases of one lot after version `after`.
pub async fn releases_of(db: &SqlitePool, lot: Uuid, after: i64, limit: i64) -> ApiResult<(Vec<Stored>, bool)> {
    let rows = sqlx::query(
        "select n, ocid, version, release from open_changes where lot = ? and version > ? order by version limit ?",
    )
    .bind(lot.to_string())
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    page(&rows, limit)
}

/// The newest release of each of the lots that were published after change `after`, by their first
/// change: a lot's place in this list never moves.
pub async fn newest(db: &SqlitePool, after: i64, limit: i64) -> ApiResult<(Vec<Stored>, bool)> {
    let rows = sqlx::query(
        "select f.n, f.ocid, l.version, l.release from open_changes f
         join open_changes l on l.lot = f.lot
           and l.version = (select max(version) from open_changes m where m.lot = f.lot)
         where f.version = 1 and f.n > ? order by f.n limit ?",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    page(&rows, limit)
}

pub async fn newest_of(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<String>> {
    let release = sqlx::query_scalar("select release from open_changes where lot = ? order by version desc limit 1")
        .bind(lot.to_string())
        .fetch_optional(db)
        .await?;
    Ok(release)
}

/// What a record tells of a release it links to.
pub struct Linked {
    pub version: i64,
    pub date: String,
    /// A JSON list.
    pub tag: String,
}

/// In the very words of its index, so that no release is read for it.
const LINKS: &str = "select version, release ->> '$.date' as date, release -> '$.tag' as tag from open_changes
     where lot = ? order by version desc limit ?";

/// The newest releases of a lot, oldest of them first.
pub async fn links(db: &SqlitePool, lot: Uuid, limit: i64) -> ApiResult<Vec<Linked>> {
    let rows = sqlx::query(LINKS).bind(lot.to_string()).bind(limit).fetch_all(db).await?;
    let read = |row: &SqliteRow| {
        Ok::<_, sqlx::Error>(Linked {
            version: row.try_get("version")?,
            date: row.try_get("date")?,
            tag: row.try_get("tag")?,
        })
    };
    Ok(rows.iter().rev().map(read).collect::<sqlx::Result<_>>()?)
}

/// How much there is.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCounts)]
pub struct Counts {
    pub lots: i64,
    /// Releases, and so changes: the newest number.
    pub releases: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<i64>,
}

pub async fn counts(db: &SqlitePool) -> ApiResult<Counts> {
    let row = sqlx::query(
        "select (select count(*) from open_changes where version = 1) as lots,
           (select coalesce(max(n), 0) from open_changes) as releases,
           (select at from open_changes order by n desc limit 1) as last_at",
    )
    .fetch_one(db)
    .await?;
    Ok(Counts { lots: row.try_get("lots")?, releases: row.try_get("releases")?, last_at: row.try_get("last_at")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_links_of_a_record_are_read_from_an_index_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = crate::db::open(&dir.path().join("sunbid.db")).await.expect("a database");
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("explain query plan {LINKS}")));
        let rows = plan.bind("a lot").bind(100).fetch_all(&db).await.expect("a plan");
        let steps: Vec<String> = rows.iter().map(|row| row.try_get("detail").expect("a step")).collect();
        assert!(steps.len() == 1 && steps[0].contains("COVERING INDEX open_changes_links"), "{steps:?}");
    }
}
