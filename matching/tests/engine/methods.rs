//! Each selling method: its rules a line each, the field's vectors, and a naive second book that must
//! agree on random auctions.

mod area;
mod call;
mod dutch;
mod exchange;
mod lottery;
mod rising;
mod rounds;
mod scored;
mod sealed;
mod weighted;

/// Random auctions each naive book agrees on in one run.
pub const AUCTIONS: u64 = 1_000;
