//! 竞买保证金: bid deposits and the bank.
//!
//! A credit's way: `bank` (signed, over HTTP) or `folder` (signed, over files) → `messages` (ISO 20022)
//! → `ledger::judge` → `store`. 冲正 goes by `ledger::judge_reversal` → `reversals`; what a person must
//! look at goes to `alarms`. What other modules ask for stands in `acts`.

mod acts;
mod alarms;
pub mod asked;
mod bank;
mod bank_keys;
pub mod closes;
pub mod folder;
mod forfeits;
pub mod ledger;
#[cfg(test)]
mod ledger_sim;
pub mod messages;
pub mod model;
mod payees;
mod reversals;
mod routes;
pub mod store;
pub mod views;
mod xml;

pub use acts::{Close, Reach, are_kept, forfeit, hold, release, settle, standing};
pub use bank::routes as bank_routes;
pub use bank_keys::publish as publish_signing_key;
pub use model::Standing;
pub use routes::routes;
