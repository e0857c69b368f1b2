//! Idempotency: what each bidder's recent keys asked for and got.

use crate::command::Command;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use alloc::vec::Vec;
use uuid::Uuid;

/// Keys remembered for each paddle: more than a connection may have under way, so a retry over it
/// finds its key. A request whose key is forgotten is decided anew, by the rules as they stand; an
/// amount once accepted is then refused by its own price.
pub const KEYS_MAX: usize = 32;

/// The reply a key was given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Remembered {
    asked: Asked,
    pub at: Moment,
    /// The lot's sequence number after it, or why not.
    pub outcome: Result<u64, Refusal>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Asked {
    Bid(Money, Option<Money>),
    Proxy(Money),
    Answer(bool),
}

impl Asked {
    fn of(command: &Command) -> Option<(Paddle, Uuid, Asked)> {
        match *command {
            Command::Bid { paddle, key, amount, expect } => Some((paddle, key, Asked::Bid(amount, expect))),
            Command::Proxy { paddle, key, max } => Some((paddle, key, Asked::Proxy(max))),
            Command::Answer { paddle, key, yes, .. } => Some((paddle, key, Asked::Answer(yes))),
            _ => None,
        }
    }
}

impl Remembered {
    /// Whether `command` is the very request this was the reply to.
    pub fn answers(&self, command: &Command) -> bool {
        Asked::of(command).is_some_and(|(_, _, asked)| asked == self.asked)
    }

    pub(crate) fn of(
        at: Moment,
        command: &Command,
        outcome: Result<u64, Refusal>,
    ) -> Option<(Paddle, Uuid, Remembered)> {
        Asked::of(command).map(|(paddle, key, asked)| (paddle, key, Remembered { asked, at, outcome }))
    }
}

/// A ring of the last [`KEYS_MAX`] keys. A few bits of each stand apart, so that the search for a
/// key nobody has used reads two lines of memory.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Memory {
    prints: Vec<u32>,
    replies: Vec<(Uuid, Remembered)>,
    next: usize,
}

/// Keys are drawn at random, most surely in their last bits; equal prints are told apart in full.
fn print(key: Uuid) -> u32 {
    key.as_u128() as u32
}

impl Memory {
    pub fn recall(&self, key: Uuid) -> Option<&Remembered> {
        let wanted = print(key);
        let alike = self.prints.iter().zip(&self.replies).filter(|(print, _)| **print == wanted);
        alike.map(|(_, reply)| reply).find(|(known, _)| *known == key).map(|(_, reply)| reply)
    }

    pub fn keep(&mut self, key: Uuid, reply: Remembered) {
        if self.replies.len() < KEYS_MAX {
            self.prints.push(print(key));
            self.replies.push((key, reply));
        } else {
            self.prints[self.next] = print(key);
            self.replies[self.next] = (key, reply);
        }
        self.next = (self.next + 1) % KEYS_MAX;
    }
}
