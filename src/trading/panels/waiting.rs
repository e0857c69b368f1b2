//! 专家组待办: which panels and scores of a center's lots wait, and for whom, beside a clerk's desk.

use crate::app::App;
use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The oldest first; a center draws a few in a week.
const WAITING_MAX: i64 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(waiting))
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PanelWaitsFor {
    /// The center puts down the hash of its seed.
    OurHash,
    /// Supervision does.
    TheirHash,
    /// The center shows its seed.
    OurSeed,
    TheirSeed,
    /// Another clerk enters the scores that I entered first.
    AnotherClerk,
    /// I enter the scores that another clerk entered first.
    Me,
}

#[derive(Serialize, ToSchema)]
pub struct PanelWaiting {
    lot: Uuid,
    number: String,
    title_zh: String,
    title_en: String,
    waits_for: PanelWaitsFor,
    since: i64,
    /// Of scores: how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<u64>,
}

/// What waits on the panels of my center's lots.
#[utoipa::path(get, path = "/api/desk/panels/waiting", operation_id = "panels_waiting",
    responses((status = 200, body = Vec<PanelWaiting>), (status = "4XX", body = ApiError)))]
async fn waiting(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<PanelWaiting>>> {
    let center = principal.center.ok_or_else(ApiError::forbidden)?.to_string();
    let draws = sqlx::query(
        "select l.id, l.number, l.title_zh, l.title_en, p.asked_at as since, ours.no is not null as our_hash,
           theirs.no is not null as their_hash, ours.seed is not null as our_seed
         from panels p join lots l on l.id = p.lot
         left join panel_draws d on d.lot = p.lot and d.no = p.no
         left join panel_seeds ours on ours.lot = p.lot and ours.no = p.no and ours.office = 'clerk'
         left join panel_seeds theirs on theirs.lot = p.lot and theirs.no = p.no and theirs.office = 'supervisor'
         where l.center = ? and d.no is null and p.no = (select max(no) from panels q where q.lot = p.lot)
         order by p.asked_at limit ?",
    )
    .bind(&center)
    .bind(WAITING_MAX)
    .fetch_all(&app.db)
    .await?;
    let scores = sqlx::query(
        "select l.id, l.number, l.title_zh, l.title_en, min(w.entered_at) as since, w.entered_by = ?2 as mine,
           count(*) as scores
         from panel_words w join lots l on l.id = w.lot
         where l.center = ?1 and w.second_by is null
         group by l.id, mine order by since limit ?3",
    )
    .bind(&center)
    .bind(principal.account.to_string())
    .bind(WAITING_MAX)
    .fetch_all(&app.db)
    .await?;
    let of_draw = |row: &SqliteRow| -> sqlx::Result<PanelWaitsFor> {
        let flag = |column: &str| row.try_get::<bool, _>(column);
        Ok(match (flag("our_hash")?, flag("their_hash")?, flag("our_seed")?) {
            (false, ..) => PanelWaitsFor::OurHash,
            (true, false, _) => PanelWaitsFor::TheirHash,
            (true, true, false) => PanelWaitsFor::OurSeed,
            (true, true, true) => PanelWaitsFor::TheirSeed,
        })
    };
    let of_scores = |row: &SqliteRow| -> sqlx::Result<PanelWaitsFor> {
        Ok(if row.try_get::<bool, _>("mine")? { PanelWaitsFor::AnotherClerk } else { PanelWaitsFor::Me })
    };
    let drawn = draws.iter().map(|row| view(row, of_draw(row)?, None));
    let scored = scores.iter().map(|row| view(row, of_scores(row)?, Some(row.try_get::<i64, _>("scores")? as u64)));
    let all = drawn.chain(scored).collect::<sqlx::Result<Vec<_>>>()?;
    // On a lot that is over nothing is scored and nobody drawn any more.
    let is_over = |lot: Uuid| app.feed.look(lot, |replica| replica.closed_at().is_some()) == Some(true);
    Ok(Json(all.into_iter().filter(|one| !is_over(one.lot)).collect()))
}

fn view(row: &SqliteRow, waits_for: PanelWaitsFor, scores: Option<u64>) -> sqlx::Result<PanelWaiting> {
    Ok(PanelWaiting {
        lot: uuid(row, "id")?,
        number: row.try_get("number")?,
        title_zh: row.try_get("title_zh")?,
        title_en: row.try_get("title_en")?,
        waits_for,
        since: row.try_get("since")?,
        scores,
    })
}
