//! 竞买保证金: bid deposits and the bank.
//!
//! A credit's way: `bank` (signed, over HTTP) or `folder` (signed, over files) → `messages` (ISO 20022)
//! → `ledger::judge` → `store`. What other modules ask for stands in `acts`.

mod acts;
pub mod asked;
mod bank;
pub mod folder;
pub mod ledger;
pub mod messages;
pub mod model;
mod routes;
pub mod store;
mod views;
mod xml;

pub use acts::{Close, are_kept, forfeit, hold, settle, standing};
pub use bank::routes as bank_routes;
pub use model::Standing;
pub use routes::routes;
