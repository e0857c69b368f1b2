//! 升级: orders whose limit has passed unanswered. All supervisors are told; then the center has a yellow card,
//! and a red one when it leaves that unanswered too. What lies with supervision past its own limit is told above it,
//! and never decided by itself: a lot is let go by a person.

use crate::app::App;
use crate::clock;
use crate::error::ApiResult;
use crate::supervision::cards::clock::{Rung, Subject, Unit};
use crate::supervision::cards::model::{CardLevel, CardReason, SubjectOf};
use crate::supervision::cards::store::{self as cards, Raise};
use crate::supervision::dispatch::floor;
use crate::supervision::dispatch::model::{Escalation, escalation, last_day};
use crate::supervision::dispatch::store::{self, KeptOrder, kept_order};
use crate::supervision::messages;
use crate::supervision::turns::{Turn, TurnTo, Whose};
use matching::Moment;
use sqlx::{Row, SqliteConnection};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(10);
/// Orders of one page; a round goes through all of them.
const PAGE: i64 = 1_000;

pub async fn round(app: &App) -> ApiResult<()> {
    if let Err(error) = floor::keep_going(app).await {
        tracing::error!(code = %error.code, "what lies with the floor was not all looked at; the next round goes on");
    }
    let mut after = 0_i64;
    loop {
        let rows = sqlx::query(
            "select * from dispatch_orders where state <> 'closed' and no > ?
             order by no limit ?",
        )
        .bind(after)
        .bind(PAGE)
        .fetch_all(&app.db)
        .await?;
        for row in &rows {
            after = row.try_get("no")?;
            let order = match kept_order(row) {
                Ok(order) => order,
                Err(error) => {
                    tracing::error!(order = after, %error, "an order cannot be read");
                    continue;
                }
            };
            if let Err(error) = look_at(app, &order).await {
                tracing::error!(order = order.number, code = %error.code, "not looked at; the next round tries again");
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

async fn look_at(app: &App, order: &KeptOrder) -> ApiResult<()> {
    let (now, calendar) = (clock::now(), app.calendar());
    let due = order.due(&calendar);
    let reached = escalation(order.state, due, &calendar, now);
    if reached >= Escalation::Supervisors {
        tell(app, order, now).await?;
    }
    if reached == Escalation::Card {
        let rung = Rung {
            step: format!("turn/{}", order.turn),
            level: CardLevel::Yellow,
            reason: CardReason::OrderUnanswered,
            due: Some(last_day(due)),
        };
        let subject = subject(order);
        let raise = Raise {
            subject: &subject,
            unit: Unit::Center(order.center),
            duty: None,
            named: &[],
            rung: &rung,
            said: None,
        };
        let mut tx = app.db.begin_with("begin immediate").await?;
        if mark(&mut tx, order, "card", now).await? {
            cards::raise_within(&mut tx, &raise, now).await?;
            tx.commit().await?;
        }
    }
    match order.turn(&calendar) {
        Some(turn) if turn.to.whose() == Whose::Supervision => with_supervision(app, order, &turn).await,
        Some(turn) => with_center(app, order, &turn).await,
        None => Ok(()),
    }
}

/// The center is reminded of an order it has not answered; of one of some hours, once half of them are over.
async fn with_center(app: &App, order: &KeptOrder, turn: &Turn) -> ApiResult<()> {
    let now = clock::now();
    if !turn.is_near(&app.calendar(), now) || now.since(turn.from) * 2 < turn.due.since(turn.from) {
        return Ok(());
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    if !mark(&mut tx, order, "warn", now).await? {
        return Ok(());
    }
    let (number, by) = (&order.number, turn.by());
    let (zh, en) = (
        format!("监督指令{number}的答复期限临近（{by}），请及时答复。"),
        format!("the limit to answer order {number} is near ({by})"),
    );
    store::tell_center(&mut tx, order, (&zh, &en), now).await?;
    Ok(tx.commit().await?)
}

/// Supervision is reminded of its own turn; past its limit who stands above is told as well, once each.
async fn with_supervision(app: &App, order: &KeptOrder, turn: &Turn) -> ApiResult<()> {
    let (now, calendar) = (clock::now(), app.calendar());
    let act = match turn.is_late(now) {
        true => "late",
        false if turn.is_near(&calendar, now) => "remind",
        false => return Ok(()),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let stands = store::order(&mut tx, order.no).await?;
    if (stands.state, stands.since) != (order.state, order.since) {
        return Ok(());
    }
    if was_said(&mut tx, order, act, turn.from).await? {
        return Ok(());
    }
    store::note(&mut tx, order, act, order.state, None, "", now).await?;
    let (number, by) = (&order.number, turn.by());
    let (what_zh, what_en) = match turn.to {
        TurnTo::Release => {
            ("请采纳、退回或撤销，此前标的不能恢复竞价", "accept, return or lift it: its lot waits for that")
        }
        TurnTo::Close => ("请办结", "close it"),
        _ => ("请采纳或退回", "accept or return the answer"),
    };
    let (late_zh, late_en) = match act {
        "late" => ("监督部门逾期未处理", "supervision let its limit pass"),
        _ => ("监督部门处理期限临近", "supervision's limit is near"),
    };
    let (zh, en) = (
        format!("监督指令{number}：{late_zh}（{by}），{what_zh}。"),
        format!("order {number}: {late_en} ({by}); {what_en}"),
    );
    let path = format!("/orders/{}", order.no);
    messages::tell_supervisors(&mut tx, (&zh, &en), &path, now).await?;
    if act == "late" {
        messages::tell_administrators(&mut tx, (&zh, &en), &path, now).await?;
    }
    Ok(tx.commit().await?)
}

fn subject(order: &KeptOrder) -> Subject {
    Subject {
        of: SubjectOf::Order,
        kind: None,
        id: order.no.to_string(),
        number: order.number.clone(),
        name_zh: "监督指令".into(),
        name_en: "supervisor's order".into(),
    }
}

async fn tell(app: &App, order: &KeptOrder, now: Moment) -> ApiResult<()> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    if !mark(&mut tx, order, "escalate", now).await? {
        return Ok(());
    }
    let number = &order.number;
    let (zh, en) = (format!("监督指令{number}逾期未答复。"), format!("order {number} was not answered in its limit"));
    store::tell_supervisors(&mut tx, order, (&zh, &en), now).await?;
    tx.commit().await?;
    tracing::info!(order = order.number, "unanswered; all supervisors are told");
    Ok(())
}

/// Whether it was said since somebody's turn began.
async fn was_said(db: &mut SqliteConnection, order: &KeptOrder, act: &str, from: Moment) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select 1 from dispatch_events where order_no = ? and act = ? and at >= ?)")
        .bind(order.no)
        .bind(act)
        .bind(from.0)
        .fetch_one(db)
        .await
}

/// Notes a level reached, once in a turn, in the transaction of what follows on it. Whether it is: the order may have
/// been answered since it was read.
async fn mark(db: &mut SqliteConnection, order: &KeptOrder, act: &str, now: Moment) -> ApiResult<bool> {
    if was_said(db, order, act, order.runs_from).await? {
        return Ok(false);
    }
    let stands = store::order(db, order.no).await?;
    if !stands.state.waits_for_center() || stands.turn != order.turn {
        return Ok(false);
    }
    store::note(db, order, act, stands.state, None, "", now).await?;
    Ok(true)
}

/// While the server runs.
pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = round(&app).await {
            tracing::error!(code = %error.code, "orders were not all looked at; the next round goes on");
        }
    }
}
