//! A line per rule, told as stories: who asks, when, what he is told.

mod bars;
mod bids;
mod ceilings;
mod clocks;
mod keys;
mod phases;
mod refusals;
mod suspension;
mod terms;
