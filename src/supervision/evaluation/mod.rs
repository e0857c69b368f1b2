//! 绩效评估: how agencies and centers did in a month or a quarter, and the cases behind each figure.
//!
//! `model` computes, from `facts` and a published scheme of weights alone; nothing is rounded but once, where
//! it is shown.

mod facts;
mod frozen;
pub mod model;
mod period;
mod routes;
mod schemes;

pub use frozen::keep;
pub use routes::routes;
