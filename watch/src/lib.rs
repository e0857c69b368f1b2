//! 网上监督的规则: the rules of the watch over bids. Pure: no clock, no chance, nothing opened; what happened goes
//! in, questions with their evidence come out. The same facts raise the same alerts, whenever they are read and
//! in however many pieces; nothing is blocked and nobody accused: an alert asks a person to look.
//!
//! Reading order: [`facts`] (what the watch is told), [`alert`] (what it says), [`watch`] (who is told what),
//! `lot` (what is kept of a lot while it is live), `memory` (what outlives it), `rules` (a file for each).
//!
//! Numbers that measure are floats: they are statistics over prices and moments, never prices.

pub mod alert;
pub mod bounds;
pub mod facts;
mod keys;
mod lot;
mod memory;
mod rules;
pub mod watch;

pub use alert::{Alert, Entry, Level, Measured, Rule, Unit};
pub use facts::{Facts, Link, Notice, Terms, What};
pub use rules::blind::not_looked_at;
pub use watch::{TOGETHER, Watch};
