//! 网上监督: a reader of the record that raises alerts, off the floor's thread. Nothing is blocked
//! or accused automatically: an alert is a question with its evidence.

pub mod alert_cases;
pub mod closing;
pub mod model;
pub mod routes;
pub mod watch;
