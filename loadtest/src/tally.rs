//! What a crowd counts while it runs, shared by all its connections.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::fault::Notes;
use crate::wire::{Answer, Outcome};

/// A minute; slower answers are counted as this.
const LATENCY_US_MAX: u64 = 60_000_000;

pub struct Tally {
    /// Only `[from, until)` is measured; before it the server warms up.
    pub from: Instant,
    pub until: Instant,
    counts: Mutex<Counts>,
}

pub struct Counts {
    pub sent: u64,
    pub accepted: u64,
    /// By a rule of the lot: decided and durable, as an acceptance is.
    pub refused: BTreeMap<String, u64>,
    /// Turned away before any decision: no bid, and too quick an answer to count as one.
    pub undecided: BTreeMap<String, u64>,
    /// Sent, and never answered.
    pub unanswered: u64,
    /// Due by the schedule, and never sent.
    pub unsent: u64,
    /// From the moment a bid was due to its reply.
    pub latency: Histogram<u64>,
    /// From the moment a bid was due to its sending: our own part of `latency`.
    pub held_back: Histogram<u64>,
    pub deliveries: u64,
    /// Snapshots the server sent in place of missed events.
    pub announced_gaps: u64,
    /// Sequence numbers that did not follow, without a snapshot.
    pub gaps: Notes,
    /// Viewers who had not seen their lot's end when the feed's time was over.
    pub behind: Notes,
    /// From the server's `at` to arrival here.
    pub delivery: Histogram<u64>,
    pub faults: Notes,
}

impl Tally {
    pub fn new(from: Instant, until: Instant) -> Tally {
        let counts = Counts {
            sent: 0,
            accepted: 0,
            refused: BTreeMap::new(),
            undecided: BTreeMap::new(),
            unanswered: 0,
            unsent: 0,
            latency: histogram(),
            held_back: histogram(),
            deliveries: 0,
            announced_gaps: 0,
            gaps: Notes::default(),
            behind: Notes::default(),
            delivery: histogram(),
            faults: Notes::default(),
        };
        Tally { from, until, counts: Mutex::new(counts) }
    }

    pub fn with<T>(&self, change: impl FnOnce(&mut Counts) -> T) -> T {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn covers(&self, moment: Instant) -> bool {
        (self.from..self.until).contains(&moment)
    }

    pub fn sent(&self, due: Instant, now: Instant) {
        self.with(|counts| {
            counts.sent += 1;
            if self.covers(due) {
                counts.held_back.saturating_record(micros(due, now));
            }
        });
    }

    /// A decided bid counts towards the rate if answered inside the time measured, and its latency
    /// counts if it was due there: a reply that comes after the end is not lost from the tail.
    pub fn answered(&self, due: Instant, now: Instant, answer: &Answer) {
        self.with(|counts| {
            if self.covers(due) && matches!(answer, Answer::Decided(_)) {
                counts.latency.saturating_record(micros(due, now));
            }
            match answer {
                _ if !self.covers(now) => {}
                Answer::Decided(Outcome::Accepted { .. }) => counts.accepted += 1,
                Answer::Decided(Outcome::Refused { code }) => add_one(&mut counts.refused, code),
                Answer::Undecided { error } => add_one(&mut counts.undecided, error),
            }
        });
    }

    pub fn delivered(&self, now: Instant, after_us: u64) {
        if self.covers(now) {
            self.with(|counts| {
                counts.deliveries += 1;
                counts.delivery.saturating_record(after_us);
            });
        }
    }
}

impl Counts {
    /// Bids with a durable outcome.
    pub fn decided(&self) -> u64 {
        self.accepted + self.refused.values().sum::<u64>()
    }
}

/// Codes are few: a name is written out once and then only counted.
fn add_one(counts: &mut BTreeMap<String, u64>, code: &str) {
    match counts.get_mut(code) {
        Some(count) => *count += 1,
        None => drop(counts.insert(code.to_owned(), 1)),
    }
}

/// The shape of a latency, in microseconds.
#[derive(Debug, Serialize)]
pub struct Spread {
    pub count: u64,
    pub p50: u64,
    pub p90: u64,
    pub p99: u64,
    pub p999: u64,
    pub max: u64,
}

impl From<&Histogram<u64>> for Spread {
    fn from(histogram: &Histogram<u64>) -> Spread {
        Spread {
            count: histogram.len(),
            p50: histogram.value_at_quantile(0.5),
            p90: histogram.value_at_quantile(0.9),
            p99: histogram.value_at_quantile(0.99),
            p999: histogram.value_at_quantile(0.999),
            max: histogram.max(),
        }
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_US_MAX, 3).expect("constant bounds are good")
}

fn micros(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock;

    #[test]
    fn the_rate_counts_arrivals_and_the_latency_counts_due_moments() {
        let from = clock::now();
        let at = |ms| from + Duration::from_millis(ms);
        let tally = Tally::new(from, at(100));
        let good = Answer::Decided(Outcome::Accepted { seq: 1 });
        tally.answered(at(10), at(30), &good);
        tally.answered(at(90), at(190), &good);
        tally.answered(at(100), at(110), &good);
        tally.with(|counts| {
            assert_eq!((counts.accepted, counts.latency.len()), (1, 2));
            assert!(counts.latency.max() >= 100_000);
        });
    }

    #[test]
    fn a_refusal_is_decided_and_a_bid_turned_away_is_not() {
        let from = clock::now();
        let at = |ms| from + Duration::from_millis(ms);
        let tally = Tally::new(from, at(100));
        tally.answered(at(10), at(30), &Answer::Decided(Outcome::Refused { code: "BELOW_STEP".into() }));
        for _ in 0..2 {
            tally.answered(at(40), at(41), &Answer::Undecided { error: "BUSY".into() });
        }
        tally.with(|counts| {
            assert_eq!((counts.decided(), counts.latency.len()), (1, 1));
            assert_eq!((counts.refused["BELOW_STEP"], counts.undecided["BUSY"]), (1, 2));
        });
    }
}
