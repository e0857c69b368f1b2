//! 银行报警: what a bank said that a person must look at. One explains it, another closes it.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::trading::deposits::messages::yuan;
use crate::trading::deposits::model::{AlarmCode, AlarmState};
use crate::trading::deposits::store::read_name;
use crate::trading::deposits::views::{LedgerQuery, PAGE};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const EXPLANATION_CHARS_MAX: usize = 500;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(explain)).routes(routes!(close))
}

/// An alarm as it is raised.
pub struct Alarm<'a> {
    pub bank: &'a str,
    /// The message, credit or refund, by the bank's name for it.
    pub reference: &'a str,
    pub code: AlarmCode,
    /// The sub-account, where it is one of ours.
    pub account: Option<&'a str>,
    pub amount: Option<i64>,
}

pub async fn raise(db: &mut SqliteConnection, alarm: &Alarm<'_>, now: Moment) -> ApiResult<()> {
    tracing::warn!(bank = alarm.bank, reference = alarm.reference, code = alarm.code.name(), "bank alarm");
    sqlx::query("insert into bank_alarms (bank, reference, code, account, amount, at) values (?, ?, ?, ?, ?, ?)")
        .bind(alarm.bank)
        .bind(alarm.reference)
        .bind(alarm.code.name())
        .bind(alarm.account)
        .bind(alarm.amount)
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Alarms about a 冲正 that keep the refund `r` from going out: of its sub-account, or of its own credit.
pub const REVERSALS_STANDING: &str = "select b.n from bank_alarms b
     where b.state <> 'closed' and b.code in ('reversal_after_hold', 'reversal_after_refund')
       and (b.account = r.account
         or (b.bank = r.bank and b.reference = (select c.reference from deposit_credits c where c.n = r.credit)))";

/// A refund goes no step on while a 冲正 that touches it is not cleared up.
pub async fn no_reversal_stands(db: &mut SqliteConnection, refund: &str) -> ApiResult<()> {
    let sql = format!("select ({REVERSALS_STANDING} limit 1) from refunds r where r.id = ?");
    let standing: Option<i64> =
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(refund).fetch_optional(db).await?.flatten();
    match standing {
        None => Ok(()),
        Some(n) => Err(ApiError::conflict(
            &format!("该子账号有未结清的冲正报警（{n}号），请先处理"),
            &format!("the alarm about a reversal in this sub-account (no. {n}) is not closed yet"),
        )),
    }
}

#[derive(Serialize, ToSchema)]
struct BankAlarm {
    n: i64,
    bank: String,
    reference: String,
    code: AlarmCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lot_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    at: i64,
    state: AlarmState,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explained_at: Option<i64>,
    /// By login, as in a lot's history.
    #[serde(skip_serializing_if = "Option::is_none")]
    explained_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<i64>,
    /// Whether I explained it, and so may not close it.
    mine: bool,
}

#[derive(Serialize, ToSchema)]
struct BankAlarmPage {
    items: Vec<BankAlarm>,
    total: u64,
    page_size: u32,
}

fn bank_alarm(row: &SqliteRow, me: Uuid) -> sqlx::Result<BankAlarm> {
    Ok(BankAlarm {
        n: row.try_get("n")?,
        bank: row.try_get("bank")?,
        reference: row.try_get("reference")?,
        code: read_name(row, "code", AlarmCode::from_name)?,
        account: row.try_get("account")?,
        lot_number: row.try_get("lot_number")?,
        no: row.try_get("no")?,
        amount: row.try_get::<Option<i64>, _>("amount")?.map(yuan),
        at: row.try_get("at")?,
        state: read_name(row, "state", AlarmState::from_name)?,
        explanation: row.try_get("explanation")?,
        explained_at: row.try_get("explained_at")?,
        explained_by: row.try_get("explainer")?,
        closed_by: row.try_get("closer")?,
        closed_at: row.try_get("closed_at")?,
        mine: row.try_get::<Option<String>, _>("explained_by")? == Some(me.to_string()),
    })
}

/// A clerk's alarms are those of his center's lots and those of nobody's; a supervisor's are all.
fn scope(principal: &Principal) -> ApiResult<Option<Uuid>> {
    match principal.role {
        Role::Clerk => principal.center.map(Some).ok_or_else(ApiError::forbidden),
        _ => Ok(None),
    }
}

/// Bank alarms, those not closed first, newest on top.
#[utoipa::path(get, path = "/api/desk/bank-alarms", params(LedgerQuery),
    responses((status = 200, body = BankAlarmPage), (status = "4XX", body = ApiError)))]
async fn list(
    State(app): State<App>,
    Query(query): Query<LedgerQuery>,
    principal: Principal,
) -> ApiResult<Json<BankAlarmPage>> {
    let asked =
        "select b.*, l.number as lot_number, d.no, e.login as explainer, c.login as closer, count(*) over () as total
         from bank_alarms b left join deposit_accounts d on d.number = b.account left join lots l on l.id = d.lot
         left join accounts e on e.id = b.explained_by left join accounts c on c.id = b.closed_by
         where (?1 is null or d.number is null or l.center = ?1) and (?2 is null or l.number = ?2)
           and (?3 is null or b.state = ?3)
         order by b.state = 'closed', b.n desc limit ?4 offset ?5";
    let (rows, total) = query.page(&app.db, asked, scope(&principal)?).await?;
    let items = rows.iter().map(|row| bank_alarm(row, principal.account)).collect::<sqlx::Result<_>>()?;
    Ok(Json(BankAlarmPage { items, total, page_size: PAGE as u32 }))
}

/// An alarm of mine to answer: its state and who explained it.
async fn mine(db: &mut SqliteConnection, n: i64, principal: &Principal) -> ApiResult<(AlarmState, Option<String>)> {
    let row = sqlx::query(
        "select b.state, b.explained_by from bank_alarms b
         left join deposit_accounts d on d.number = b.account left join lots l on l.id = d.lot
         where b.n = ?1 and (?2 is null or d.number is null or l.center = ?2)",
    )
    .bind(n)
    .bind(scope(principal)?.map(|center| center.to_string()))
    .fetch_optional(db)
    .await?
    .ok_or_else(ApiError::not_found)?;
    Ok((read_name(&row, "state", AlarmState::from_name)?, row.try_get("explained_by")?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Explanation {
    /// What it was, and what was done.
    explanation: String,
}

/// 说明: what it was and what was done. Until it is closed, it can be explained anew.
#[utoipa::path(post, path = "/api/desk/bank-alarms/{no}/explain", params(("no" = i64, Path)), request_body = Explanation,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn explain(
    State(app): State<App>,
    Path(n): Path<i64>,
    principal: Principal,
    Valid(said): Valid<Explanation>,
) -> ApiResult<StatusCode> {
    let text = said.explanation.trim();
    if text.is_empty() || text.chars().count() > EXPLANATION_CHARS_MAX {
        let (zh, en) = ("请填写说明（500字以内）", "give an explanation of at most 500 characters");
        return Err(ApiError::bad_request("explanation", zh, en));
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    let (state, _) = mine(&mut tx, n, &principal).await?;
    if state == AlarmState::Closed {
        return Err(ApiError::conflict("该报警已结清", "this alarm is closed"));
    }
    sqlx::query(
        "update bank_alarms set state = 'explained', explanation = ?, explained_by = ?, explained_at = ? where n = ?",
    )
    .bind(text)
    .bind(principal.account.to_string())
    .bind(clock::now().0)
    .bind(n)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 结清: by another person than the one who explained it.
#[utoipa::path(post, path = "/api/desk/bank-alarms/{no}/close", operation_id = "close_bank_alarm", params(("no" = i64, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn close(State(app): State<App>, Path(n): Path<i64>, principal: Principal) -> ApiResult<StatusCode> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let (state, explained_by) = mine(&mut tx, n, &principal).await?;
    match state {
        AlarmState::Explained => {}
        AlarmState::Open => return Err(ApiError::conflict("请先由一人说明", "somebody explains it first")),
        AlarmState::Closed => return Ok(StatusCode::NO_CONTENT),
    }
    if explained_by == Some(principal.account.to_string()) {
        let (zh, en) = ("不能结清自己说明的报警，请由另一人结清", "another person closes the alarm you explained");
        return Err(ApiError::conflict(zh, en));
    }
    sqlx::query("update bank_alarms set state = 'closed', closed_by = ?, closed_at = ? where n = ?")
        .bind(principal.account.to_string())
        .bind(clock::now().0)
        .bind(n)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
