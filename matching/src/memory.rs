//! Idempotency: what each bidder's recent keys asked for and got.

use crate::command::Command;
use crate::money::{Money, Paddle};
use crate::refusal::Refusal;
use alloc::vec::Vec;
use uuid::Uuid;

/// Keys remembered for each paddle. A door lets fewer requests than this be under way at once, so a
/// retry always finds its key; older keys name bids that a later price refuses anyway.
pub const KEYS_MAX: usize = 32;

/// The reply a key was given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Remembered {
    asked: Asked,
    /// The lot's sequence number after it, or why not.
    pub outcome: Result<u64, Refusal>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Asked {
    Bid(Money),
    Proxy(Money),
    Answer(bool),
}

impl Asked {
    fn of(command: &Command) -> Option<(Paddle, Uuid, Asked)> {
        match *command {
            Command::Bid { paddle, key, amount, .. } => Some((paddle, key, Asked::Bid(amount))),
            Command::Proxy { paddle, key, max } => Some((paddle, key, Asked::Proxy(max))),
            Command::Answer { paddle, key, yes } => Some((paddle, key, Asked::Answer(yes))),
            _ => None,
        }
    }
}

impl Remembered {
    /// Whether `command` is the very request this was the reply to.
    pub fn answers(&self, command: &Command) -> bool {
        Asked::of(command).is_some_and(|(_, _, asked)| asked == self.asked)
    }

    pub(crate) fn of(command: &Command, outcome: Result<u64, Refusal>) -> Option<(Paddle, Uuid, Remembered)> {
        Asked::of(command).map(|(paddle, key, asked)| (paddle, key, Remembered { asked, outcome }))
    }
}

/// A ring of the last [`KEYS_MAX`] keys. Keys stand apart from their replies so that the search
/// reads half a kilobyte, not two.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Memory {
    keys: Vec<Uuid>,
    replies: Vec<Remembered>,
    next: usize,
}

impl Memory {
    pub fn recall(&self, key: Uuid) -> Option<&Remembered> {
        self.keys.iter().position(|known| *known == key).map(|at| &self.replies[at])
    }

    pub fn keep(&mut self, key: Uuid, reply: Remembered) {
        if self.keys.len() < KEYS_MAX {
            self.keys.push(key);
            self.replies.push(reply);
        } else {
            self.keys[self.next] = key;
            self.replies[self.next] = reply;
        }
        self.next = (self.next + 1) % KEYS_MAX;
    }
}
