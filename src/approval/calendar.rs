//! The calendar as this platform keeps it: the release's decrees, and those imported since.

use crate::app::{self, App, Valid};
use crate::calendar::{Calendar, YearDecree};
use crate::clock;
use crate::db;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::security::proposals::{ProposalRefusal, Proposals, Word};
use crate::security::store as people;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use sqlx::{Row, SqlitePool};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// A decree names some thirty days; ten times that is a mistake.
const DAYS_MAX: usize = 300;
const DECREE_CHARS_MAX: usize = 200;
/// One waits for each year at most.
const PROPOSALS_MAX: i64 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(decrees, propose))
        .routes(routes!(proposals))
        .routes(routes!(grant))
        .routes(routes!(refuse))
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

/// A year's decree that waits for a second person.
#[derive(Serialize, ToSchema)]
struct DecreeProposal {
    id: Uuid,
    decree: YearDecree,
    asked_by: String,
    asked_at: i64,
    /// Whether I proposed it: then I may take it back, and not grant it.
    mine: bool,
}

/// Proposes a year's decree. It moves every legal limit, so a second person grants it.
#[utoipa::path(post, path = "/api/calendar", request_body = YearDecree,
    responses((status = 200, body = DecreeProposal), (status = "4XX", body = ApiError)))]
async fn propose(
    State(app): State<App>,
    principal: Principal,
    Valid(decree): Valid<YearDecree>,
) -> ApiResult<Json<DecreeProposal>> {
    if decree.decree.trim().is_empty() || decree.decree.chars().count() > DECREE_CHARS_MAX {
        return Err(ApiError::bad_request("decree", "请填写文号", "name the decree"));
    }
    if decree.off.len() + decree.on.len() > DAYS_MAX {
        return Err(ApiError::bad_request("off", "日期过多", "too many days"));
    }
    checked(&app, &decree)?;
    let (id, now) = (Uuid::new_v4(), clock::now().0);
    let kept =
        sqlx::query("insert into calendar_proposals (id, year, decree, asked_by, asked_at) values (?, ?, ?, ?, ?)")
            .bind(id.to_string())
            .bind(decree.year)
            .bind(serde_json::to_string(&decree).map_err(|_| ApiError::internal())?)
            .bind(principal.account.to_string())
            .bind(now)
            .execute(&app.db)
            .await;
    match kept {
        Ok(_) => {}
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(ApiError::conflict("该年安排已有待批准的申请", "a decree of this year waits already"));
        }
        Err(error) => return Err(error.into()),
    }
    let asked_by = people::name(&app.db, principal.account).await?;
    Ok(Json(DecreeProposal { id, decree, asked_by, asked_at: now, mine: true }))
}

/// Whether the calendar can take it in.
fn checked(app: &App, decree: &YearDecree) -> ApiResult<()> {
    let mut calendar = (*app.calendar()).clone();
    calendar.take(decree).map_err(|fault| ApiError::bad_request("off", &format!("日期不正确：{fault}"), &fault))
}

/// Decrees that wait for a second person.
#[utoipa::path(get, path = "/api/calendar/proposals",
    responses((status = 200, body = Vec<DecreeProposal>), (status = "4XX", body = ApiError)))]
async fn proposals(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<DecreeProposal>>> {
    let rows = sqlx::query(
        "select p.*, a.name as asker from calendar_proposals p join accounts a on a.id = p.asked_by
         where p.decided_by is null order by p.year limit ?",
    )
    .bind(PROPOSALS_MAX)
    .fetch_all(&app.db)
    .await?;
    let proposals = rows.iter().map(|row| {
        Ok(DecreeProposal {
            id: db::uuid(row, "id")?,
            decree: db::json(row, "decree")?,
            asked_by: row.try_get("asker")?,
            asked_at: row.try_get("asked_at")?,
            mine: db::uuid(row, "asked_by")? == principal.account,
        })
    });
    Ok(Json(proposals.collect::<sqlx::Result<_>>()?))
}

/// Grants a year's decree. Open limits follow it at once: a limit is kept as its length, not its date.
#[utoipa::path(post, path = "/api/calendar/proposals/{id}/grant", params(("id" = Uuid, Path)),
    operation_id = "grant_decree", responses((status = 200, body = YearDecree), (status = "4XX", body = ApiError)))]
async fn grant(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<YearDecree>> {
    let decree: YearDecree = db::json(&Proposals::Decrees.to_grant(&app.db, id, &principal).await?, "decree")?;
    let json = |days: &Vec<String>| serde_json::to_string(days).map_err(|_| ApiError::internal());
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    Proposals::Decrees.decide(&mut tx, id, Word { by: principal.account, at: now, refused: None }).await?;
    sqlx::query(
        "insert into calendar_years (year, decree, days_off, days_on, imported_at) values (?, ?, ?, ?, ?)
         on conflict (year) do update set decree = excluded.decree, days_off = excluded.days_off,
           days_on = excluded.days_on, imported_at = excluded.imported_at",
    )
    .bind(decree.year)
    .bind(&decree.decree)
    .bind(json(&decree.off)?)
    .bind(json(&decree.on)?)
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    // Taken into the calendar of this moment: another year may have been granted meanwhile.
    let mut calendar = app.calendar.write().expect("nobody panics while reading days");
    let mut with = (**calendar).clone();
    with.take(&decree).map_err(|_| ApiError::internal())?;
    *calendar = Arc::new(with);
    Ok(Json(decree))
}

/// Refuses a proposed decree, or takes one's own back.
#[utoipa::path(post, path = "/api/calendar/proposals/{id}/refuse", params(("id" = Uuid, Path)),
    operation_id = "refuse_decree", request_body = ProposalRefusal,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn refuse(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(refusing): Valid<ProposalRefusal>,
) -> ApiResult<StatusCode> {
    let reason = app::reason(&refusing.reason)?;
    Proposals::Decrees.to_refuse(&app.db, id, &principal).await?;
    let word = Word { by: principal.account, at: clock::now(), refused: Some(reason) };
    let mut db = app.db.acquire().await?;
    Proposals::Decrees.decide(&mut db, id, word).await?;
    Ok(StatusCode::NO_CONTENT)
}
