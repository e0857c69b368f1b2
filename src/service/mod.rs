//! 网上公共服务: what anyone may know, find, follow, carry away and print. Reads what the other modules
//! keep; decides nothing.

pub mod open;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
    // Public service.
    // Open data.
    .merge(open::routes())
    // Printed documents.
}
