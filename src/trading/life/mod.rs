//! 标的全程: what stands before and after the auction of a lot, from its file to its registration.
//!
//! `model` says which act may follow which, `limits` how long each step may take, `facts` reads what
//! they ask about, `steps` tells it to people. The floor is never written to but through `desk`. A lot
//! without a file has no life here and is sold as before.

pub mod acts;
pub mod documents;
pub mod facts;
pub mod gate;
pub mod limits;
pub mod model;
pub mod money;
pub mod notice_routes;
pub mod notices;
pub mod parcel;
pub mod routes;
pub mod steps;
pub mod store;

pub use money::{Due, settle_money};
pub use store::has_file;
