//! 网上公共服务: what anyone may know, find, follow, carry away and print. Reads what the other modules
//! keep; decides nothing.

mod coming;
pub mod deliveries;
pub mod demo;
pub mod documents;
mod feeds;
mod followers;
pub mod mail;
mod map;
mod news;
pub mod open;
mod outbox;
pub mod outward;
mod question_routes;
pub mod questions;
mod results;
pub mod search;
mod statistics;
mod subscriptions;
mod webhooks;
mod words;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // Public service.
        .merge(results::routes())
        .merge(coming::routes())
        .merge(map::routes())
        .merge(statistics::routes())
        .merge(search::routes())
        .merge(question_routes::routes())
        .merge(feeds::routes())
        .merge(subscriptions::routes())
        .merge(webhooks::routes())
        // Open data.
        .merge(open::routes())
        // Printed documents.
        .merge(documents::routes())
}
