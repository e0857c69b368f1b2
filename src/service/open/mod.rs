//! 开放数据: every published lot as OCDS 1.1.5, for machines. What happened once stays: a change is a
//! release beside the old ones, numbered by commit.
//!
//! `facts` gathers what the public may know of a lot, `release` writes it in the standard's words (`ocds`),
//! `publish` follows the record and the staff's acts, `store` keeps what was published, `routes` and `bulk`
//! hand it out.

mod bulk;
mod facts;
mod ocds;
pub mod publish;
mod release;
mod routes;
mod store;

pub use facts::named;
pub use routes::routes;
