//! The engine: one [`Book`] for one lot (标的). Pure and synchronous: it reads no clock, draws no
//! chance and opens nothing. [`Book::decide`] says what a command would do, [`Book::evolve`] does it.
//!
//! Reading order: `money`, `terms` (the lot's rule profile), `command`, `event`, `refusal`,
//! `memory` (keys), `extension`, `book` (the state), then the two chapters of deciding: `offer` (bids and proxies)
//! and `phases` (deadlines, suspension, settlement).
#![no_std]

extern crate alloc;

mod book;
mod command;
mod event;
mod extension;
mod memory;
mod money;
mod offer;
mod phases;
mod refusal;
mod terms;

pub use book::{Book, Clock, PhaseAt, Proxy, Seat, Stage, Top};
pub use command::Command;
pub use event::{Event, Outcome, UnsoldReason};
pub use extension::{Extended, extend};
pub use memory::{KEYS_MAX, Remembered};
pub use money::{MONEY_MAX, Moment, Money, MoneyFault, Paddle, SCALE_MAX};
pub use refusal::Refusal;
pub use terms::{
    BANDS_MAX, Band, Ceiling, CeilingThen, Direction, Entry, Extension, LENGTH_MS_MAX, PHASES_MAX, Phase, ProxyRule,
    Restart, Resume, StepKind, StepRule, Terms, TermsFault,
};
