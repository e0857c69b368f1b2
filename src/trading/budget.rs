//! How many refused requests an account may cause. Refusals go on record, and the record is disk:
//! without a bound any account could fill it.

use matching::Moment;
use std::collections::HashMap;
use std::sync::Mutex;
use uuid::Uuid;

/// Refusals a second that never run out: above what hands or a fair program cause.
const REFILL_PER_S: i64 = 100;
/// Refusals in one breath, as when a price runs away from a program.
const BURST_MAX: i64 = 2_000;
/// Accounts remembered; those with nothing spent are forgotten first.
const ACCOUNTS_MAX: usize = 10_000;

/// What each account has spent, in thousandths of a refusal, and when that was true.
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

    pub fn charge(&self, account: Uuid, now: Moment) {
        let mut spent = self.spent.lock().expect("nobody panics while counting");
        if spent.len() >= ACCOUNTS_MAX {
            spent.retain(|_, known| left_of(*known, now) > 0);
        }
        let known = spent.entry(account).or_insert((now, 0));
        *known = (now, left_of(*known, now) + 1_000);
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
