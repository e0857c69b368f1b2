//! 标的全程: what stands before and after the auction of a lot, from its file to its registration.
//!
//! `model` says which act may follow which, `limits` how long each step may take, `facts` reads what
//! they ask about, `steps` tells it to people. An act and all it brings about is one transaction; what the
//! floor must do too goes through `dues`. A lot
//! without a file has no life here and is sold as before.

pub mod acts;
pub mod documents;
mod doing;
pub mod dues;
pub mod facts;
pub mod gate;
pub mod limits;
pub mod model;
pub mod money;
pub mod notice_routes;
pub mod notices;
mod of_case;
pub mod parcel;
pub mod routes;
pub mod steps;
pub mod store;
mod surveyed;

pub use store::has_file;
