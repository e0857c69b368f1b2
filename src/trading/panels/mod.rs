//! 评审专家抽取: a panel for a lot, drawn so that nobody chose it. A clerk asks for it; then a clerk and a supervisor each
//! put down the hash of a seed, and with the second hash everybody who may be drawn is fixed; then both show their
//! seeds, and the two together draw. Neither could know the other's when he fixed his own, and both hashes and the
//! pool's stand in the log before any seed is shown.

mod model;
pub mod routes;
mod store;
mod waiting;
mod words;
