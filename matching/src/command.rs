//! What may be asked of a book.

use crate::money::{Moment, Money, Paddle};
use alloc::string::String;
use alloc::vec::Vec;
use uuid::Uuid;

#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Command {
    /// Time has reached [`crate::Book::next_deadline`].
    Tick,
    /// Open the first phase now.
    Open,
    /// Give a bidder a paddle; `priority` 1 is the highest pre-emption rank (优先购买权).
    Admit {
        paddle: Paddle,
        priority: Option<u8>,
    },
    /// 禁止竞买: from now on this paddle does nothing more on the lot. `ground` is for the record alone: it
    /// leads to a name, and no event carries it.
    Bar {
        paddle: Paddle,
        ground: String,
    },
    /// 恢复竞买: no record bars this paddle any more.
    Readmit {
        paddle: Paddle,
    },
    /// A bid at exactly `amount`. `expect` is the price the bidder saw.
    Bid {
        paddle: Paddle,
        key: Uuid,
        amount: Money,
        expect: Option<Money>,
    },
    /// A standing maximum, kept secret.
    Proxy {
        paddle: Paddle,
        key: Uuid,
        max: Money,
    },
    /// Yes or no to an inquiry: the one that began at `asked_at`, if the answer names it.
    Answer {
        paddle: Paddle,
        key: Uuid,
        yes: bool,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        asked_at: Option<Moment>,
    },
    /// An offer that takes more than one amount to say.
    Offer {
        paddle: Paddle,
        key: Uuid,
        offer: Offer,
    },
    /// What an office does for the running method.
    Duty(Duty),
    /// 底价录入: the reserve, in its window and once.
    Reserve {
        amount: Money,
    },
    /// The lot it follows has closed: it opens at `opens_at`.
    Schedule {
        opens_at: Moment,
    },
    Suspend {
        ground: String,
    },
    /// The platform was down from `since` on: nobody could bid, so the clock stood still from there.
    Outage {
        since: Moment,
        ground: String,
    },
    /// Go on now, or at an announced moment.
    Resume {
        at: Option<Moment>,
    },
    Terminate {
        ground: String,
    },
}

impl Command {
    /// Who asks under which idempotency key; staff commands carry none.
    pub fn signature(&self) -> Option<(Paddle, Uuid)> {
        match self {
            Command::Bid { paddle, key, .. }
            | Command::Proxy { paddle, key, .. }
            | Command::Offer { paddle, key, .. }
            | Command::Answer { paddle, key, .. } => Some((*paddle, *key)),
            _ => None,
        }
    }
}

/// What a bidder offers under a selling method.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Offer {
    /// One amount: a price, or an area where area is bid.
    Price { amount: Money },
    /// `quantity` units at `price` each.
    Order { side: Side, price: Money, quantity: u64 },
    /// Takes an order back.
    Cancel { order: u64 },
    /// 权重报价: a price and the published indicators, in their order.
    Marks { amount: Money, marks: Vec<i64> },
    /// Units wanted of each product at the round's prices.
    Demand { quantities: Vec<u32> },
    /// A bidder's own contribution to a draw: any text of his.
    Seed { seed: String },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Side {
    Buy,
    Sell,
}

/// What an office does for the running method.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Duty {
    /// 评标: one expert's word on one offer. `points`: hundredths of a point, or, where the lowest
    /// evaluated price wins, what is added to the price, in minor units.
    Score { expert: u32, paddle: Paddle, pass: bool, points: i64 },
    /// 摇号: an office binds itself to a seed by its SHA-256, in lowercase hex.
    Commit { office: Office, digest: String },
    /// And shows it once the entrants have had their say.
    Reveal { office: Office, seed: String },
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Office {
    /// 交易中心.
    Center,
    /// 监督人员.
    Supervisor,
}
