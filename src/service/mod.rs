//! 网上公共服务: what anyone may know, find, follow, carry away and print. Reads what the other modules
//! keep; decides nothing.

mod coming;
mod map;
pub mod open;
mod results;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Public service.
        .merge(results::routes())
        .merge(coming::routes())
        .merge(map::routes())
        // Open data.
        .merge(open::routes())
    // Printed documents.
}
