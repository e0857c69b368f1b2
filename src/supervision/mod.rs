//! 网上监督: a reader of the record that raises alerts, off the floor's thread, and the people who answer them.
//! Nothing is blocked or accused automatically: an alert is a question with its evidence.

pub mod alert_cases;
pub mod alerts;
pub mod cards;
pub mod closing;
pub mod deviations;
pub mod dispatch;
pub mod evaluation;
pub mod facts;
pub mod following;
pub mod handed_on;
mod hearing;
pub mod keeper;
mod kept;
mod messages;
pub mod model;
pub mod network;
mod precision;
pub mod replay;
pub mod routes;
mod scoring;
pub mod sources;
pub mod standing;
mod turns;
mod whole;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(routes::routes())
        .merge(alert_cases::routes())
        .merge(precision::routes())
        .merge(deviations::routes())
        .merge(closing::routes::routes())
        .merge(cards::routes())
        .merge(dispatch::routes())
        .merge(evaluation::routes())
}
