//! 网上监督: a reader of the record that raises alerts, off the floor's thread, and the people who answer them.
//! Nothing is blocked or accused automatically: an alert is a question with its evidence.

pub mod alerts;
pub mod closing;
pub mod facts;
pub mod following;
mod kept;
pub mod model;
pub mod network;
pub mod replay;
pub mod routes;
pub mod sources;
