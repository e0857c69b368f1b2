//! Orders in SQL: written with what they ask of the floor, moved by the table.

use crate::calendar::{Calendar, Day};
use crate::db::{bad, uuid, uuid_or_none};
use crate::error::{ApiError, ApiResult};
use crate::supervision::cards::store::named;
use crate::supervision::dispatch::model::{OrderAct, OrderKind, OrderLimit, OrderMisstep, OrderState, next};
use crate::supervision::messages;
use crate::supervision::turns::{Turn, TurnTo};
use crate::trading::{holds, projection};
use matching::Moment;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use uuid::Uuid;

/// An intention younger than this has its request still with it: the floor answers in milliseconds.
pub const LEFT_BEHIND_MS: i64 = 30_000;

#[derive(Debug, Clone)]
pub struct KeptOrder {
    pub no: i64,
    pub number: String,
    pub kind: OrderKind,
    pub center: Uuid,
    pub lot: Option<Uuid>,
    pub words: String,
    pub limit: OrderLimit,
    pub issued_by: Uuid,
    pub issued_at: Moment,
    pub runs_from: Moment,
    pub state: OrderState,
    pub turn: i64,
    /// Since when it is in its state.
    pub since: Moment,
}

impl KeptOrder {
    pub fn due(&self, calendar: &Calendar) -> Moment {
        self.limit.due(self.runs_from, calendar)
    }

    /// Whose turn it is, and until when; a center has the order's own limit.
    pub fn turn(&self, calendar: &Calendar) -> Option<Turn> {
        match self.state {
            OrderState::Issued | OrderState::Acknowledged | OrderState::Returned => {
                Some(Turn { to: TurnTo::Answer, from: self.runs_from, due: self.due(calendar) })
            }
            OrderState::Answered if self.kind == OrderKind::Suspend => {
                Some(Turn::new(TurnTo::Release, self.since, calendar))
            }
            OrderState::Answered => Some(Turn::new(TurnTo::Settle, self.since, calendar)),
            OrderState::Accepted => Some(Turn::new(TurnTo::Close, self.since, calendar)),
            OrderState::Closed => None,
        }
    }

    /// What stands on the record as the ground of the suspension.
    pub fn ground(&self) -> String {
        format!("监督指令{}：{}", self.number, self.words)
    }
}

pub fn kept_order(row: &SqliteRow) -> sqlx::Result<KeptOrder> {
    let (hours, wd): (Option<u32>, Option<u32>) = (row.try_get("hours")?, row.try_get("wd")?);
    Ok(KeptOrder {
        no: row.try_get("no")?,
        number: row.try_get("number")?,
        kind: named(row, "kind", OrderKind::from_name)?,
        center: uuid(row, "center")?,
        lot: uuid_or_none(row, "lot")?,
        words: row.try_get("words")?,
        limit: hours.map(OrderLimit::Hours).or(wd.map(OrderLimit::Wd)).ok_or_else(|| bad("limit"))?,
        issued_by: uuid(row, "issued_by")?,
        issued_at: Moment(row.try_get("issued_at")?),
        runs_from: Moment(row.try_get("runs_from")?),
        state: named(row, "state", OrderState::from_name)?,
        turn: row.try_get("turn")?,
        since: Moment(row.try_get("since")?),
    })
}

pub async fn order(db: &mut SqliteConnection, no: i64) -> ApiResult<KeptOrder> {
    let row = sqlx::query("select * from dispatch_orders where no = ?").bind(no).fetch_optional(db).await?;
    Ok(kept_order(&row.ok_or_else(ApiError::not_found)?)?)
}

/// An order as a supervisor gives it.
pub struct Given<'a> {
    pub key: Uuid,
    pub kind: OrderKind,
    pub center: Uuid,
    pub lot: Option<Uuid>,
    pub words: &'a str,
    pub limit: OrderLimit,
    pub by: Uuid,
}

/// Writes an order, and for a suspension the intention beside it; tells the center's clerks. The same key
/// again gives the order it gave, and says that it is not new.
pub async fn issue(db: &SqlitePool, given: &Given<'_>, now: Moment) -> ApiResult<(KeptOrder, bool)> {
    let mut tx = db.begin_with("begin immediate").await?;
    let known: Option<i64> = sqlx::query_scalar("select no from dispatch_orders where key = ?")
        .bind(given.key.to_string())
        .fetch_optional(&mut *tx)
        .await?;
    if let Some(no) = known {
        let same = order(&mut tx, no).await?;
        let is_same =
            same.issued_by == given.by && same.kind == given.kind && same.lot == given.lot && same.words == given.words;
        return match is_same {
            true => Ok((same, false)),
            false => Err(ApiError {
                code: "ORDER_KEY_USED".into(),
                ..ApiError::conflict("该请求编号已用于另一指令", "this key was used for another order")
            }),
        };
    }
    let year = Day::of(now).year();
    let taken: i64 = sqlx::query_scalar("select count(*) from dispatch_orders where number like ?")
        .bind(format!("ZL{year}-%"))
        .fetch_one(&mut *tx)
        .await?;
    let (hours, wd) = match given.limit {
        OrderLimit::Hours(hours) => (Some(hours), None),
        OrderLimit::Wd(wd) => (None, Some(wd)),
    };
    let no: i64 = sqlx::query_scalar(
        "insert into dispatch_orders (number, key, kind, center, lot, words, hours, wd, issued_by, issued_at, runs_from,
           since)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?11, ?11) returning no",
    )
    .bind(format!("ZL{year}-{:04}", taken + 1))
    .bind(given.key.to_string())
    .bind(given.kind.name())
    .bind(given.center.to_string())
    .bind(given.lot.map(|id| id.to_string()))
    .bind(given.words)
    .bind(hours)
    .bind(wd)
    .bind(given.by.to_string())
    .bind(now.0)
    .bind(now.0)
    .fetch_one(&mut *tx)
    .await?;
    let kept = order(&mut tx, no).await?;
    note(&mut tx, &kept, "issue", OrderState::Issued, Some(given.by), given.words, now).await?;
    if let (OrderKind::Suspend, Some(lot)) = (given.kind, given.lot) {
        holds::hold(&mut tx, lot, &kept.number, now).await?;
        // The tables never run ahead of the record: what is asked for now lies behind what they have seen.
        sqlx::query(
            "insert into dispatch_floor (order_no, from_n, asked_at, again_at)
             values (?, (select coalesce(max(next_n), 0) from projection_cursor where name = ?), ?, ?)",
        )
        .bind(no)
        .bind(projection::NAME)
        .bind(now.0)
        .bind(now.plus_ms(LEFT_BEHIND_MS).0)
        .execute(&mut *tx)
        .await?;
    }
    let (zh, en) = (
        format!("监督指令{}已下达，请签收并按期答复。", kept.number),
        format!("order {} was issued: acknowledge it and answer in time", kept.number),
    );
    tell_center(&mut tx, &kept, (&zh, &en), now).await?;
    tx.commit().await?;
    Ok((kept, true))
}

pub async fn tell_center(
    db: &mut SqliteConnection,
    order: &KeptOrder,
    words: (&str, &str),
    now: Moment,
) -> ApiResult<()> {
    let clerks: Vec<String> =
        sqlx::query_scalar("select id from accounts where role = 'clerk' and disabled = 0 and center = ?")
            .bind(order.center.to_string())
            .fetch_all(&mut *db)
            .await?;
    tell_all(db, &clerks, order, words, now).await
}

/// 升级: every supervisor is told.
pub async fn tell_supervisors(
    db: &mut SqliteConnection,
    order: &KeptOrder,
    words: (&str, &str),
    now: Moment,
) -> ApiResult<()> {
    messages::tell_supervisors(db, words, &format!("/orders/{}", order.no), now).await
}

async fn tell_all(
    db: &mut SqliteConnection,
    accounts: &[String],
    order: &KeptOrder,
    words: (&str, &str),
    now: Moment,
) -> ApiResult<()> {
    for account in accounts {
        let account = account.parse().map_err(|_| bad("account"))?;
        messages::tell(db, account, words, &format!("/orders/{}", order.no), now).await?;
    }
    Ok(())
}

pub async fn note(
    db: &mut SqliteConnection,
    order: &KeptOrder,
    act: &str,
    to: OrderState,
    by: Option<Uuid>,
    words: &str,
    now: Moment,
) -> ApiResult<()> {
    sqlx::query(
        "insert into dispatch_events (order_no, at, act, to_state, by, note, turn) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(order.no)
    .bind(now.0)
    .bind(act)
    .bind(to.name())
    .bind(by.map(|id| id.to_string()))
    .bind(words.trim())
    .bind(order.turn)
    .execute(db)
    .await?;
    Ok(())
}

/// One act on an order, checked against the table as it stands now.
pub async fn act(db: &SqlitePool, no: i64, act: OrderAct, by: Uuid, words: &str, now: Moment) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let kept = order(&mut tx, no).await?;
    let to = next(kept.state, act, words).map_err(OrderMisstep::error)?;
    let returned = act == OrderAct::Return;
    sqlx::query(
        "update dispatch_orders set state = ?1, turn = turn + ?2, runs_from = case when ?2 then ?3 else runs_from end, since = ?3
         where no = ?4",
    )
    .bind(to.name())
    .bind(i64::from(returned))
    .bind(now.0)
    .bind(no)
    .execute(&mut *tx)
    .await?;
    note(&mut tx, &kept, act.name(), to, Some(by), words, now).await?;
    let number = &kept.number;
    if act.lets_go() {
        holds::release(&mut tx, number, now).await?;
    }
    match act {
        OrderAct::Return => {
            let (zh, en) = (
                format!("监督指令{number}的答复被退回，请重新答复。"),
                format!("the answer to order {number} was returned: answer it anew"),
            );
            tell_center(&mut tx, &kept, (&zh, &en), now).await?;
        }
        OrderAct::Answer => {
            let (zh, en) = (format!("监督指令{number}已答复。"), format!("order {number} was answered"));
            messages::tell(&mut tx, kept.issued_by, (&zh, &en), &format!("/orders/{no}"), now).await?;
        }
        OrderAct::Accept => {
            let (zh, en) =
                (format!("监督指令{number}的答复已被采纳。"), format!("the answer to order {number} was accepted"));
            tell_center(&mut tx, &kept, (&zh, &en), now).await?;
        }
        OrderAct::Lift => {
            let (zh, en) = (format!("监督指令{number}已撤销。"), format!("order {number} was lifted"));
            tell_center(&mut tx, &kept, (&zh, &en), now).await?;
        }
        OrderAct::Acknowledge | OrderAct::Close => {}
    }
    Ok(tx.commit().await?)
}
