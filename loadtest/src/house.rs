//! A full house: lots that take bids for as long as wanted, and the people seated at each.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::fault::Fault;
use crate::person::Person;
use crate::stage::{Stage, Terms};

const SCALE: u32 = 2;
const START_PRICE_CENTS: i64 = 100_000;
const STEP_CENTS: i64 = 100;

/// A lot as its bidders know it. They share what they know of the price: every offer is one
/// step above the highest made so far, so that most bids are good and each amount is made once.
pub struct Lot {
    pub id: String,
    next_cents: AtomicI64,
}

impl Lot {
    /// The amount of the next offer; nobody else gets the same one.
    pub fn claim(&self) -> Decimal {
        Decimal::new(self.next_cents.fetch_add(STEP_CENTS, Ordering::Relaxed), SCALE)
    }

    /// A refusal said what the next bid must reach.
    pub fn learn_minimum(&self, minimum: &str) {
        let amount = Decimal::from_str_exact(minimum).unwrap_or_default();
        let cents = (amount * Decimal::ONE_HUNDRED).to_i64().unwrap_or_default();
        self.next_cents.fetch_max(cents, Ordering::Relaxed);
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
    pub async fn open(stage: &Stage, lots: usize) -> Result<House, Fault> {
        let lots = lots.min(stage.bidders.len());
        let mut house = House { lots: Vec::new(), seats: Vec::new() };
        for n in 0..lots {
            let people: Vec<Arc<Person>> = stage.bidders.iter().skip(n).step_by(lots).cloned().collect();
            let open = stage.open_lot(&format!("{n}"), &terms(), &people).await?;
            let lot = Arc::new(Lot { id: open.id, next_cents: AtomicI64::new(START_PRICE_CENTS) });
            let seat = |(person, paddle)| Seat { person, lot: lot.clone(), paddle };
            house.seats.extend(people.into_iter().zip(open.paddles).map(seat));
            house.lots.push(lot);
        }
        Ok(house)
    }
}

fn terms() -> Terms {
    Terms {
        scale: SCALE,
        direction: "ascending",
        rule: "at_least",
        bands: vec![(Decimal::ZERO, Decimal::new(STEP_CENTS, SCALE))],
        start_price: Decimal::new(START_PRICE_CENTS, SCALE),
        proxy: "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_rise_by_a_step_and_jump_to_a_minimum_but_never_fall() {
        let lot = Lot { id: "x".into(), next_cents: AtomicI64::new(START_PRICE_CENTS) };
        assert_eq!(lot.claim().to_string(), "1000.00");
        assert_eq!(lot.claim().to_string(), "1001.00");
        lot.learn_minimum("1500.00");
        lot.learn_minimum("3.00");
        lot.learn_minimum("not an amount");
        assert_eq!(lot.claim().to_string(), "1500.00");
    }
}
