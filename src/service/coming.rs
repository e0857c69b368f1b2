//! 拍卖日历: what a month holds — lots that open, lots that end, and the last moments to apply.

use crate::app::App;
use crate::calendar::Day;
use crate::clock;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::trading::lots::LotCard;
use crate::trading::store;
use axum::Json;
use axum::extract::{Query, State};
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Row};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Dates of one month: thirty a working day; a page that shows more is read by nobody.
const ROWS_MAX: usize = 600;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(month))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ComingQuery {
    /// 2026-10; the present month in Beijing if absent.
    month: Option<String>,
    kind: Option<String>,
    center_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
struct ComingMonth {
    /// 2026-10.
    month: String,
    /// In the order of their moments.
    items: Vec<ComingRow>,
    /// Whether the month holds more than is listed.
    more: bool,
    now: i64,
}

#[derive(Serialize, ToSchema)]
struct ComingRow {
    at: i64,
    /// The day in Beijing, 2026-10-01.
    day: String,
    what: ComingWhat,
    lot: LotCard,
}

#[derive(Serialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum ComingWhat {
    Opens,
    /// 竞买申请截止.
    ApplicationsClose,
    /// As it stands now: a late bid may still move it.
    Ends,
}

/// The first moment of a month, and the first after it.
fn bounds(month: &str) -> Option<(Moment, Moment)> {
    let first: Day = format!("{month}-01").parse().ok()?;
    let (year, number) = (first.year(), month.get(5..)?.parse::<u8>().ok()?);
    let next = if number == 12 { Day::new(year + 1, 1, 1)? } else { Day::new(year, number + 1, 1)? };
    Some((first.start(), next.start()))
}

/// A month of coming auctions.
#[utoipa::path(get, path = "/api/coming", params(ComingQuery),
    responses((status = 200, body = ComingMonth), (status = "4XX", body = ApiError)))]
async fn month(State(app): State<App>, Query(query): Query<ComingQuery>) -> ApiResult<Json<ComingMonth>> {
    let now = clock::now();
    let month = query.month.filter(|month| !month.is_empty()).unwrap_or_else(|| Day::of(now).to_string()[..7].into());
    let (begin, end) = bounds(&month)
        .ok_or_else(|| ApiError::bad_request("month", "月份格式应为2026-10", "write a month as 2026-10"))?;
    let mut select = QueryBuilder::new(
        "with dates (lot, at, what) as (
           select lot, opens_at, 'opens' from lot_states where stage = 'announced'
           union all
           select lot, ends_at, 'ends' from lot_states where stage = 'bidding'
           union all
           select f.lot, json_extract(f.body, '$.application_deadline'), 'applications_close'
             from lot_files f join lot_states s on s.lot = f.lot where s.stage in ('announced', 'bidding'))
         select d.lot, d.at, d.what from dates d join lots l on l.id = d.lot where l.status = 'published' and d.at >= ",
    );
    select.push_bind(begin.0).push(" and d.at < ").push_bind(end.0);
    if let Some(kind) = query.kind.filter(|kind| !kind.is_empty()) {
        select.push(" and l.kind = ").push_bind(kind);
    }
    if let Some(center) = query.center_id {
        select.push(" and l.center = ").push_bind(center.to_string());
    }
    select.push(" order by d.at, l.number, d.what desc limit ").push_bind(ROWS_MAX as i64 + 1);
    let mut rows = select.build().fetch_all(&app.db).await?;
    let more = rows.len() > ROWS_MAX;
    rows.truncate(ROWS_MAX);
    let ids: Vec<Uuid> = rows.iter().map(|row| uuid(row, "lot")).collect::<sqlx::Result<_>>()?;
    let lots = store::cards(&app.db, &ids).await?;
    let read = |(row, lot): (&sqlx::sqlite::SqliteRow, LotCard)| {
        let (at, what): (i64, String) = (row.try_get("at")?, row.try_get("what")?);
        let what = match what.as_str() {
            "opens" => ComingWhat::Opens,
            "applications_close" => ComingWhat::ApplicationsClose,
            "ends" => ComingWhat::Ends,
            _ => return Err(bad("what")),
        };
        Ok(ComingRow { at, day: Day::of(Moment(at)).to_string(), what, lot })
    };
    let items = rows.iter().zip(lots).map(read).collect::<sqlx::Result<_>>()?;
    Ok(Json(ComingMonth { month, items, more, now: now.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let (_, end) = bounds("2026-12").expect("a month");
        assert_eq!(end, bounds("2027-01").expect("a month").0);
        for wrong in ["2026", "2026-13", "2026-1", "2026-00", "abc", "2026-01-01", "月"] {
            assert!(bounds(wrong).is_none(), "{wrong}");
        }
    }
}
