//! What offices do while a lot runs: the reserve, the seeds of a draw.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::trading::desk::{command, finished, own};
use crate::trading::lots::LotDetail;
use crate::trading::store;
use crate::trading::terms::at;
use crate::trading::wire::parse_money;
use axum::Json;
use axum::extract::{Path, State};
use matching::{Command, Duty, Office};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(enter_reserve)).routes(routes!(commit)).routes(routes!(reveal))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReserveAmount {
    amount: String,
}

#[derive(Serialize, ToSchema)]
struct ReserveEntry {
    /// It stands; otherwise a second clerk must enter the same amount.
    entered: bool,
}

/// 底价录入 under two persons: each enters the amount unseen by the other; equal amounts set it. Only a
/// salted hash of the first is kept meanwhile.
#[utoipa::path(post, path = "/api/desk/lots/{id}/reserve", params(("id" = Uuid, Path)), request_body = ReserveAmount,
    responses((status = 200, body = ReserveEntry), (status = "4XX", body = ApiError)))]
async fn enter_reserve(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(reserve): Valid<ReserveAmount>,
) -> ApiResult<Json<ReserveEntry>> {
    let lot = own(&app, id, &principal).await?;
    let amount = at("amount", parse_money(&reserve.amount, lot.terms.scale))?;
    // The floor has the last word; what it would refuse at once is not kept waiting for a second person.
    let may = app.feed.look(id, |replica| replica.book.decide(clock::now(), &Command::Reserve { amount }).map(|_| ()));
    let unit = (lot.terms.scale, lot.terms.direction);
    may.ok_or_else(ApiError::unknown_lot)?.map_err(|refusal| ApiError::refused(&refusal, unit.0, unit.1))?;
    let first = store::reserve_entry(&app.db, id).await?;
    let Some(first) = first.filter(|first| first.by != principal.account) else {
        store::keep_reserve_entry(&app.db, id, amount, principal.account, clock::now()).await?;
        store::note(&app.db, id, "reserve_first", principal.account, clock::now()).await?;
        return Ok(Json(ReserveEntry { entered: false }));
    };
    if !first.is(amount) {
        store::drop_reserve_entry(&app.db, id).await?;
        store::note(&app.db, id, "reserve_differs", principal.account, clock::now()).await?;
        return Err(ApiError::conflict(
            "两人录入的底价不一致，请重新录入",
            "the two amounts differ; both enter it again",
        ));
    }
    command(&app, id, principal.account, Command::Reserve { amount }, "reserve").await?;
    store::drop_reserve_entry(&app.db, id).await?;
    Ok(Json(ReserveEntry { entered: true }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Commitment {
    /// SHA-256 of the seed, in lowercase hex.
    digest: String,
}

/// 摇号: my office (the center, or supervision) binds itself to a seed.
#[utoipa::path(post, path = "/api/lots/{id}/draw/commit", params(("id" = Uuid, Path)), request_body = Commitment,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn commit(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(commitment): Valid<Commitment>,
) -> ApiResult<Json<LotDetail>> {
    let office = draws(&app, id, &principal).await?;
    let duty = Duty::Commit { office, digest: commitment.digest };
    command(&app, id, principal.account, Command::Duty(duty), "commit").await?;
    finished(&app, id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Seed {
    seed: String,
}

/// 摇号: my office shows its seed.
#[utoipa::path(post, path = "/api/lots/{id}/draw/reveal", params(("id" = Uuid, Path)), request_body = Seed,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn reveal(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(seed): Valid<Seed>,
) -> ApiResult<Json<LotDetail>> {
    let office = draws(&app, id, &principal).await?;
    let duty = Duty::Reveal { office, seed: seed.seed };
    command(&app, id, principal.account, Command::Duty(duty), "reveal").await?;
    finished(&app, id).await
}

/// The office somebody speaks for in a lot's draw: a clerk for his own center.
async fn draws(app: &App, id: Uuid, principal: &Principal) -> ApiResult<Office> {
    match principal.role {
        Role::Clerk => own(app, id, principal).await.map(|_| Office::Center),
        Role::Supervisor => Ok(Office::Supervisor),
        _ => Err(ApiError::forbidden()),
    }
}
