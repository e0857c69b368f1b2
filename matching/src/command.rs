//! What may be asked of a book.

use crate::money::{Moment, Money, Paddle};
use alloc::string::String;
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
            | Command::Answer { paddle, key, .. } => Some((*paddle, *key)),
            _ => None,
        }
    }
}
