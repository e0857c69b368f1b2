//! The doors of panels: asked for by a clerk, bound and shown by two offices, read by everybody.

use super::model::{PanelAsked, PanelCommitment, PanelOffice, PanelReveal, PanelsOfLot};
use super::store::{self, Sight};
use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, PanelExpert};
use crate::security::audit::{self, Act};
use crate::security::model::{Principal, Role};
use crate::trading::desk;
use crate::trading::store as lots;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(ask))
        .routes(routes!(commit))
        .routes(routes!(reveal))
        .routes(routes!(experts))
        .merge(super::words::routes())
        .merge(super::waiting::routes())
}

async fn told(app: &App, lot: Uuid, reader: Option<&Principal>) -> ApiResult<Json<PanelsOfLot>> {
    let is_over = app.feed.look(lot, |replica| replica.closed_at().is_some()) == Some(true);
    let is_staff = match reader.map(|reader| reader.role) {
        Some(Role::Supervisor) => true,
        Some(Role::Clerk) => desk::readable(app, lot, reader.ok_or_else(ApiError::internal)?).await.is_ok(),
        _ => false,
    };
    let items = store::panels(app, lot, &Sight { is_staff, is_over }).await?;
    Ok(Json(PanelsOfLot { fields: registers::expert_fields(), items }))
}

/// Panels of a lot, newest first: what was fixed, by whose seeds, and who was drawn.
#[utoipa::path(get, path = "/api/lots/{id}/panels", operation_id = "panels_of_lot", params(("id" = Uuid, Path)),
    responses((status = 200, body = PanelsOfLot), (status = "4XX", body = ApiError)))]
async fn read(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    reader: Option<Extension<Principal>>,
) -> ApiResult<Json<PanelsOfLot>> {
    if !lots::find(&app.db, id).await?.is_published() {
        return Err(ApiError::unknown_lot());
    }
    told(&app, id, reader.as_ref().map(|Extension(principal)| principal)).await
}

/// Asks for a panel: its field, its size and who takes no part are fixed before any seed.
#[utoipa::path(post, path = "/api/desk/lots/{id}/panels", operation_id = "panel_ask", params(("id" = Uuid, Path)),
    request_body = PanelAsked, responses((status = 200, body = PanelsOfLot), (status = "4XX", body = ApiError)))]
async fn ask(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(asked): Valid<PanelAsked>,
) -> ApiResult<Json<PanelsOfLot>> {
    if !desk::own(&app, id, &principal).await?.is_published() {
        return Err(ApiError::conflict("标的尚未发布", "the lot is not published yet"));
    }
    let before = store::newest(&app.db, id).await?.map_or(0, |(no, _)| no);
    asked.check(before == 0)?;
    if before >= store::PANELS_MAX {
        return Err(ApiError::conflict("该标的抽取次数过多", "too many panels were drawn for this lot"));
    }
    let now = clock::now();
    store::ask(&app.db, id, before + 1, asked, principal.account, now).await?;
    lots::note(&app.db, id, "panel_asked", principal.account, now).await?;
    told(&app, id, Some(&principal)).await
}

/// Which office somebody speaks for on a lot, and the panel that waits for seeds.
async fn office(app: &App, id: Uuid, principal: &Principal) -> ApiResult<(PanelOffice, i64)> {
    let office = match principal.role {
        Role::Supervisor => PanelOffice::Supervisor,
        _ => {
            desk::own(app, id, principal).await?;
            PanelOffice::Clerk
        }
    };
    match store::newest(&app.db, id).await? {
        Some((no, false)) => Ok((office, no)),
        _ => Err(ApiError::conflict("没有待抽取的专家组", "no panel waits to be drawn")),
    }
}

/// Puts down the hash of my office's seed.
#[utoipa::path(post, path = "/api/lots/{id}/panels/commit", operation_id = "panel_commit", params(("id" = Uuid, Path)),
    request_body = PanelCommitment, responses((status = 200, body = PanelsOfLot), (status = "4XX", body = ApiError)))]
async fn commit(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(commitment): Valid<PanelCommitment>,
) -> ApiResult<Json<PanelsOfLot>> {
    let (office, no) = office(&app, id, &principal).await?;
    let (digest, now) = (commitment.digest()?, clock::now());
    // Read before the write begins, for the case that this is the second.
    let pool = store::pool(&app, id, no, now).await?;
    store::commit(&app.db, (id, no), office, &digest, pool, principal.account, now).await?;
    lots::note(&app.db, id, "panel_committed", principal.account, now).await?;
    told(&app, id, Some(&principal)).await
}

/// Shows my office's seed, once both hashes and the pool's stand in the log; with the second the panel is drawn.
#[utoipa::path(post, path = "/api/lots/{id}/panels/reveal", operation_id = "panel_reveal", params(("id" = Uuid, Path)),
    request_body = PanelReveal, responses((status = 200, body = PanelsOfLot), (status = "4XX", body = ApiError)))]
async fn reveal(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(reveal): Valid<PanelReveal>,
) -> ApiResult<Json<PanelsOfLot>> {
    let (office, no) = office(&app, id, &principal).await?;
    let now = clock::now();
    store::reveal(&app, (id, no), office, &reveal.seed()?, now).await?;
    lots::note(&app.db, id, "panel_seed_shown", principal.account, now).await?;
    told(&app, id, Some(&principal)).await
}

/// Whom to call: those drawn and their substitutes, by name. Each reading stands in the audit trail and among
/// the readings of the register.
#[utoipa::path(get, path = "/api/desk/lots/{id}/panels/{no}/experts", operation_id = "panel_experts",
    params(("id" = Uuid, Path), ("no" = i64, Path)),
    responses((status = 200, body = Vec<PanelExpert>), (status = "4XX", body = ApiError)))]
async fn experts(
    State(app): State<App>,
    Path((id, no)): Path<(Uuid, i64)>,
    principal: Principal,
) -> ApiResult<Json<Vec<PanelExpert>>> {
    desk::own(&app, id, &principal).await?;
    let called = store::drawn(&app.db, id, no).await?.of_those_called();
    let numbers: Vec<&str> = called.tickets.iter().map(|ticket| ticket.number.as_str()).collect();
    let subject = format!("name phone; panel {no} of lot {id}");
    let act = Act::of(principal.account, principal.role, "read register experts", &subject);
    audit::note(&app.db, act.because("通知抽取的评审专家")).await?;
    registers::experts(&app.db, &numbers).await.map(Json)
}
