//! The calendar as this platform keeps it: the release's decrees, and those imported since.

use crate::app::{App, Valid};
use crate::calendar::{Calendar, YearDecree};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use axum::Json;
use axum::extract::State;
use sqlx::{Row, SqlitePool};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A decree names some thirty days; ten times that is a mistake.
const DAYS_MAX: usize = 300;
const DECREE_CHARS_MAX: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(decrees, import))
}

async fn imported(db: &SqlitePool) -> sqlx::Result<Vec<YearDecree>> {
    let rows = sqlx::query("select * from calendar_years order by year").fetch_all(db).await?;
    let days = |row: &sqlx::sqlite::SqliteRow, column: &str| {
        serde_json::from_str(&row.try_get::<String, _>(column)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
    };
    rows.iter()
        .map(|row| {
            Ok(YearDecree {
                year: row.try_get("year")?,
                decree: row.try_get("decree")?,
                off: days(row, "days_off")?,
                on: days(row, "days_on")?,
            })
        })
        .collect()
}

/// The calendar at the start.
pub async fn stored(db: &SqlitePool) -> Result<Calendar, Box<dyn std::error::Error>> {
    let mut calendar = Calendar::released();
    for decree in imported(db).await? {
        calendar.take(&decree)?;
    }
    Ok(calendar)
}

/// The yearly decrees by which working days are counted.
#[utoipa::path(get, path = "/api/calendar", responses((status = 200, body = Vec<YearDecree>)))]
async fn decrees(State(app): State<App>) -> ApiResult<Json<Vec<YearDecree>>> {
    let mut decrees = Calendar::released_decrees();
    for decree in imported(&app.db).await? {
        decrees.retain(|released| released.year != decree.year);
        decrees.push(decree);
    }
    decrees.sort_by_key(|decree| decree.year);
    Ok(Json(decrees))
}

/// Imports a year's decree. Open limits follow it at once: a limit is kept as its length, not its date.
#[utoipa::path(post, path = "/api/calendar", request_body = YearDecree,
    responses((status = 200, body = YearDecree), (status = "4XX", body = ApiError)))]
async fn import(State(app): State<App>, Valid(decree): Valid<YearDecree>) -> ApiResult<Json<YearDecree>> {
    if decree.decree.trim().is_empty() || decree.decree.chars().count() > DECREE_CHARS_MAX {
        return Err(ApiError::bad_request("decree", "请填写文号", "name the decree"));
    }
    if decree.off.len() + decree.on.len() > DAYS_MAX {
        return Err(ApiError::bad_request("off", "日期过多", "too many days"));
    }
    let mut calendar = (*app.calendar()).clone();
    calendar.take(&decree).map_err(|fault| ApiError::bad_request("off", &format!("日期不正确：{fault}"), &fault))?;
    let json = |days: &Vec<String>| serde_json::to_string(days).map_err(|_| ApiError::internal());
    sqlx::query(
        "insert into calendar_years (year, decree, days_off, days_on, imported_at) values (?, ?, ?, ?, ?)
         on conflict (year) do update set decree = excluded.decree, days_off = excluded.days_off,
           days_on = excluded.days_on, imported_at = excluded.imported_at",
    )
    .bind(decree.year)
    .bind(&decree.decree)
    .bind(json(&decree.off)?)
    .bind(json(&decree.on)?)
    .bind(clock::now().0)
    .execute(&app.db)
    .await?;
    *app.calendar.write().expect("nobody panics while reading days") = Arc::new(calendar);
    Ok(Json(decree))
}
