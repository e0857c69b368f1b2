//! 结案退还: a lot that has closed lets go, by itself, of every deposit that won nothing. Whose deposit stays
//! is the floor's word; what becomes of it is people's.

use super::acts::{self, Close, Reach};
use super::store;
use crate::app::App;
use crate::clock;
use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use crate::trading::replica::Replica;
use matching::{Moment, Outcome, Stage};
use sqlx::SqliteConnection;
use std::time::Duration;
use uuid::Uuid;

/// The law's time runs from the close; a bidder who has lost sees his refund at once.
const LOOKED_EVERY: Duration = Duration::from_secs(2);
/// Lots of one page of a look.
const PAGE_LOTS: i64 = 100;

/// With whom the deposits of a closed lot stay.
pub enum Stays {
    /// 竞得人, by paddle.
    Won(Vec<u32>),
    /// A session in which they traded with each other: whoever sat in it may owe for what he bought.
    Traded,
}

/// How a lot ended, for its deposits; nothing while it has not, or where the next method decides.
pub fn ended(replica: &Replica) -> Option<(Stays, Moment)> {
    let stays = match replica.book.stage() {
        Stage::Closed(Outcome::Sold { paddle, .. }) => Stays::Won(vec![paddle.0]),
        Stage::Closed(Outcome::Allotted { awards, .. }) => {
            Stays::Won(awards.iter().map(|award| award.paddle.0).collect())
        }
        Stage::Closed(Outcome::Traded { trades, .. }) if *trades > 0 => Stays::Traded,
        Stage::Closed(Outcome::Traded { .. } | Outcome::Unsold { .. } | Outcome::Terminated { .. }) => {
            Stays::Won(Vec::new())
        }
        _ => return None,
    };
    Some((stays, replica.closed_at()?))
}

/// The applications behind the paddles.
pub async fn numbers(db: &mut SqliteConnection, lot: Uuid, paddles: &[u32]) -> ApiResult<Vec<i64>> {
    let mut numbers = Vec::new();
    for paddle in paddles {
        let no: Option<i64> = sqlx::query_scalar("select no from applications where lot = ? and paddle = ?")
            .bind(lot.to_string())
            .bind(paddle)
            .fetch_optional(&mut *db)
            .await?;
        // The tables follow the floor by a moment.
        numbers.push(no.ok_or_else(ApiError::busy)?);
    }
    Ok(numbers)
}

async fn seated(db: &mut SqliteConnection, lot: Uuid) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar("select no from applications where lot = ? and paddle is not null")
        .bind(lot.to_string())
        .fetch_all(db)
        .await
}

pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(LOOKED_EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = look(&app).await {
            tracing::error!(code = %error.code, "the lots that have closed cannot be read");
        }
    }
}

/// Page by page; a lot that fails stops no other.
async fn look(app: &App) -> ApiResult<()> {
    let mut after = String::new();
    loop {
        // Closed by the tables, which then know every seat.
        let rows = sqlx::query(
            "select distinct d.lot from deposit_accounts d join lot_states s on s.lot = d.lot
             where d.state in ('issued', 'credited', 'held') and s.closed_at is not null and d.lot > ?
             order by d.lot limit ?",
        )
        .bind(&after)
        .bind(PAGE_LOTS)
        .fetch_all(&app.db)
        .await?;
        for row in &rows {
            let lot = uuid(row, "lot")?;
            after = lot.to_string();
            if let Err(error) = let_go(app, lot).await {
                tracing::error!(%lot, code = %error.code, "the deposits that won nothing are not on their way yet");
            }
        }
        if rows.len() < PAGE_LOTS as usize {
            return Ok(());
        }
    }
}

async fn let_go(app: &App, lot: Uuid) -> ApiResult<()> {
    let Some((stays, closed_at)) = app.feed.look(lot, ended).flatten() else { return Ok(()) };
    let mut db = app.db.acquire().await?;
    let winners = match stays {
        Stays::Won(paddles) => numbers(&mut db, lot, &paddles).await?,
        Stays::Traded => seated(&mut db, lot).await?,
    };
    // A winner's stays open until it is confirmed: that alone is no reason to write.
    let mut open = store::of_lot(&mut db, lot).await?.into_iter().filter(|opened| opened.account.state.is_open());
    if open.all(|opened| winners.contains(&opened.no)) {
        return Ok(());
    }
    drop(db);
    let close = Close { lot, winners: &winners, closed_at, reach: Reach::Losers, by: None };
    let mut tx = app.db.begin_with("begin immediate").await?;
    acts::settle(&mut tx, &app.calendar(), &close, clock::now()).await?;
    Ok(tx.commit().await?)
}
