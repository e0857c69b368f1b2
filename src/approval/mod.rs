//! 网上审批: administrative items and the cases that run through their steps.

pub mod calendar;
pub mod store;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(calendar::routes())
}
