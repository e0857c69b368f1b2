//! A full house: lots that take bids for as long as wanted, and the people seated at each.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use tokio::sync::watch;

use crate::fault::Fault;
use crate::person::Person;
use crate::stage::{ProxyRule, Stage, Terms};

const SCALE: u32 = 2;
const START_PRICE_CENTS: i64 = 100_000;
const STEP_CENTS: i64 = 100;
/// How far a standing maximum lies above the next offer: it answers a few bids and is then beaten,
/// so that each lot sees maxima win, answer and fall.
const MAXIMUM_STEPS: i64 = 8;

/// A lot as its bidders know it. They share what they know of the price: every offer is one
/// step above the highest made so far, so that most bids are good and each amount is made once.
pub struct Lot {
    pub id: String,
    pub terms: Terms,
    next_cents: AtomicI64,
    /// The highest number told to a bidder.
    told_seq: AtomicU64,
    /// The lot's last number, once nobody bids any more.
    end: watch::Sender<Option<u64>>,
}

impl Lot {
    fn new(id: String, terms: Terms) -> Lot {
        let next_cents = AtomicI64::new(START_PRICE_CENTS);
        Lot { id, terms, next_cents, told_seq: AtomicU64::new(0), end: watch::Sender::new(None) }
    }

    /// The amount of the next offer; nobody else gets the same one.
    pub fn claim(&self) -> Decimal {
        Decimal::new(self.next_cents.fetch_add(STEP_CENTS, Ordering::Relaxed), SCALE)
    }

    /// A standing maximum, some steps above the next offer.
    pub fn claim_maximum(&self) -> Decimal {
        self.claim() + Decimal::new(MAXIMUM_STEPS * STEP_CENTS, SCALE)
    }

    pub fn takes_proxies(&self) -> bool {
        self.terms.proxy != ProxyRule::None
    }

    /// A refusal said what the next bid must reach.
    pub fn learn_minimum(&self, minimum: &str) {
        let amount = Decimal::from_str_exact(minimum).unwrap_or_default();
        let cents = (amount * Decimal::ONE_HUNDRED).to_i64().unwrap_or_default();
        self.next_cents.fetch_max(cents, Ordering::Relaxed);
    }

    /// A reply named this number: the public feed will have it too.
    pub fn learn_seq(&self, seq: u64) {
        self.told_seq.fetch_max(seq, Ordering::Relaxed);
    }

    pub fn told_seq(&self) -> u64 {
        self.told_seq.load(Ordering::Relaxed)
    }

    pub fn end_at(&self, seq: u64) {
        self.end.send_replace(Some(seq));
    }

    /// Where the lot's events end; waits for as long as somebody bids.
    pub async fn end(&self) -> u64 {
        let mut end = self.end.subscribe();
        let known = end.wait_for(Option::is_some).await;
        known.ok().and_then(|seq| *seq).expect("a lot outlives those who wait for its end")
    }
}

pub struct Seat {
    pub person: Arc<Person>,
    pub lot: Arc<Lot>,
    pub paddle: u32,
}

pub struct House {
    pub lots: Vec<Arc<Lot>>,
    pub seats: Vec<Seat>,
}

impl House {
    /// Opens `lots` lots, no more than there are bidders, and seats each bidder at one of them.
    /// `terms` are those of a lot by its number and its count of bidders.
    pub async fn open(stage: &Stage, lots: usize, terms: impl Fn(usize, usize) -> Terms) -> Result<House, Fault> {
        let lots = lots.min(stage.bidders.len());
        let mut house = House { lots: Vec::new(), seats: Vec::new() };
        for n in 0..lots {
            let people: Vec<Arc<Person>> = stage.bidders.iter().skip(n).step_by(lots).cloned().collect();
            let terms = terms(n, people.len());
            let open = stage.open_lot(&format!("{n}"), &terms, &people).await?;
            let lot = Arc::new(Lot::new(open.id, terms));
            let seat = |(person, paddle)| Seat { person, lot: lot.clone(), paddle };
            house.seats.extend(people.into_iter().zip(open.paddles).map(seat));
            house.lots.push(lot);
        }
        Ok(house)
    }
}

/// Bids in steps of one amount, no closing rule and no proxies.
pub fn plain_terms() -> Terms {
    Terms {
        scale: SCALE,
        direction: "ascending",
        rule: "at_least",
        bands: vec![(Decimal::ZERO, Decimal::new(STEP_CENTS, SCALE))],
        start_price: Decimal::new(START_PRICE_CENTS, SCALE),
        proxy: ProxyRule::None,
        self_outbid: true,
        sliding_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_rise_by_a_step_and_jump_to_a_minimum_but_never_fall() {
        let lot = Lot::new("x".into(), plain_terms());
        assert_eq!(lot.claim().to_string(), "1000.00");
        assert_eq!(lot.claim().to_string(), "1001.00");
        lot.learn_minimum("1500.00");
        lot.learn_minimum("3.00");
        lot.learn_minimum("not an amount");
        assert_eq!(lot.claim().to_string(), "1500.00");
        assert_eq!(lot.claim_maximum().to_string(), "1509.00");
        assert_eq!(lot.claim().to_string(), "1502.00");
    }
}
