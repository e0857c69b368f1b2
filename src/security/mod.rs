//! 统一安全平台: who is asking, may they, what did they do.

pub mod accounts;
pub mod audit;
pub mod client;
pub mod model;
pub mod passwords;
pub mod permit;
pub mod proposals;
pub mod routes;
pub mod signed;
pub mod staff;
pub mod store;
pub mod tokens;
