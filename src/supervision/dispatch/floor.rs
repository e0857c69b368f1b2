//! 中止指令 on its way to the floor: sent once, whenever the server stops between.
//!
//! The intention is written with the order, then the floor is asked, then its word is kept. An intention found
//! without a word is looked up in the record: what the floor has done is noted, what it has not is sent, as long as
//! the order stands. Who gave the order and could not wait is told.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::supervision::dispatch::store::{self, KeptOrder, LEFT_BEHIND_MS};
use crate::supervision::messages;
use crate::trading::holds;
use crate::trading::journal::scan_from;
use crate::trading::life::dues::{self, Word};
use crate::trading::store as lots;
use matching::{Command, Moment, Stage};
use sqlx::Row;
use std::time::Duration;
use uuid::Uuid;

/// How long who orders waits for a floor that is busy; then the rounds ask on.
const ASKED_FOR_MS: i64 = 3_000;
const ASKED_EVERY: Duration = Duration::from_millis(250);
/// Intentions of one page.
const PAGE: i64 = 200;
/// Batches of the record searched for one order: at a batch a millisecond, hours.
const BATCHES_MAX: i64 = 20_000_000;

/// What came of asking the floor.
enum Said {
    Done,
    Refused(ApiError),
    /// The order was lifted, or its answer accepted, before the floor had done it.
    Dropped,
    /// It took nothing.
    Busy,
    /// It may have done it, or be about to.
    Unknown,
}

/// Asks the floor, for some seconds while it is busy, and keeps its word.
pub async fn send(app: &App, order: &KeptOrder) -> ApiResult<()> {
    let until = clock::now().plus_ms(ASKED_FOR_MS);
    loop {
        match ask(app, order).await? {
            Said::Busy if clock::now() < until => tokio::time::sleep(ASKED_EVERY).await,
            said => return keep(app, order, &said, When::Asked).await,
        }
    }
}

async fn ask(app: &App, order: &KeptOrder) -> ApiResult<Said> {
    if !holds::stands(&app.db, &order.number).await? {
        return Ok(Said::Dropped);
    }
    let lot = lots::find(&app.db, order.lot.ok_or_else(ApiError::internal)?).await?;
    let word = Word::Suspend { ground: order.ground() };
    Ok(match dues::give(app, &lot, word, order.issued_by).await {
        Ok(()) => Said::Done,
        Err(error) if error.status == 503 || error.code == "FLOOR_WORD_PENDING" => Said::Busy,
        Err(error) if error.status == 500 => Said::Unknown,
        Err(refused) => Said::Refused(refused),
    })
}

/// Whether who gave the order still waits for the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Asked,
    Later,
}

async fn keep(app: &App, order: &KeptOrder, said: &Said, when: When) -> ApiResult<()> {
    let now = clock::now();
    let (result, act, refused) = match said {
        Said::Done => ("done", "floor_done", None),
        Said::Refused(error) => ("refused", "floor_refused", Some(error)),
        Said::Dropped => ("dropped", "floor_dropped", None),
        Said::Busy => return ask_again(app, order, now).await,
        Said::Unknown => return ask_again(app, order, now.plus_ms(LEFT_BEHIND_MS)).await,
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let kept = sqlx::query(
        "update dispatch_floor set result = ?, code = ?, zh = ?, en = ?, at = ? where order_no = ? and result is null",
    )
    .bind(result)
    .bind(refused.map(|error| error.code.to_string()))
    .bind(refused.map(|error| error.zh.clone()))
    .bind(refused.map(|error| error.en.clone()))
    .bind(now.0)
    .bind(order.no)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 1 {
        let still = order.lot.and_then(|lot| stands_still(app, lot)) == Some(true);
        let words = refused.map_or("", |error| error.zh.as_str());
        let now_at = store::order(&mut tx, order.no).await?.state;
        store::note(&mut tx, order, act, now_at, None, words, now).await?;
        // What was refused holds nothing, unless the lot stood still already.
        if refused.is_some() && !still {
            holds::release(&mut tx, &order.number, now).await?;
        }
        // Let go while the floor was suspending it: nothing holds it, and people must know that it stands still.
        let crossed_it = matches!(said, Said::Done) && still && !holds::stands(&mut *tx, &order.number).await?;
        let told = match crossed_it {
            true => Some(crossed(order)),
            false => sentence(order, said).filter(|_| when == When::Later),
        };
        if let Some((zh, en)) = &told {
            messages::tell(&mut tx, order.issued_by, (zh, en), &format!("/orders/{}", order.no), now).await?;
            if crossed_it {
                store::tell_center(&mut tx, order, (zh, en), now).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// What who gave the order could not be answered any more.
fn sentence(order: &KeptOrder, said: &Said) -> Option<(String, String)> {
    let number = &order.number;
    match said {
        Said::Done => Some((
            format!("监督指令{number}已送达场内，标的已中止。"),
            format!("order {number} has reached the floor: its lot is suspended"),
        )),
        Said::Refused(error) => Some((
            format!("监督指令{number}未能中止标的：{}。", error.zh),
            format!("order {number} could not suspend its lot: {}", error.en),
        )),
        Said::Dropped | Said::Busy | Said::Unknown => None,
    }
}

/// The lift and the suspension crossed.
fn crossed(order: &KeptOrder) -> (String, String) {
    let number = &order.number;
    (
        format!("监督指令{number}解除之时，中止已在场内执行：标的仍处于中止状态，不再受该指令约束，请中心恢复竞价。"),
        format!(
            "order {number} was let go while the floor suspended its lot: the lot stands still, held by nothing, and waits for the center to resume it"
        ),
    )
}

/// Leaves the intention to the rounds from a moment on.
async fn ask_again(app: &App, order: &KeptOrder, from: Moment) -> ApiResult<()> {
    sqlx::query("update dispatch_floor set again_at = ? where order_no = ? and result is null")
        .bind(from.0)
        .bind(order.no)
        .execute(&app.db)
        .await?;
    Ok(())
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

/// Finishes every intention that waits for a moment up to `until`, page by page; one that cannot be finished now keeps
/// nobody else's waiting.
pub async fn look_after(app: &App, until: Moment) -> ApiResult<()> {
    let mut after = 0_i64;
    loop {
        let rows = sqlx::query(
            "select o.*, f.from_n from dispatch_floor f join dispatch_orders o on o.no = f.order_no
             where f.result is null and f.again_at <= ? and o.no > ? order by o.no limit ?",
        )
        .bind(until.0)
        .bind(after)
        .bind(PAGE)
        .fetch_all(&app.db)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.try_get("no")?;
        for row in &rows {
            let order = store::kept_order(row)?;
            let from_n = row.try_get::<i64, _>("from_n")? as u64;
            if let Err(error) = look_after_one(app, &order, from_n).await {
                tracing::error!(order = order.number, code = %error.code, "left behind, and not done yet");
            }
        }
    }
}

async fn look_after_one(app: &App, order: &KeptOrder, from_n: u64) -> ApiResult<()> {
    let said = match is_on_record(app, order, from_n).await? {
        true => Said::Done,
        false => ask(app, order).await?,
    };
    keep(app, order, &said, When::Later).await
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
    look_after(app, clock::now()).await?;
    keep_still(app).await
}
