//! 指挥调度: a supervisor orders a center to suspend a lot, to explain, or to correct. The center acknowledges
//! and answers within a limit; what stays unanswered rises, level by level.
//!
//! `model` says which move may follow which, `store` writes, `floor` carries a suspension to the floor once,
//! `escalation` looks at limits, `views` shows orders and centers.

mod escalation;
mod floor;
pub mod model;
mod routes;
pub mod store;
mod views;

pub use escalation::keep;
pub use floor::resume;
pub use routes::routes;
