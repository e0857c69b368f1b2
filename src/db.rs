//! sunbid.db: everything but the journal. Projections live here beside their cursor.

use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Row, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Readers beside the one writer SQLite allows.
const CONNECTIONS_MAX: u32 = 6;
/// How long a writer waits for another before the request fails.
const WAIT: Duration = Duration::from_secs(10);

pub async fn open(path: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(WAIT);
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).connect_with(options).await?;
    sqlx::migrate!("./migrations").run(&pool).await?;
    Ok(pool)
}

/// Where a reader of the record, or of the public events, stands: before this one. None where it never read.
pub async fn cursor<'e>(db: impl SqliteExecutor<'e>, name: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("select next_n from projection_cursor where name = ?").bind(name).fetch_optional(db).await
}

/// Moves a reader's cursor: in the transaction that writes what was read.
pub async fn move_cursor(tx: &mut SqliteConnection, name: &str, next_n: i64) -> sqlx::Result<()> {
    sqlx::query(
        "insert into projection_cursor (name, next_n)
         values (?, ?)
         on conflict (name) do update set next_n = excluded.next_n",
    )
    .bind(name)
    .bind(next_n)
    .execute(tx)
    .await?;
    Ok(())
}

/// A page's rows, and how many there are on all pages, which each row says as `total`: behind the last page the first
/// of all is asked.
pub async fn page<'q>(
    db: &SqlitePool,
    (limit, offset): (i64, i64),
    rows: impl Fn(i64, i64) -> Query<'q, Sqlite, SqliteArguments>,
) -> sqlx::Result<(Vec<SqliteRow>, u64)> {
    let found = rows(limit, offset).fetch_all(db).await?;
    let first = match found.is_empty() && offset > 0 {
        true => rows(1, 0).fetch_optional(db).await?,
        false => None,
    };
    let total = found.first().or(first.as_ref()).map_or(Ok(0), |row| row.try_get::<i64, _>("total"))?;
    Ok((found, total as u64))
}

/// What a table holds is not of the kind it was written as.
pub fn bad(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unreadable {what}").into())
}

pub fn uuid(row: &SqliteRow, column: &str) -> sqlx::Result<Uuid> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| bad(column))
}

/// As `uuid`, where there may be none.
pub fn uuid_or_none(row: &SqliteRow, column: &str) -> sqlx::Result<Option<Uuid>> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| bad(column))).transpose()
}

pub fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> sqlx::Result<T> {
    serde_json::from_str(&row.try_get::<String, _>(column)?).map_err(|_| bad(column))
}
