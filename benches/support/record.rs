//! Entries as a floor writes them, and medians.

use matching::{Command, Event, Moment, Money, Paddle};
use std::time::Duration;
use sunbid::trading::journal::{Act, Entry};
use uuid::Uuid;

/// Entries as a floor would write them.
pub fn entries(lot: Uuid, from: u64, count: u64) -> Vec<Entry> {
    (from..from + count)
        .map(|n| {
            let amount = Money::new(100 + n as i64).expect("in range");
            let command =
                Command::Bid { paddle: Paddle(101), key: Uuid::from_u128(u128::from(n)), amount, expect: None };
            let bid = Event::Bid {
                paddle: Paddle(101),
                amount,
                leads: true,
                by_proxy: false,
                ends_at: Moment(1_800_000_000_000),
                paused_until: None,
            };
            Entry {
                n,
                at: Moment(1_790_000_000_000 + n as i64),
                lot,
                actor: Some(Uuid::from_u128(7)),
                device: None,
                network: None,
                act: Act::Command(command),
                result: Ok(vec![bid]),
            }
        })
        .collect()
}

pub fn quantile(samples: &mut [Duration], q: f64) -> Duration {
    samples.sort_unstable();
    samples[((samples.len() - 1) as f64 * q) as usize]
}
