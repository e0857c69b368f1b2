//! 网上执法反馈: cases from alerts, complaints and transfers, decided by a published standard; what comes of
//! them goes on the social credit register, bars from lots at once, and returns to what raised them.

mod acts;
pub mod case;
mod case_routes;
#[cfg(test)]
mod case_table;
mod clocks;
mod complaints;
pub mod demo;
mod deviations;
pub mod discretion;
mod doing;
mod handovers;
mod limitation;
pub mod limits;
mod measured;
mod misstep;
mod on_the_spot;
mod papers;
mod standards;
mod store;
mod tasks;
mod transfer;
mod transfers;

pub use clocks::{OpenStep, StepColour, StepOf, case_of, open_clocks, open_step_count};
pub use complaints::receiving;
pub use deviations::{DeviationRow, deviations, of_deviation};
pub use limitation::ActTime;
pub use limits::OwedBy;
pub use measured::{MeasuredOf, Stretch, measured};
pub use papers::uploads;
pub use store::{CaseSource, KeptCase, NewCase, file, first_act_after, of_source};

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(case_routes::routes())
        .merge(standards::routes())
        .merge(complaints::routes())
        .merge(transfers::routes())
        .merge(handovers::routes())
        .merge(papers::routes())
        .merge(tasks::routes())
}
