//! 中止指令 on its way to the floor: sent once, whenever the server stops between.
//!
//! The intention is written with the order, then the floor is asked, then its word is kept. An intention found
//! without a word is looked up in the record: what the floor has done is noted, what it has not is sent.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::supervision::dispatch::store::{self, KeptOrder};
use crate::trading::holds;
use crate::trading::journal::scan_from;
use crate::trading::life::dues::{self, Word};
use crate::trading::store as lots;
use matching::{Command, Moment, Stage};
use sqlx::Row;
use uuid::Uuid;

/// An intention younger than this has its request still with it: the floor answers in milliseconds.
const LEFT_BEHIND_MS: i64 = 30_000;
/// Intentions of one page.
const PAGE: i64 = 200;
/// Batches of the record searched for one order: at a batch a millisecond, hours.
const BATCHES_MAX: i64 = 20_000_000;

/// Asks the floor, and keeps its word. A full inbox took nothing: the intention stays and is sent again.
pub async fn send(app: &App, order: &KeptOrder) -> ApiResult<()> {
    let lot = lots::find(&app.db, order.lot.ok_or_else(ApiError::internal)?).await?;
    let word = Word::Suspend { ground: order.ground() };
    match dues::give(app, &lot, word, order.issued_by).await {
        Ok(()) => keep_word(app, order, None).await,
        Err(error) if error.status == 503 || error.code == "FLOOR_WORD_PENDING" || error.status == 500 => Ok(()),
        Err(refused) => keep_word(app, order, Some(&refused)).await,
    }
}

async fn keep_word(app: &App, order: &KeptOrder, refused: Option<&ApiError>) -> ApiResult<()> {
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let kept = sqlx::query(
        "update dispatch_floor set result = ?, code = ?, zh = ?, en = ?, at = ? where order_no = ? and result is null",
    )
    .bind(if refused.is_none() { "done" } else { "refused" })
    .bind(refused.map(|error| error.code.to_string()))
    .bind(refused.map(|error| error.zh.clone()))
    .bind(refused.map(|error| error.en.clone()))
    .bind(now.0)
    .bind(order.no)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 1 {
        let act = if refused.is_none() { "floor_done" } else { "floor_refused" };
        let words = refused.map_or("", |error| error.zh.as_str());
        let now_at = store::order(&mut tx, order.no).await?.state;
        store::note(&mut tx, order, act, now_at, None, words, now).await?;
        // What was refused holds nothing, unless the lot stood still already.
        if refused.is_some() && order.lot.and_then(|lot| stands_still(app, lot)) != Some(true) {
            holds::release(&mut tx, &order.number, now).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Whether a lot is suspended, with no moment announced to go on; none once it is closed.
fn stands_still(app: &App, lot: Uuid) -> Option<bool> {
    let still = app.feed.look(lot, |replica| match replica.book.stage() {
        Stage::Closed(_) => None,
        stage => Some(matches!(stage, Stage::Suspended { resume_at: None, .. })),
    });
    still.flatten()
}

/// Whether the record holds the suspension, from the entry on that came after the intention.
async fn is_on_record(app: &App, order: &KeptOrder, from_n: u64) -> ApiResult<bool> {
    let (path, lot, ground) = (app.journal_path.clone(), order.lot, order.ground());
    let searched = tokio::task::spawn_blocking(move || {
        let mut found = false;
        scan_from(&path, from_n, BATCHES_MAX, |entries| {
            found = entries.iter().any(|entry| {
                let ours = matches!(entry.command(), Some(Command::Suspend { ground: on }) if *on == ground);
                ours && Some(entry.lot) == lot && entry.result.is_ok()
            });
            !found
        })?;
        Ok::<_, crate::trading::journal::JournalError>(found)
    });
    searched.await.map_err(|_| ApiError::internal())?.map_err(|error| {
        tracing::error!(%error, "journal");
        ApiError::internal()
    })
}

/// Finishes every intention written before `before`, page by page; one that cannot be finished now keeps nobody
/// else's waiting.
pub async fn look_after(app: &App, before: Moment) -> ApiResult<()> {
    let mut after = 0_i64;
    loop {
        let rows = sqlx::query(
            "select o.*, f.from_n from dispatch_floor f join dispatch_orders o on o.no = f.order_no
             where f.result is null and f.asked_at < ? and o.no > ? order by o.no limit ?",
        )
        .bind(before.0)
        .bind(after)
        .bind(PAGE)
        .fetch_all(&app.db)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.try_get("no")?;
        for row in &rows {
            let order = store::kept_order(row)?;
            let from_n = row.try_get::<i64, _>("from_n")? as u64;
            match look_after_one(app, &order, from_n).await {
                Ok(()) => tracing::info!(order = order.number, "left behind, looked after"),
                Err(error) => {
                    tracing::error!(order = order.number, code = %error.code, "left behind, and not done yet");
                }
            }
        }
    }
}

async fn look_after_one(app: &App, order: &KeptOrder, from_n: u64) -> ApiResult<()> {
    match is_on_record(app, order, from_n).await? {
        true => keep_word(app, order, None).await,
        false => send(app, order).await,
    }
}

/// A held lot that goes on all the same, or is about to, by an act that crossed the order on its way to the floor, is
/// suspended again. A moment announced before the order is dropped by the order itself.
async fn keep_still(app: &App) -> ApiResult<()> {
    for (lot, number) in holds::standing(&app.db).await? {
        if stands_still(app, lot) != Some(false) {
            continue;
        }
        let row = sqlx::query(
            "select o.* from dispatch_orders o
             join dispatch_floor f on f.order_no = o.no and f.result is not null
             join lot_holds h on h.held_by = o.number and h.released_at is null
             where o.number = ?",
        )
        .bind(&number)
        .fetch_optional(&app.db)
        .await?;
        // Its first word has not been spoken yet, which is another's to finish; or it was let go just now.
        let Some(row) = row else { continue };
        let order = store::kept_order(&row)?;
        match again(app, &order, lot).await {
            Ok(()) => tracing::warn!(order = number, %lot, "went on under the order; suspended again"),
            // The feed follows the floor by a moment.
            Err(error) if error.code == "ALREADY_SUSPENDED" => {}
            Err(error) => tracing::error!(order = number, %lot, code = %error.code, "went on under the order"),
        }
    }
    Ok(())
}

async fn again(app: &App, order: &KeptOrder, lot: Uuid) -> ApiResult<()> {
    dues::give(app, &lots::find(&app.db, lot).await?, Word::Suspend { ground: order.ground() }, order.issued_by)
        .await?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let state = store::order(&mut tx, order.no).await?.state;
    store::note(&mut tx, order, "floor_again", state, None, "", now).await?;
    let number = &order.number;
    let (zh, en) = (
        format!("监督指令{number}所中止的标的曾恢复或将恢复竞价，已再次中止。"),
        format!("the lot held by order {number} went on or was about to, and was suspended again"),
    );
    store::tell_supervisors(&mut tx, order, (&zh, &en), now).await?;
    Ok(tx.commit().await?)
}

/// At the start, before any door is open: no request is on its way.
pub async fn resume(app: &App) -> ApiResult<()> {
    look_after(app, Moment(i64::MAX)).await
}

/// While the server runs: a request given up by its asker, a full inbox, a lot that went on.
pub async fn keep_going(app: &App) -> ApiResult<()> {
    look_after(app, Moment(clock::now().0 - LEFT_BEHIND_MS)).await?;
    keep_still(app).await
}
