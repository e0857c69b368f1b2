//! 电子监察: every open step is watched; reminders, yellow and red cards, and their way to a close.
//!
//! `clock` says what an open step deserves, `model` which move may follow which, `sweep` makes the round each
//! minute, `ended` finds what ended late between two rounds, `store` writes.

pub mod clock;
mod ended;
pub mod model;
mod routes;
pub mod store;
pub mod sweep;
mod turn;
pub mod views;

pub use routes::routes;
