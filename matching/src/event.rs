//! What happened. Events carry results, not reasons to recompute: an old journal replays to the
//! same state whatever today's rules say.

use crate::book::Clock;
use crate::money::{Moment, Money, Paddle};
use alloc::string::String;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Event {
    Admitted {
        paddle: Paddle,
        priority: Option<u8>,
    },
    /// A phase began. `entrants`: who may bid in it; `None` is everyone admitted.
    Began {
        clock: Clock,
        entrants: Option<Vec<Paddle>>,
    },
    ProxySet {
        paddle: Paddle,
        max: Money,
    },
    /// A bid stands. `leads`: it is now the best. `ends_at`, `paused_until`: the clock after it.
    Bid {
        paddle: Paddle,
        amount: Money,
        leads: bool,
        by_proxy: bool,
        ends_at: Moment,
        paused_until: Option<Moment>,
    },
    Answered {
        paddle: Paddle,
        yes: bool,
    },
    /// The price has reached the ceiling; others may take it until the clock ends.
    CeilingReached {
        clock: Clock,
    },
    /// `since`: when the clock stopped, if not now.
    Suspended {
        ground: String,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        since: Option<Moment>,
    },
    ResumeSet {
        resume_at: Moment,
    },
    /// `None`: the lot had not opened yet, and its hour is still to come.
    Resumed {
        clock: Option<Clock>,
    },
    Closed {
        outcome: Outcome,
    },
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// 成交.
    Sold { paddle: Paddle, price: Money },
    /// 流拍.
    Unsold { reason: UnsoldReason },
    /// 熔断: the ceiling stands; the next method decides among these.
    Ceiling { entrants: Vec<Paddle> },
    /// 终止.
    Terminated { ground: String },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum UnsoldReason {
    NoBid,
    BelowReserve,
}

impl Event {
    /// Whether viewers are told. Maxima and answers are nobody's business.
    pub fn is_public(&self) -> bool {
        !matches!(self, Event::ProxySet { .. } | Event::Answered { .. })
    }
}
