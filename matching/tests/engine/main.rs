//! The engine through its public door: a line per rule, the field's vectors, a slow second book
//! that must agree, and whole auctions that must replay.

mod methods;
mod oracle;
mod rules;
mod sim;
mod support;
mod vectors;
