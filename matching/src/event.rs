//! What happened. Events carry results, not reasons to recompute: an old journal replays to the
//! same state whatever today's rules say.

use crate::book::Clock;
use crate::command::{Duty, Offer, Side};
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
    /// He may do nothing more. What he bid stands as it is; his standing maximum acts no longer.
    Barred {
        paddle: Paddle,
    },
    /// He may bid again. His maximum does not come back by itself, nor do his orders.
    Readmitted {
        paddle: Paddle,
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
    /// A method took an offer, under the number `order`. `secret`: nobody is told before the opening.
    /// `ends_at`: the clock's end after it, where it moved.
    Offered {
        paddle: Paddle,
        offer: Offer,
        order: u64,
        secret: bool,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        ends_at: Option<Moment>,
    },
    Cancelled {
        paddle: Paddle,
        order: u64,
    },
    /// The best offer now stands at `price`. `second`: what was bid in the second dimension.
    Stood {
        paddle: Paddle,
        price: Money,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        second: Option<Money>,
    },
    Traded {
        trades: Vec<Trade>,
    },
    /// What a method tells everyone.
    Told(Notice),
    /// An office has done its part.
    Done(Duty),
    ReserveSet {
        amount: Money,
    },
    Scheduled {
        opens_at: Moment,
    },
    /// The price is below the reserve: who takes the lot at `price`?
    ReserveOffered {
        clock: Clock,
        price: Money,
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
    /// The announced resumption does not come: it stands still on this ground now, and nobody knows how long.
    ResumeDropped {
        ground: String,
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
    /// 成交. `second`: what was bid in the second dimension.
    Sold {
        paddle: Paddle,
        price: Money,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        second: Option<Money>,
    },
    /// Several bidders get units each. `price`: the one all pay, where there is one.
    Allotted { awards: Vec<Award>, price: Option<Money> },
    /// A trading session is over.
    Traded { trades: u64, volume: u64 },
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
    /// Fewer offers than the rules ask for, or less demand than supply where that voids the sale.
    TooFew,
}

/// What one bidder gets of a sale to many.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Award {
    pub paddle: Paddle,
    /// Which of the products, where there are several.
    #[cfg_attr(feature = "serde", serde(default))]
    pub product: u32,
    pub quantity: u64,
    /// For one unit.
    pub price: Money,
}

/// A match of two orders, at the price of the one that stood.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trade {
    /// The order that stood, and whose.
    pub order: u64,
    pub maker: Paddle,
    pub taker: Paddle,
    /// What the taker did.
    pub side: Side,
    pub price: Money,
    pub quantity: u64,
}

/// What a method tells everyone.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Notice {
    /// The price shown from now on.
    Price { price: Money },
    /// Whose turn it is.
    Turn { round: u32, paddle: Paddle, ends_at: Moment },
    /// What he made of it; `None` leaves his last offer.
    TurnOver { paddle: Paddle, amount: Option<Money> },
    /// 平均报价: the trimmed mean of `offers` valid offers; none where too few would be told apart.
    Mean { mean: Option<Money>, offers: u32 },
    /// 开标: every offer, best first; the mean where it decides, to a hundredth of a minor unit.
    Opened { offers: Vec<Opened>, mean: Option<i64> },
    /// 评分结果, best first.
    Scores { scores: Vec<Scored> },
    /// A round's prices, and the demand that made them.
    Round { round: u32, prices: Vec<Money>, demand: Vec<u64> },
    /// 摇号结果: `drawn` is the entrant at `digest` modulo their count.
    Drawn { digest: String, among: Vec<Paddle>, drawn: Paddle },
}

/// An opened offer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Opened {
    pub paddle: Paddle,
    pub price: Money,
    pub quantity: u64,
    /// Its number: the earlier the lower.
    pub order: u64,
    pub at: Moment,
}

/// A scored offer; points in hundredths.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Scored {
    pub paddle: Paddle,
    pub pass: bool,
    pub price_points: i64,
    pub panel_points: i64,
    pub total: i64,
}

impl Event {
    /// Whether viewers are told. Maxima, answers, reserves and unopened offers are nobody's business.
    pub fn is_public(&self) -> bool {
        match self {
            Event::ProxySet { .. } | Event::Answered { .. } | Event::ReserveSet { .. } => false,
            Event::Offered { secret, .. } => !secret,
            Event::Done(duty) => !matches!(duty, Duty::Score { .. }),
            _ => true,
        }
    }
}
