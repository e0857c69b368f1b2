//! The lot a case is about, for those who decide the case: its parcel, map and documents before anybody
//! else may read them. What bidders may not know, a reserve, is no part of it.

use super::routes::{LotFile, download, lot_file};
use crate::app::App;
use crate::approval::cases;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::lots::LotDetail;
use crate::trading::store::{self as lots, Written};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(lot)).routes(routes!(document))
}

#[derive(Serialize, ToSchema)]
struct CaseLot {
    lot: LotDetail,
    /// Absent for a lot without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<LotFile>,
}

/// The lot of a case the reader may see.
async fn of_case(app: &App, case: Uuid, principal: &Principal) -> ApiResult<Written> {
    let (whole, _) = cases::readable(app, case, principal).await?;
    let subject = whole.case.subject.unwrap_or_default();
    let lot = subject.split('/').next().and_then(|lot| lot.parse().ok()).ok_or_else(ApiError::not_found)?;
    // A case about a person names his account, which is no lot's.
    lots::find(&app.db, lot).await.map_err(|_| ApiError::not_found())
}

/// The lot a case is about: as it is filed, before its publication too.
#[utoipa::path(get, path = "/api/cases/{id}/lot", params(("id" = Uuid, Path)),
    responses((status = 200, body = CaseLot), (status = "4XX", body = ApiError)))]
async fn lot(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<CaseLot>> {
    let lot = of_case(&app, id, &principal).await?;
    Ok(Json(CaseLot { lot: lot.detail()?, file: lot_file(&app, &lot).await? }))
}

/// A document of the lot a case is about.
#[utoipa::path(get, path = "/api/cases/{id}/lot/documents/{no}", params(("id" = Uuid, Path), ("no" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = "4XX", body = ApiError)))]
async fn document(
    State(app): State<App>,
    Path((id, no)): Path<(Uuid, i64)>,
    principal: Principal,
) -> ApiResult<Response> {
    let lot = of_case(&app, id, &principal).await?;
    download(&app, lot.id, no).await
}
