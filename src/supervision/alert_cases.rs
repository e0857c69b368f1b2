//! 预警转立案: an alert becomes a case, and what comes of it returns.

use crate::app::{App, Valid, filled};
use crate::approval::cases;
use crate::clock;
use crate::codes::credit_code;
use crate::db::{json, uuid};
use crate::enforcement::case::{CasePlace, Party, PartyKind};
use crate::enforcement::{self, ActTime, CaseSource, KeptCase, NewCase};
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::supervision::model::AlertCase;
use crate::supervision::precision::of_case;
use axum::Json;
use axum::extract::{Path, State};
use matching::{Moment, Paddle};
use serde::Deserialize;
use sqlx::{Row, SqlitePool};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const NOTE_CHARS_MAX: usize = 1_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAlertCase {
    /// Which agency handles it; the enforcement agency where nothing is said.
    agency: Option<Uuid>,
    /// Whom the alert is about, of its paddles.
    paddle: Option<u32>,
    note: String,
}

fn view(alert: i64, case: &KeptCase) -> AlertCase {
    let outcome = case.place.outcome;
    AlertCase {
        alert,
        case_id: case.id,
        number: case.number.clone(),
        status: case.place.status,
        outcome,
        confirmed: of_case(outcome),
    }
}

/// The case an alert has become, where it has.
pub async fn of_alert(db: &SqlitePool, alert: i64) -> ApiResult<Option<AlertCase>> {
    let kept = enforcement::of_source(db, CaseSource::Alert, &alert.to_string()).await?;
    Ok(kept.map(|case| view(alert, &case)))
}

/// Opens a case from an alert. Whom it is against is written in only once the lot has closed: before, nobody
/// may know who holds a paddle, and the officers identify him later.
#[utoipa::path(post, path = "/api/supervision/alerts/{id}/case", params(("id" = i64, Path)),
    request_body = NewAlertCase, responses((status = 200, body = AlertCase), (status = "4XX", body = ApiError)))]
async fn open(
    State(app): State<App>,
    Path(id): Path<i64>,
    principal: Principal,
    Valid(new): Valid<NewAlertCase>,
) -> ApiResult<Json<AlertCase>> {
    let note = filled("note", &new.note, NOTE_CHARS_MAX)?;
    let row = sqlx::query("select lot, zh, paddles, at from alerts where id = ?")
        .bind(id)
        .fetch_optional(&app.db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let (lot, paddles): (Uuid, Vec<u32>) = (uuid(&row, "lot")?, json(&row, "paddles")?);
    if new.paddle.is_some_and(|paddle| !paddles.contains(&paddle)) {
        return Err(ApiError::bad_request("paddle", "该预警不涉及此号牌", "the alert is not about this paddle"));
    }
    let (said, at): (String, Moment) = (row.try_get("zh")?, Moment(row.try_get("at")?));
    let now = clock::now();
    let party = match new.paddle.or((paddles.len() == 1).then(|| paddles[0])) {
        Some(paddle) => holder(&app, lot, Paddle(paddle)).await?,
        None => None,
    };
    let agency = match new.agency {
        Some(agency) => agency,
        None => enforcement::receiving(&app.db).await?,
    };
    let case = NewCase {
        source: CaseSource::Alert,
        source_ref: id.to_string(),
        lot: Some(lot),
        agency,
        title: said.clone(),
        facts: format!("预警{id}：{said}。{note}"),
        by: principal.account,
        // What the alert saw was done by then; the officers find more.
        place: CasePlace { act_time: Some(ActTime::on(at)), discovered_at: Some(at.0), ..CasePlace::filed(now, party) },
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    enforcement::file(&mut tx, &case, now).await?;
    tx.commit().await?;
    of_alert(&app.db, id).await?.ok_or_else(ApiError::not_found).map(Json)
}

/// Who held a paddle, once the lot has closed and where he is registered.
async fn holder(app: &App, lot: Uuid, paddle: Paddle) -> ApiResult<Option<Party>> {
    let holders = app.feed.look(lot, |replica| replica.closed_at().map(|_| replica.holders())).flatten();
    let Some((_, account)) = holders.into_iter().flatten().find(|(known, _)| *known == paddle) else {
        return Ok(None);
    };
    let mut db = app.db.acquire().await?;
    let Some(code) = cases::registered_code(&mut db, account).await? else { return Ok(None) };
    let name = cases::registered_name(&mut db, account).await?.unwrap_or_default();
    // Both are 18 characters, and a credit code may be all digits: its two checks tell it from an identity number.
    let kind = if credit_code(&code).is_ok() { PartyKind::Entity } else { PartyKind::Person };
    Ok(Some(Party { kind, code, name }))
}
