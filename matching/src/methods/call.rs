//! 集合竞价: many units, hidden orders, one clearing at the end. Uniform price (carbon allowances) or
//! pay as bid with amendments and mean broadcasts (car plates).

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::{Offer, Side};
use crate::event::{Award, Event, Notice, Opened, Outcome, UnsoldReason};
use crate::hash::sha256;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, check_length, StepKind, Terms, TermsFault};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub length_ms: i64,
    pub supply: u64,
    /// Quantities are whole multiples of it: 1,000 t of carbon, 1 plate.
    pub unit: u64,
    /// What one bidder may get in all.
    pub cap: u64,
    /// Orders of one bidder; a single one is changed instead of added to.
    pub orders_max: u32,
    /// How often a single order may be changed. A change takes a new place in time.
    pub changes_max: u32,
    pub pays: Pays,
    pub ties: Ties,
    pub short: Short,
    /// When, after the beginning, the trimmed mean is told; rising.
    pub broadcasts_ms: Vec<i64>,
    /// Per cent of the bidders cut at each end of the mean; a fraction of a bidder is not cut.
    pub trim_percent: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Pays {
    /// All pay the lowest accepted price.
    Uniform,
    /// Each pays his own.
    Own,
}

/// Which of two orders at one price comes first.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Ties {
    Time,
    /// A lottery fixed before: the lower SHA-256 of `SEED PADDLE`.
    Drawn { seed: String },
}

/// Demand below supply.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Short {
    /// What is wanted is sold.
    Partial,
    Void,
}

pub const BROADCASTS_MAX: usize = 24;
/// No mean of fewer orders is told: it would tell the orders.
pub const MEAN_OF_MIN: usize = 5;

#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    /// In the order of the last change.
    pub orders: Vec<Kept>,
    pub taken: u64,
    pub broadcasts: usize,
    /// The last mean told.
    pub mean: Option<Money>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Kept {
    pub paddle: Paddle,
    pub price: Money,
    pub quantity: u64,
    pub order: u64,
    pub at: Moment,
    pub changes: u32,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.length_ms
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        check_length("call.length_ms", self.length_ms)?;
        if self.unit == 0 || self.supply == 0 || self.supply > 1 << 40 || self.cap < self.unit {
            return fault("call.supply", "units above zero, a cap of at least one unit");
        }
        if self.orders_max == 0 || self.orders_max > 100 {
            return fault("call.orders_max", "between 1 and 100");
        }
        if self.trim_percent >= 50 {
            return fault("call.trim_percent", "below 50");
        }
        let within = self.broadcasts_ms.iter().all(|ms| (1..self.length_ms).contains(ms));
        if self.broadcasts_ms.len() > BROADCASTS_MAX || !within || !self.broadcasts_ms.is_sorted_by(|a, b| a < b) {
            return fault("call.broadcasts_ms", "at most 24, rising, within the phase");
        }
        if terms.direction != Direction::Ascending || terms.step.kind != StepKind::Multiple {
            return fault("call", "an ascending sale with a price grid: step rule multiple");
        }
        Ok(())
    }

    fn room(&self, _book: &Book, _clock: &Clock) -> Room {
        Room::default()
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Order { side: Side::Buy, price, quantity } = *offer else { return Err(Refusal::WrongOffer) };
        let terms = scene.terms();
        terms.step.fits(terms.direction, terms.start_price, None, price)?;
        if quantity < self.unit {
            return Err(Refusal::BelowQuantity { min: self.unit });
        }
        if !quantity.is_multiple_of(self.unit) {
            return Err(Refusal::NotWholeLots { unit: self.unit });
        }
        let own = || room.orders.iter().filter(|kept| kept.paddle == seat.paddle);
        let single = self.orders_max == 1;
        if let Some(held) = own().next().filter(|_| single)
            && held.changes >= self.changes_max
        {
            return Err(Refusal::ChangesSpent { max: self.changes_max });
        }
        if !single && own().count() >= self.orders_max as usize {
            return Err(Refusal::OrdersSpent { max: self.orders_max });
        }
        let held: u64 = if single { 0 } else { own().map(|kept| kept.quantity).sum() };
        if quantity > self.cap - held.min(self.cap) {
            return Err(Refusal::AboveQuantity { max: self.cap.saturating_sub(held) });
        }
        let order = room.taken;
        Ok(Event::Offered { paddle: seat.paddle, offer: offer.clone(), order, secret: true, ends_at: None }.into())
    }

    fn take(&self, room: &mut Room, at: Moment, event: &Event) {
        match *event {
            Event::Offered { paddle, offer: Offer::Order { price, quantity, .. }, order, .. } => {
                room.taken = order + 1;
                let held = room.orders.iter().position(|kept| kept.paddle == paddle).filter(|_| self.orders_max == 1);
                let changes = held.map_or(0, |held| room.orders.remove(held).changes + 1);
                room.orders.push(Kept { paddle, price, quantity, order, at, changes });
            }
            Event::Told(Notice::Mean { mean, .. }) => {
                room.broadcasts += 1;
                room.mean = mean;
            }
            _ => {}
        }
    }

    fn next_turn(&self, room: &Room, clock: &Clock) -> Option<Moment> {
        self.broadcasts_ms.get(room.broadcasts).map(|ms| clock.began_at.plus_ms(*ms))
    }

    fn turn(&self, room: &Room, scene: Scene) -> Step {
        let enough = room.orders.len() >= MEAN_OF_MIN;
        let mean = enough.then(|| self.trimmed_mean(&room.orders, scene.terms().scale)).flatten();
        let offers = if enough { room.orders.len() as u32 } else { 0 };
        Event::Told(Notice::Mean { mean, offers }).into()
    }

    fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
        let ranked = self.ranked(&room.orders);
        let opened = ranked.iter().map(|kept| Opened {
            paddle: kept.paddle,
            price: kept.price,
            quantity: kept.quantity,
            order: kept.order,
            at: kept.at,
        });
        let opened = Event::Told(Notice::Opened { offers: opened.collect(), mean: None });
        vec![opened, Event::Closed { outcome: self.clear(&ranked, scene.book.reserve()) }]
    }

    fn minimum(&self, _room: &Room, book: &Book) -> Option<Money> {
        Some(book.terms.start_price)
    }
}

impl Rules {
    fn ranked(&self, orders: &[Kept]) -> Vec<Kept> {
        let mut ranked = orders.to_vec();
        match &self.ties {
            Ties::Time => ranked.sort_by_key(|kept| (core::cmp::Reverse(kept.price), kept.order)),
            Ties::Drawn { seed } => ranked.sort_by_cached_key(|kept| {
                (core::cmp::Reverse(kept.price), sha256(&format!("{seed} {}", kept.paddle)), kept.order)
            }),
        }
        ranked
    }

    fn clear(&self, ranked: &[Kept], reserve: Option<Money>) -> Outcome {
        let unsold = |reason| Outcome::Unsold { reason };
        if ranked.is_empty() {
            return unsold(UnsoldReason::NoBid);
        }
        let mut left = self.supply;
        let mut awards = Vec::new();
        for kept in ranked.iter().filter(|kept| reserve.is_none_or(|reserve| kept.price >= reserve)) {
            let quantity = kept.quantity.min(left);
            if quantity == 0 {
                break;
            }
            left -= quantity;
            awards.push(Award { paddle: kept.paddle, product: 0, quantity, price: kept.price });
        }
        let Some(lowest) = awards.last().map(|award| award.price) else {
            return unsold(UnsoldReason::BelowReserve);
        };
        if left > 0 && self.short == Short::Void {
            return unsold(UnsoldReason::TooFew);
        }
        let price = (self.pays == Pays::Uniform).then_some(lowest);
        if let Some(price) = price {
            awards.iter_mut().for_each(|award| award.price = price);
        }
        Outcome::Allotted { awards, price }
    }

    /// The mean of what is left when as many orders are cut at each end, to whole units of money, half up.
    fn trimmed_mean(&self, orders: &[Kept], scale: u8) -> Option<Money> {
        let mut prices: Vec<i64> = orders.iter().map(|kept| kept.price.minor()).collect();
        prices.sort_unstable();
        let cut = prices.len() * self.trim_percent as usize / 100;
        let kept = prices.get(cut..prices.len() - cut)?;
        let whole = 10_i128.pow(u32::from(scale));
        let (sum, count) = (kept.iter().map(|price| i128::from(*price)).sum::<i128>(), kept.len() as i128 * whole);
        let mean = (sum * 2 + count).checked_div(count * 2)? * whole;
        Money::new(mean as i64)
    }
}
