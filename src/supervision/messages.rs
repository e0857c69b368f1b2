//! What supervision tells people of offices: a line each, with where it leads.

use crate::error::ApiResult;
use matching::Moment;
use serde::Serialize;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

/// Lines shown, the newest first.
const SHOWN_MAX: i64 = 100;

#[derive(Serialize, ToSchema)]
pub struct DeskMessage {
    pub id: i64,
    pub at: i64,
    pub zh: String,
    pub en: String,
    /// An address of this platform's pages.
    pub path: String,
}

pub async fn tell(
    db: &mut SqliteConnection,
    account: Uuid,
    (zh, en): (&str, &str),
    path: &str,
    now: Moment,
) -> ApiResult<()> {
    sqlx::query("insert into desk_messages (account, at, zh, en, path) values (?, ?, ?, ?, ?)")
        .bind(account.to_string())
        .bind(now.0)
        .bind(zh)
        .bind(en)
        .bind(path)
        .execute(db)
        .await?;
    Ok(())
}

/// One line to every supervisor.
pub async fn tell_supervisors(
    db: &mut SqliteConnection,
    words: (&str, &str),
    path: &str,
    now: Moment,
) -> ApiResult<()> {
    tell_role(db, "supervisor", words, path, now).await
}

/// One line to whoever stands above supervision: the platform's administrators.
pub async fn tell_administrators(
    db: &mut SqliteConnection,
    words: (&str, &str),
    path: &str,
    now: Moment,
) -> ApiResult<()> {
    tell_role(db, "admin", words, path, now).await
}

async fn tell_role(
    db: &mut SqliteConnection,
    role: &str,
    words: (&str, &str),
    path: &str,
    now: Moment,
) -> ApiResult<()> {
    let all: Vec<String> = sqlx::query_scalar("select id from accounts where role = ? and disabled = 0")
        .bind(role)
        .fetch_all(&mut *db)
        .await?;
    for account in all {
        let account = account.parse().map_err(|_| crate::db::bad("account"))?;
        tell(db, account, words, path, now).await?;
    }
    Ok(())
}

pub async fn of(db: &SqlitePool, account: Uuid) -> ApiResult<Vec<DeskMessage>> {
    let rows = sqlx::query("select * from desk_messages where account = ? order by id desc limit ?")
        .bind(account.to_string())
        .bind(SHOWN_MAX)
        .fetch_all(db)
        .await?;
    let message = |row: &sqlx::sqlite::SqliteRow| {
        Ok(DeskMessage {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            zh: row.try_get("zh")?,
            en: row.try_get("en")?,
            path: row.try_get("path")?,
        })
    };
    Ok(rows.iter().map(message).collect::<sqlx::Result<_>>()?)
}
