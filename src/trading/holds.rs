//! 监督中止: a lot that supervision ordered to stand still. Whoever orders it writes the hold and lets it go; here it
//! is only looked at, before a lot goes on or is ended.

use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use matching::Moment;
use sqlx::{Row, SqliteConnection, SqliteExecutor, SqlitePool};
use uuid::Uuid;

/// Holds looked through at a time: far above what a city's supervisors order in a day.
const HOLDS_MAX: i64 = 1_000;

/// Written with the order, before the floor is asked.
pub async fn hold(db: &mut SqliteConnection, lot: Uuid, held_by: &str, now: Moment) -> sqlx::Result<()> {
    sqlx::query("insert into lot_holds (held_by, lot, held_at) values (?, ?, ?)")
        .bind(held_by)
        .bind(lot.to_string())
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn release(db: &mut SqliteConnection, held_by: &str, now: Moment) -> sqlx::Result<()> {
    sqlx::query("update lot_holds set released_at = ? where held_by = ? and released_at is null")
        .bind(now.0)
        .bind(held_by)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether it was not let go.
pub async fn stands<'e>(db: impl SqliteExecutor<'e>, held_by: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select 1 from lot_holds where held_by = ? and released_at is null)")
        .bind(held_by)
        .fetch_one(db)
        .await
}

/// Refuses what would let a held lot go on, or end it before anybody has looked.
pub async fn not_held(db: &SqlitePool, lot: Uuid) -> ApiResult<()> {
    let held_by: Option<String> =
        sqlx::query_scalar("select held_by from lot_holds where lot = ? and released_at is null order by held_at")
            .bind(lot.to_string())
            .fetch_optional(db)
            .await?;
    let Some(order) = held_by else { return Ok(()) };
    Err(ApiError {
        code: "LOT_HELD".into(),
        ..ApiError::conflict(
            &format!("该标的依监督指令{order}中止，须待指令的答复被采纳或指令被撤销后方可恢复或终止"),
            &format!(
                "order {order} holds this lot: it goes on, or ends, once the answer is accepted or the order is lifted"
            ),
        )
    })
}

/// Every hold there is: the lot and the order.
pub async fn standing(db: &SqlitePool) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows =
        sqlx::query("select lot, held_by from lot_holds where released_at is null order by held_at desc limit ?")
            .bind(HOLDS_MAX)
            .fetch_all(db)
            .await?;
    rows.iter().map(|row| Ok((uuid(row, "lot")?, row.try_get("held_by")?))).collect()
}
