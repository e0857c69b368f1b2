//! 网上审批: administrative items and the cases that run through their steps.

pub mod calendar;
pub mod case;
mod case_routes;
pub mod cases;
pub mod form;
pub mod item;
mod item_routes;
mod item_status;
pub mod limits;
pub mod registrations;
mod revocations;
pub mod store;
pub mod watched;

use crate::app::App;
use crate::clock;
use crate::content;
use crate::error::ApiResult;
use crate::security::model::NewAgency;
use crate::security::{routes as people, store as known};
use axum::extract::DefaultBodyLimit;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(calendar::routes())
        .merge(item_routes::routes())
        .merge(case_routes::routes())
        .merge(registrations::routes())
        .merge(revocations::routes())
}

/// Doors that take files: they set their own limit.
pub fn uploads() -> OpenApiRouter<App> {
    case_routes::uploads().layer(DefaultBodyLimit::disable()).layer(RequestBodyLimitLayer::new(content::FILE_BYTES_MAX))
}

/// On an empty database: the agency that handles the platform's own items, and these items.
pub async fn begin(app: &App) -> ApiResult<()> {
    if known::agencies(&app.db).await?.is_empty() {
        people::found(
            app,
            NewAgency {
                credit_code: "11440300123456788X".into(),
                name_zh: "市规划和自然资源局".into(),
                name_en: "City Bureau of Planning and Natural Resources".into(),
                region: "440300".into(),
            },
        )
        .await?;
    }
    store::seed_items(&app.db, clock::now()).await
}
