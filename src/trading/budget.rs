//! How much of the record an account may fill with acts that cost it nothing: what is refused, and what is accepted
//! and moves no price. Both go on record, and the record is disk: without a bound any account could fill it.
//! The record itself is what is counted, so that it matters to nobody's account who still listens for the answer.

use crate::trading::journal::{Committed, Entry};
use matching::{Command, Moment};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Entries a second that never run out: above what hands or a fair program cause.
const REFILL_PER_S: i64 = 100;
/// Entries in one breath, as when a price runs away from a program.
const BURST_MAX: i64 = 2_000;
/// Accounts remembered; those with nothing spent are forgotten first.
const ACCOUNTS_MAX: usize = 10_000;

/// What each account has spent, in thousandths of an entry, and when that was true.
#[derive(Default)]
pub struct Budget {
    spent: Mutex<HashMap<Uuid, (Moment, i64)>>,
}

impl Budget {
    /// Whether the account may ask again.
    pub fn allows(&self, account: Uuid, now: Moment) -> bool {
        let spent = self.spent.lock().expect("nobody panics while counting");
        spent.get(&account).is_none_or(|known| left_of(*known, now) < BURST_MAX * 1_000)
    }

    fn charge(&self, account: Uuid, now: Moment) {
        let mut spent = self.spent.lock().expect("nobody panics while counting");
        if spent.len() >= ACCOUNTS_MAX {
            spent.retain(|_, known| left_of(*known, now) > 0);
        }
        let known = spent.entry(account).or_insert((now, 0));
        *known = (now, left_of(*known, now) + 1_000);
    }
}

/// Follows the record for as long as the floor lives.
pub async fn run(budget: Arc<Budget>, committed: Arc<Committed>, next_n: u64) {
    let mut tail = committed.tail(next_n);
    loop {
        for entry in tail.next().await.iter().flat_map(|batch| &batch.entries) {
            if let Some(account) = entry.actor.filter(|_| costs_nothing(entry)) {
                budget.charge(account, entry.at);
            }
        }
    }
}

/// A bid that is taken is paid for: it moves the price by a step. A maximum, an order or an answer may be changed
/// and changed again.
fn costs_nothing(entry: &Entry) -> bool {
    match entry.command() {
        Some(Command::Bid { .. }) => entry.result.is_err(),
        Some(Command::Proxy { .. } | Command::Offer { .. } | Command::Answer { .. }) => true,
        _ => false,
    }
}

fn left_of((at, spent): (Moment, i64), now: Moment) -> i64 {
    (spent - now.since(at).max(0).saturating_mul(REFILL_PER_S)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_time_gives_it_back() {
        let (budget, account) = (Budget::default(), Uuid::from_u128(1));
        for _ in 0..BURST_MAX {
            assert!(budget.allows(account, Moment(0)));
            budget.charge(account, Moment(0));
        }
        assert!(!budget.allows(account, Moment(0)));
        assert!(budget.allows(Uuid::from_u128(2), Moment(0)), "his neighbour is not held to it");
        assert!(budget.allows(account, Moment(1_000 / REFILL_PER_S)));
    }
}
