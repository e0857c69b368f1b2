//! Idempotency: what each bidder's keys asked for and got.

use crate::command::{Command, Offer};
use crate::hash::Fnv;
use crate::money::{Moment, Paddle};
use crate::refusal::Refusal;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use uuid::Uuid;

/// Keys remembered for each paddle, as many of what was taken and as many of what was refused: more than a
/// connection may have under way, so a retry over it finds its key, and no refusal pushes out the key of what
/// was taken. A bid or a maximum whose key is forgotten is decided anew, by the rules as they stand; it is then
/// refused by its own price.
pub const KEYS_MAX: usize = 32;
/// Keys of offers taken from one paddle, each kept for as long as the lot is open: an order twice is two orders, and
/// an offer again takes the place of a later one. Who has made so many makes no more: an order every second for four
/// hours.
pub const OFFERS_MAX: usize = 16_384;

/// The reply a key was given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Remembered {
    /// What was asked, mixed into a number: a memory is small, whatever an offer says.
    asked: u64,
    pub at: Moment,
    /// The lot's sequence number after it, or why not.
    pub outcome: Result<u64, Refusal>,
}

/// What a command asks, apart from who and under which key.
fn asked(command: &Command) -> Option<u64> {
    Some(match command {
        Command::Bid { amount, expect, .. } => {
            let seen = expect.map_or(u64::MAX, |seen| seen.minor() as u64);
            mix(1, mix(amount.minor() as u64, seen))
        }
        Command::Proxy { max, .. } => mix(2, max.minor() as u64),
        Command::Answer { yes, .. } => mix(3, u64::from(*yes)),
        // Orders are the many; what is rare is hashed byte by byte.
        Command::Offer { offer: Offer::Order { side, price, quantity }, .. } => {
            mix(5, mix(price.minor() as u64, mix(*quantity, *side as u64)))
        }
        Command::Offer { offer: Offer::Cancel { order }, .. } => mix(6, *order),
        Command::Offer { offer, .. } => {
            let mut hasher = Fnv::default();
            offer.hash(&mut hasher);
            mix(4, hasher.finish())
        }
        _ => return None,
    })
}

/// splitmix64 of both.
fn mix(a: u64, b: u64) -> u64 {
    let z = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b;
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Remembered {
    /// Whether `command` is the very request this was the reply to.
    pub fn answers(&self, command: &Command) -> bool {
        asked(command) == Some(self.asked)
    }

    pub(crate) fn of(
        at: Moment,
        command: &Command,
        outcome: Result<u64, Refusal>,
    ) -> Option<(Paddle, Uuid, Remembered)> {
        let ((paddle, key), asked) = command.signature().zip(asked(command))?;
        Some((paddle, key, Remembered { asked, at, outcome }))
    }
}

/// What one bidder was answered.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Memory {
    taken: Ring,
    refused: Ring,
    offers: BTreeMap<Uuid, Remembered>,
}

/// The last [`KEYS_MAX`] keys. A few bits of each stand apart and inside the seat, so that the search for a
/// key nobody has used follows no pointer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Ring {
    prints: [u16; KEYS_MAX],
    replies: Vec<(Uuid, Remembered)>,
    next: usize,
}

impl Default for Ring {
    fn default() -> Ring {
        Ring { prints: [0; KEYS_MAX], replies: Vec::new(), next: 0 }
    }
}

/// Hashes of copies that remember nothing stand in tables: what came later than the first ring is hashed only
/// where it holds something.
impl Hash for Memory {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.taken.hash(state);
        if !self.refused.replies.is_empty() || !self.offers.is_empty() {
            self.refused.hash(state);
            self.offers.hash(state);
        }
    }
}

/// Keys are drawn at random, most surely in their last bits; equal prints are told apart in full.
fn print(key: Uuid) -> u16 {
    key.as_u128() as u16
}

impl Ring {
    fn recall(&self, key: Uuid) -> Option<&Remembered> {
        let wanted = print(key);
        // Most keys are new: one look at all prints, then at the few that are alike.
        if !self.prints.contains(&wanted) {
            return None;
        }
        self.replies.iter().find(|(known, _)| *known == key).map(|(_, reply)| reply)
    }

    fn keep(&mut self, key: Uuid, reply: Remembered) {
        self.prints[self.next] = print(key);
        match self.replies.get_mut(self.next) {
            Some(old) => *old = (key, reply),
            None => self.replies.push((key, reply)),
        }
        self.next = (self.next + 1) % KEYS_MAX;
    }
}

impl Memory {
    pub fn recall(&self, key: Uuid) -> Option<&Remembered> {
        self.taken.recall(key).or_else(|| self.refused.recall(key)).or_else(|| self.offers.get(&key))
    }

    /// `offered`: the request stands or traded as an offer.
    pub fn keep(&mut self, key: Uuid, reply: Remembered, offered: bool) {
        match reply.outcome {
            Err(_) => self.refused.keep(key, reply),
            Ok(_) if offered => {
                self.offers.insert(key, reply);
            }
            Ok(_) => self.taken.keep(key, reply),
        }
    }

    /// Whether one more offer could not be remembered.
    pub fn is_full(&self) -> bool {
        self.offers.len() >= OFFERS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything a hash is fed.
    #[derive(Default)]
    struct Fed(Vec<u8>);

    impl Hasher for Fed {
        fn finish(&self) -> u64 {
            self.0.len() as u64
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }
    }

    fn fed(value: &impl Hash) -> Vec<u8> {
        let mut fed = Fed::default();
        value.hash(&mut fed);
        fed.0
    }

    #[test]
    fn an_empty_memory_hashes_as_the_first_release_did() {
        let then = ([0_u16; 32], Vec::<(Uuid, Remembered)>::new(), 0_usize);
        assert_eq!(fed(&Memory::default()), fed(&then));
    }

    #[test]
    fn a_full_memory_says_so() {
        let mut memory = Memory::default();
        for key in 0..OFFERS_MAX as u128 {
            assert!(!memory.is_full());
            memory.keep(Uuid::from_u128(key), Remembered { asked: 1, at: Moment(0), outcome: Ok(1) }, true);
        }
        assert!(memory.is_full() && memory.recall(Uuid::nil()).is_some());
    }
}
