//! 预警处置: the alerts, and what a supervisor does about one. Each act is a row that stays.

use crate::app::{self, App, Valid};
use crate::clock;
use crate::db::{bad, json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::supervision::alert_cases::of_alert;
use crate::supervision::model::{
    AlertAct, AlertActRow, AlertDetail, AlertMay, AlertPage, AlertQuery, NewAlertAct, after,
};
use crate::supervision::precision::verdict;
use crate::trading::alert::{Alert, AlertState, Measure, level_from_name, rule_from_name};
use crate::trading::replica::stage_name;
use ::watch::Unit;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const ALERTS_PAGE: u32 = 50;
/// Acts on one alert; a longer quarrel belongs in a case.
const ACTS_MAX: i64 = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(act))
}

/// An alert as its row tells it, with the lot's number and the name of who has it in hand.
const ALERTS: &str = "select a.*, l.number, l.title_zh, l.title_en, c.name_zh, c.name_en, t.name as taker
    from alerts a left join lots l on l.id = a.lot left join centers c on c.id = l.center
    left join accounts t on t.id = a.taken_by";

/// 预警: the newest first.
#[utoipa::path(get, path = "/api/supervision/alerts", params(AlertQuery), operation_id = "alerts",
    responses((status = 200, body = AlertPage), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, Query(query): Query<AlertQuery>) -> ApiResult<Json<AlertPage>> {
    let page = query.page.unwrap_or(1).max(1);
    for state in states(&query).iter().flat_map(|states| states.split(',')) {
        AlertState::from_name(state).ok_or_else(|| ApiError::bad_request("state", "没有这种状态", "no such state"))?;
    }
    // Counted apart: a page behind the last has no row to carry the sum.
    let mut count =
        QueryBuilder::<Sqlite>::new("select count(*) from alerts a left join lots l on l.id = a.lot where true");
    narrowed(&mut count, &query);
    let total: i64 = count.build_query_scalar().fetch_one(&app.db).await?;
    let mut select = QueryBuilder::<Sqlite>::new(ALERTS);
    select.push(" where true");
    narrowed(&mut select, &query);
    select.push(" order by a.id desc limit ").push_bind(ALERTS_PAGE);
    select.push(" offset ").push_bind(i64::from(page - 1) * i64::from(ALERTS_PAGE));
    let rows = select.build().fetch_all(&app.db).await?;
    let items = rows.iter().map(alert).collect::<sqlx::Result<_>>()?;
    Ok(Json(AlertPage { items, total: total as u64, page, page_size: ALERTS_PAGE }))
}

fn states(query: &AlertQuery) -> Option<&str> {
    query.state.as_deref().filter(|states| !states.is_empty())
}

fn narrowed(builder: &mut QueryBuilder<Sqlite>, query: &AlertQuery) {
    if let Some(rule) = query.rule {
        builder.push(" and a.rule = ").push_bind(rule.name());
    }
    if let Some(level) = query.level {
        builder.push(" and a.level = ").push_bind(level.name());
    }
    if let Some(states) = states(query) {
        builder.push(" and instr(',' || ").push_bind(states.to_string()).push(" || ',', ',' || a.state || ',') > 0");
    }
    if let Some(lot) = query.lot {
        builder.push(" and a.lot = ").push_bind(lot.to_string());
    }
    if let Some(number) = query.number.as_deref().filter(|number| !number.is_empty()) {
        builder.push(" and instr(l.number, ").push_bind(number.to_string()).push(") = 1");
    }
    if let Some(center) = query.center {
        builder.push(" and l.center = ").push_bind(center.to_string());
    }
}

fn alert(row: &SqliteRow) -> sqlx::Result<Alert> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(Alert {
        id: row.try_get("id")?,
        n: row.try_get::<i64, _>("n")? as u64,
        at: row.try_get("at")?,
        lot: uuid(row, "lot")?,
        lot_number: row.try_get::<Option<String>, _>("number")?.unwrap_or_default(),
        rule: rule_from_name(&text("rule")?).ok_or_else(|| bad("rule"))?,
        level: level_from_name(&text("level")?).ok_or_else(|| bad("level"))?,
        zh: text("zh")?,
        en: text("en")?,
        paddles: json(row, "paddles")?,
        evidence: json(row, "evidence")?,
        measured: measured(row)?,
        state: AlertState::from_name(&text("state")?).ok_or_else(|| bad("state"))?,
        taken_by: row.try_get("taker")?,
    })
}

fn measured(row: &SqliteRow) -> sqlx::Result<Option<Measure>> {
    #[derive(Deserialize)]
    struct Kept {
        found: f64,
        baseline: f64,
        unit: Unit,
    }
    let text: Option<String> = row.try_get("measured")?;
    let read = |text: String| serde_json::from_str(&text).map_err(|_| bad("measured"));
    Ok(text.map(read).transpose()?.map(|Kept { found, baseline, unit }| Measure { found, baseline, unit }))
}

/// The alert of a number.
pub async fn find(db: &SqlitePool, id: i64) -> ApiResult<Alert> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{ALERTS} where a.id = ?"))).bind(id).fetch_optional(db).await?;
    Ok(alert(&row.ok_or_else(ApiError::not_found)?)?)
}

/// One alert, its acts, and what may be done.
#[utoipa::path(get, path = "/api/supervision/alerts/{id}", params(("id" = i64, Path)), operation_id = "alert",
    responses((status = 200, body = AlertDetail), (status = "4XX", body = ApiError)))]
async fn one(State(app): State<App>, Path(id): Path<i64>, principal: Principal) -> ApiResult<Json<AlertDetail>> {
    detail(&app, id, &principal).await.map(Json)
}

async fn detail(app: &App, id: i64, principal: &Principal) -> ApiResult<AlertDetail> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{ALERTS} where a.id = ?")))
        .bind(id)
        .fetch_optional(&app.db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let alert = alert(&row)?;
    let acts = sqlx::query(
        "select d.act, d.at, d.text, a.name from alert_acts d join accounts a on a.id = d.by
         where d.alert = ? order by d.n limit ?",
    )
    .bind(id)
    .bind(ACTS_MAX)
    .fetch_all(&app.db)
    .await?;
    let read = |row: &SqliteRow| {
        let act = AlertAct::from_name(row.try_get("act")?).ok_or_else(|| bad("act"))?;
        Ok(AlertActRow { act, by: row.try_get("name")?, at: row.try_get("at")?, text: row.try_get("text")? })
    };
    let holder: Option<String> = row.try_get("taken_by")?;
    let mine = holder == Some(principal.account.to_string());
    let may = AlertAct::ALL.map(|act| AlertMay { act, objection: after(alert.state, mine, act).err() });
    let case = of_alert(&app.db, id).await?;
    let words = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
    Ok(AlertDetail {
        title_zh: words("title_zh")?,
        title_en: words("title_en")?,
        center_zh: words("name_zh")?,
        center_en: words("name_en")?,
        stage: app.feed.look(alert.lot, |replica| stage_name(&replica.book)),
        acts: acts.iter().map(read).collect::<sqlx::Result<_>>()?,
        may: may.into(),
        confirmed: verdict(alert.state, case.as_ref().and_then(|case| case.outcome)),
        case,
        alert,
    })
}

/// 受理、说明、属实、排除: the answer of the person who has it in hand.
#[utoipa::path(post, path = "/api/supervision/alerts/{id}/acts", params(("id" = i64, Path)), request_body = NewAlertAct,
    operation_id = "act_on_alert", responses((status = 200, body = AlertDetail), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(id): Path<i64>,
    principal: Principal,
    Valid(new): Valid<NewAlertAct>,
) -> ApiResult<Json<AlertDetail>> {
    let said = new.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let text = match new.act {
        AlertAct::Take => None,
        _ => Some(app::reason(said.unwrap_or_default())?),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let row = sqlx::query(
        "select state, taken_by, (select count(*) from alert_acts where alert = ?1) as acts from alerts where id = ?1",
    )
    .bind(id)
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(ApiError::not_found)?;
    let state = AlertState::from_name(row.try_get("state")?).ok_or_else(|| bad("state"))?;
    let holder: Option<String> = row.try_get("taken_by")?;
    let me = principal.account.to_string();
    let next = after(state, holder.as_ref() == Some(&me), new.act)?;
    if row.try_get::<i64, _>("acts")? >= ACTS_MAX && matches!(new.act, AlertAct::Take | AlertAct::Note) {
        return Err(ApiError::conflict("处置记录过多，请办结", "too many acts on this alert; settle it"));
    }
    sqlx::query("insert into alert_acts (alert, act, by, at, text) values (?, ?, ?, ?, ?)")
        .bind(id)
        .bind(new.act.name())
        .bind(&me)
        .bind(clock::now().0)
        .bind(text)
        .execute(&mut *tx)
        .await?;
    sqlx::query("update alerts set state = ?, taken_by = ? where id = ?")
        .bind(next.name())
        .bind(&me)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    detail(&app, id, &principal).await.map(Json)
}
