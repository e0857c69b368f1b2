//! Items and cases in SQL.

use crate::error::ApiResult;
use sqlx::SqlitePool;

/// How the last decided case of an item about a subject ended; `None` while nobody has decided.
pub async fn granted(db: &SqlitePool, item: &str, subject: &str) -> ApiResult<Option<bool>> {
    let outcome: Option<String> = sqlx::query_scalar(
        "select outcome from cases where item = ? and subject = ? and status = 'decided' order by decided_at desc limit 1",
    )
    .bind(item)
    .bind(subject)
    .fetch_optional(db)
    .await?;
    Ok(outcome.map(|outcome| outcome == "granted"))
}
