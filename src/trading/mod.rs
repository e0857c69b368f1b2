//! 网上公共资源交易: lots, the live floor, its journal, and everyone watching.
//!
//! The way of a bid: `socket` → `floor` → `matching::Book` → `journal`; below the journal nothing
//! but readers: the reply, `feed`, `projection`.

pub mod alert;
pub mod applications;
pub mod bars;
pub mod budget;
pub mod demo;
pub mod demo_cases;
mod demo_land;
mod demo_methods;
pub mod deposits;
pub mod desk;
pub mod duties;
pub mod feed;
pub mod floor;
pub mod holds;
pub mod journal;
pub mod life;
pub mod log;
pub mod lots;
pub mod marks;
pub mod method_views;
mod outgoing;
pub mod paddles;
pub mod panels;
pub mod profiles;
pub mod projection;
pub mod public;
pub mod replica;
pub mod room_view;
pub mod rule_words;
pub mod sketch;
pub mod socket;
pub mod store;
pub mod terms;
pub mod unsealing;
pub mod wire;
