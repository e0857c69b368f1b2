//! The doors of imports: a file goes in, a job and its report come out.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::registers::imports;
use crate::registers::model::{Import, ImportQuery};
use crate::registers::routes::{Found, find};
use crate::security::model::{Principal, Role};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use tower_http::limit::RequestBodyLimitLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// A hundred thousand rows of a register fit; a larger file is imported in parts.
const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin, list))
        .routes(routes!(read))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(FILE_BYTES_MAX))
}

fn owners_only() -> ApiError {
    ApiError {
        zh: "只有本库归口机关的数据管理员可以操作".into(),
        en: "only the owning agency's data officer may do this".into(),
        ..ApiError::forbidden()
    }
}

impl Found {
    /// 数据管理员 of the agency that owns the register.
    pub fn owned(self) -> ApiResult<Found> {
        if self.visitor.answers_for(self.owner) { Ok(self) } else { Err(owners_only()) }
    }

    /// The same, or supervision.
    pub fn owned_or_watched(self) -> ApiResult<Found> {
        if self.visitor.role == Role::Supervisor { Ok(self) } else { self.owned() }
    }
}

/// Begins an import: the body is the file, at most 16 MiB and 100,000 rows, in UTF-8. Its progress and
/// its report are read at `/api/register-imports/{id}`.
#[utoipa::path(post, path = "/api/registers/{id}/imports", operation_id = "register_import",
    params(("id" = String, Path), ImportQuery),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = Import), (status = "4XX", body = ApiError)))]
async fn begin(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<ImportQuery>,
    principal: Principal,
    file: Bytes,
) -> ApiResult<Json<Import>> {
    let found = find(&app, &id, &principal).await?.owned()?;
    imports::begin(&app.db, found.register, query, file, principal.account).await.map(Json)
}

/// The newest imports of a register, without their reports.
#[utoipa::path(get, path = "/api/registers/{id}/imports", operation_id = "register_imports",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<Import>), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, Path(id): Path<String>, principal: Principal) -> ApiResult<Json<Vec<Import>>> {
    let found = find(&app, &id, &principal).await?.owned_or_watched()?;
    imports::list(&app.db, found.register.name).await.map(Json)
}

/// An import with its report.
#[utoipa::path(get, path = "/api/register-imports/{id}", operation_id = "register_import_read",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Import), (status = "4XX", body = ApiError)))]
async fn read(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Import>> {
    let import = imports::find(&app.db, id).await?;
    find(&app, &import.register, &principal).await?.owned_or_watched()?;
    Ok(Json(import))
}
