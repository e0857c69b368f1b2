//! Screens for collusion (围标串标): what the prices of a closed lot look like beside others of its market, and
//! a trained score. Pure: no clock, no chance but a seed's, nothing opened. The server reads lots with it, the
//! command `learn` trains and measures; the same tables give the same model to the last bit, since a model
//! that puts a question to a bidder is evidence too.
//!
//! Reading order: [`screens`] (published figures over one lot's prices), [`features`] (those and a few more, with
//! what is known of the bidders), [`forest`] (trees, and why they said so), `descent` (the same laid out to be asked
//! fast), [`calibration`], [`model`] (a trained file and its word on a lot), [`grow`] (training), [`linear`] (what
//! carries over between markets), [`rank`] (percentiles inside a market), [`network`] (who meets whom over many lots).
//!
//! Numbers here are floats: they are statistics over prices, never prices.

pub mod calibration;
pub mod chance;
mod descent;
pub mod features;
pub mod forest;
pub mod grow;
pub mod kernel;
pub mod linear;
pub mod measure;
pub mod model;
pub mod network;
pub mod rank;
pub mod screens;
