//! 成交结果: what every closed lot came to. Who won is a paddle number; a name stands beside it only once
//! a notice of the result (成交公示) has published it.

use crate::app::App;
use crate::calendar::Day;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::service::open::named;
use crate::trading::life::model::State as Life;
use crate::trading::lots::LotCard;
use crate::trading::store;
use crate::trading::wire::StageName;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub const PAGE_SIZE_MAX: u32 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

#[derive(Deserialize, IntoParams, Debug, Default)]
#[into_params(parameter_in = Query)]
pub struct ResultQuery {
    /// Number, title or place.
    pub q: Option<String>,
    pub kind: Option<String>,
    pub center_id: Option<Uuid>,
    /// sold, unsold, terminated, void or defaulted; all if absent.
    pub outcome: Option<String>,
    /// First day, 2026-10-01, in Beijing.
    pub from: Option<String>,
    /// Last day, itself included.
    pub to: Option<String>,
    pub page: Option<u32>,
    /// At most 100.
    pub page_size: Option<u32>,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct ResultRow {
    pub lot: LotCard,
    pub outcome: ResultOutcome,
    pub closed_at: i64,
    /// 成交额 in yuan; of a sale to many the sum. Of a sale that came to nothing, what it was hammered at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub premium_percent: Option<String>,
    /// The winner's paddle, where one bidder took the lot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub winner: Option<u32>,
    /// His name, once the notice of the result has published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub winner_name: Option<String>,
    /// 成交公示.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Uuid>,
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ResultOutcome {
    Sold,
    /// 流拍.
    Unsold,
    /// 终止.
    Terminated,
    /// 成交无效: sold, and found void.
    Void,
    /// 悔拍: sold, and the winner withdrew.
    Defaulted,
}

impl ResultOutcome {
    pub const ALL: [ResultOutcome; 5] = [
        ResultOutcome::Sold,
        ResultOutcome::Unsold,
        ResultOutcome::Terminated,
        ResultOutcome::Void,
        ResultOutcome::Defaulted,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ResultOutcome::Sold => StageName::Sold.name(),
            ResultOutcome::Unsold => StageName::Unsold.name(),
            ResultOutcome::Terminated => StageName::Terminated.name(),
            ResultOutcome::Void => Life::Void.name(),
            ResultOutcome::Defaulted => Life::Defaulted.name(),
        }
    }
}

#[derive(Serialize, ToSchema, Debug)]
pub struct ResultPage {
    pub items: Vec<ResultRow>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
}

/// Closed lots, the latest first. A lot's bids by paddle stand behind /api/lots/{id}/bids.
#[utoipa::path(get, path = "/api/results", params(ResultQuery),
    responses((status = 200, body = ResultPage), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, Query(query): Query<ResultQuery>) -> ApiResult<Json<ResultPage>> {
    page(&app.db, &query).await.map(Json)
}

/// What one lot came to.
#[utoipa::path(get, path = "/api/results/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = ResultRow), (status = "4XX", body = ApiError)))]
async fn one(State(app): State<App>, Path(id): Path<Uuid>) -> ApiResult<Json<ResultRow>> {
    let mut select = QueryBuilder::new(SELECT);
    select.push(FROM).push(" and s.lot = ").push_bind(id.to_string());
    let rows = select.build().fetch_all(&app.db).await?;
    let found = read(&app.db, rows).await?.pop();
    found.map(Json).ok_or_else(ApiError::not_found)
}

/// What a closed lot came to: how the floor left it (`s`), or that staff recorded the sale to have come to nothing.
macro_rules! came_to {
    () => {
        "case when s.stage = 'sold' then coalesce((select f.progress from lot_files f where f.lot = s.lot
           and f.progress in ('void', 'defaulted')), s.stage) else s.stage end"
    };
}
pub const CAME_TO: &str = came_to!();

const SELECT: &str = concat!(
    "select s.lot, ",
    came_to!(),
    " as outcome, s.closed_at, s.winner, s.deal, s.premium,
       (select n.id from notices n where n.lot = s.lot and n.kind = 'result' and n.published_at is not null
        order by n.published_at desc limit 1) as notice,
       (select p.account from applications p where p.lot = s.lot and p.paddle = s.winner) as account"
);
const FROM: &str = " from lot_states s join lots l on l.id = s.lot
     where l.status = 'published' and s.closed_at is not null and s.stage in ('sold', 'unsold', 'terminated')";

/// The moments from the first of `from` to the end of `to`.
pub fn period(from: Option<&str>, to: Option<&str>) -> ApiResult<(i64, i64)> {
    let day = |field: &str, text: Option<&str>| {
        let text = text.filter(|text| !text.is_empty());
        let wrong = |why: String| ApiError::bad_request(field, "日期格式应为2026-10-01", &why);
        text.map(|text| text.parse::<Day>().map_err(wrong)).transpose()
    };
    let (from, to) = (day("from", from)?, day("to", to)?);
    Ok((from.map_or(0, |day| day.start().0), to.map_or(i64::MAX, |day| day.end().0)))
}

pub async fn page(db: &SqlitePool, query: &ResultQuery) -> ApiResult<ResultPage> {
    let page = query.page.unwrap_or(1).max(1);
    let page_size = query.page_size.unwrap_or(20).clamp(1, PAGE_SIZE_MAX);
    let (begin, end) = period(query.from.as_deref(), query.to.as_deref())?;
    let condition = |builder: &mut QueryBuilder<Sqlite>| {
        builder.push(FROM).push(" and s.closed_at >= ").push_bind(begin).push(" and s.closed_at < ").push_bind(end);
        store::containing(builder, query.q.as_deref(), &["l.number", "l.title_zh", "l.title_en", "l.location"]);
        if let Some(kind) = query.kind.as_deref().filter(|kind| !kind.is_empty()) {
            builder.push(" and l.kind = ").push_bind(kind.to_string());
        }
        if let Some(center) = query.center_id {
            builder.push(" and l.center = ").push_bind(center.to_string());
        }
        if let Some(outcome) = query.outcome.as_deref().filter(|outcome| !outcome.is_empty()) {
            builder.push(" and ").push(CAME_TO).push(" = ").push_bind(outcome.to_string());
        }
    };
    let mut count = QueryBuilder::new("select count(*)");
    condition(&mut count);
    let total: i64 = count.build_query_scalar().fetch_one(db).await?;
    let mut select = QueryBuilder::new(SELECT);
    condition(&mut select);
    select.push(" order by s.closed_at desc, s.lot limit ").push_bind(page_size);
    select.push(" offset ").push_bind(i64::from(page - 1) * i64::from(page_size));
    let items = read(db, select.build().fetch_all(db).await?).await?;
    Ok(ResultPage { items, total: total as u64, page, page_size })
}

/// The rows with their lots, in the order they came.
async fn read(db: &SqlitePool, rows: Vec<SqliteRow>) -> ApiResult<Vec<ResultRow>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| uuid(row, "lot")).collect::<sqlx::Result<_>>()?;
    let cards = store::cards(db, &ids).await?;
    let mut results = Vec::new();
    for (row, lot) in rows.iter().zip(cards) {
        let mut result = result(row, lot)?;
        // The name everybody else prints: the registration's.
        let account: Option<String> = row.try_get("account")?;
        if let Some(account) = account.filter(|_| result.notice.is_some()) {
            result.winner_name = Some(named(db, account.parse().map_err(|_| bad("account"))?).await?.name);
        }
        results.push(result);
    }
    Ok(results)
}

/// Of a row with [`CAME_TO`] as its `outcome`.
pub fn outcome(row: &SqliteRow) -> sqlx::Result<ResultOutcome> {
    let came_to: String = row.try_get("outcome")?;
    ResultOutcome::ALL.into_iter().find(|one| one.name() == came_to).ok_or_else(|| bad("outcome"))
}

fn result(row: &SqliteRow, lot: LotCard) -> sqlx::Result<ResultRow> {
    let notice: Option<String> = row.try_get("notice")?;
    Ok(ResultRow {
        lot,
        outcome: outcome(row)?,
        closed_at: row.try_get("closed_at")?,
        amount: row.try_get("deal")?,
        premium_percent: row.try_get("premium")?,
        winner: row.try_get("winner")?,
        winner_name: None,
        notice: notice.map(|id| id.parse().map_err(|_| bad("notice"))).transpose()?,
    })
}
