//! The doors of sharing requests.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::routes::{find, named, visitor};
use crate::registers::shares::{self, Decision, NewShare, Share, Side};
use crate::security::model::{Principal, Role};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(list)).routes(routes!(decide))
}

/// Asks the owner of a register for some of its fields.
#[utoipa::path(post, path = "/api/registers/{id}/shares", operation_id = "register_share_ask",
    params(("id" = String, Path)), request_body = NewShare,
    responses((status = 200, body = Share), (status = "4XX", body = ApiError)))]
async fn ask(
    State(app): State<App>,
    Path(id): Path<String>,
    principal: Principal,
    Valid(new): Valid<NewShare>,
) -> ApiResult<Json<Share>> {
    let found = find(&app, &id, &principal).await?;
    let agency = found.visitor.agency.ok_or_else(ApiError::forbidden)?;
    if found.visitor.is_of(found.owner) {
        return Err(ApiError::conflict(
            "本库由贵单位归口，无须申请",
            "your agency owns this register and reads it anyway",
        ));
    }
    if found.owner.is_none() {
        return Err(ApiError::conflict(
            "本库尚未确定归口机关，请联系管理员",
            "no agency owns this register yet; ask the administrator",
        ));
    }
    shares::ask(&app.db, found.register, &new, agency, principal.account, clock::now()).await.map(Json)
}

#[derive(Deserialize, ToSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum ShareSide {
    /// My agency's requests.
    Asked,
    /// Those for my agency's registers.
    Owned,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ShareQuery {
    /// `asked` (default) or `owned`; supervision sees all of them.
    #[param(inline)]
    side: Option<ShareSide>,
}

/// Sharing requests, those not decided first; at most 200.
#[utoipa::path(get, path = "/api/register-shares", operation_id = "register_shares",
    params(ShareQuery),
    responses((status = 200, body = Vec<Share>), (status = "4XX", body = ApiError)))]
async fn list(
    State(app): State<App>,
    Query(query): Query<ShareQuery>,
    principal: Principal,
) -> ApiResult<Json<Vec<Share>>> {
    let visitor = visitor(&app, &principal).await?;
    let side = match (visitor.role, visitor.agency, query.side) {
        (Role::Supervisor, _, _) => Side::All,
        (_, Some(agency), Some(ShareSide::Owned)) => Side::Owned(agency),
        (_, Some(agency), _) => Side::Asked(agency),
        (_, None, _) => return Err(ApiError::forbidden()),
    };
    shares::list(&app.db, side, principal.account, clock::now()).await.map(Json)
}

/// Approves a request, whole or in part, or refuses it. Nobody decides on his own.
#[utoipa::path(post, path = "/api/register-shares/{id}/decision", operation_id = "register_share_decide",
    params(("id" = Uuid, Path)), request_body = Decision,
    responses((status = 200, body = Share), (status = "4XX", body = ApiError)))]
async fn decide(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(decision): Valid<Decision>,
) -> ApiResult<Json<Share>> {
    let now = clock::now();
    let share = shares::find(&app.db, id, principal.account, now).await?;
    find(&app, &share.register, &principal).await?.owned()?;
    shares::decide(&app.db, &share, named(&share.register)?, &decision, principal.account, now).await?;
    shares::find(&app.db, id, principal.account, now).await.map(Json)
}
