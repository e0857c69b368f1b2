//! The engine: one [`Book`] for one lot (标的). Pure and synchronous: it reads no clock, draws no
//! chance and opens nothing. [`Book::decide`] says what a command would do, [`Book::evolve`] does it.
//!
//! Reading order: `money`, `terms` (the lot's rule profile), `command`, `event`, `refusal`,
//! `memory` (keys), `extension`, `book` (the state), then the chapters of deciding: `offer` (bids and
//! proxies), `phases` (deadlines, suspension, settlement), `sale` and `methods` (every other way of
//! selling, a file each).
#![no_std]

extern crate alloc;

mod book;
mod by_paddle;
mod command;
mod event;
mod extension;
mod hash;
mod memory;
pub mod methods;
mod money;
mod offer;
mod phases;
mod refusal;
mod sale;
mod terms;

pub use book::{Book, Clock, PhaseAt, Proxy, Seat, Stage, Top};
pub use command::{Command, Duty, Offer, Office, Side};
pub use event::{Award, Event, Notice, Opened, Outcome, Scored, Trade, UnsoldReason};
pub use extension::{Extended, extend};
pub use memory::{KEYS_MAX, OFFERS_MAX, Remembered};
pub use methods::{Method, Room};
pub use money::{MONEY_MAX, Moment, Money, MoneyFault, Paddle, SCALE_MAX};
pub use refusal::Refusal;
pub use terms::{
    BANDS_MAX, Band, Ceiling, CeilingThen, Direction, Entry, Extension, Follows, LENGTH_MS_MAX, PHASES_MAX, Phase,
    ProxyRule, ReserveEntry, Restart, Resume, StepKind, StepRule, Terms, TermsFault,
};
