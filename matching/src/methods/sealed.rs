//! 一次报价: one hidden offer each, opened at the end of the phase. First price, second price, or
//! nearest to the mean (one-shot, 4.3); the sealed and the best-bid phase of a hybrid Dutch sale.

use super::{Method, Scene, Selling, Step};
use crate::book::{Book, Clock, Seat, Stage};
use crate::command::Offer;
use crate::event::{Event, Notice, Opened, Outcome, UnsoldReason};
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, Entry, check_length, Phase, Terms, TermsFault};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// What passes a price at all.
const LEAST: Money = Money::new(1).expect("in range");

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub length_ms: i64,
    pub entry: Entry,
    pub who: Who,
    /// How often an offer may be changed; the last one counts.
    pub changes_max: u32,
    /// Offers are whole multiples of it, in minor units: 100 for whole yuan.
    pub unit: Money,
    /// Above the first, up to the second.
    pub band: Option<(Money, Money)>,
    /// A price equal to an earlier one is refused. It leaks that the price exists (trap 18).
    pub unique: bool,
    pub wins: Wins,
    pub ties: Ties,
    /// Fewer offers and the sale fails; 0 asks for none.
    pub offers_min: u32,
}

/// Who may offer, of those in the phase.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Who {
    Everyone,
    /// The sealed phase of a hybrid Dutch sale: the Dutch winner waits.
    AllButFirst,
    /// Its best-bid phase: now he alone may answer.
    FirstOnly,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Wins {
    /// The best pays what it says.
    Best,
    /// The best pays the second best (Vickrey), or the start price where it is alone.
    SecondPrice,
    /// Nearest to the mean of the offers, half up to 0.01 of the currency; equally near, the lower.
    NearestMean,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Ties {
    /// The earlier offer.
    First,
    /// The tied offer once more; then the earlier.
    Again,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    /// By paddle, in the order of the last change.
    pub offers: Vec<Kept>,
    /// Offers and changes so far.
    pub orders: u64,
    /// The phase's second run, among the tied.
    pub again: bool,
    /// Who stood before the first sealed phase: the winner of a hybrid sale's Dutch phase.
    pub first: Option<Paddle>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Kept {
    pub paddle: Paddle,
    pub amount: Money,
    pub order: u64,
    pub at: Moment,
    pub changes: u32,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.length_ms
    }

    fn entry(&self) -> Entry {
        self.entry
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        check_length("sealed.length_ms", self.length_ms)?;
        if self.unit == Money::ZERO {
            return fault("sealed.unit", "above zero");
        }
        if self.band.is_some_and(|(low, high)| low >= high) {
            return fault("sealed.band", "the upper end lies above the lower");
        }
        if self.wins == Wins::NearestMean && terms.direction == Direction::Descending {
            return fault("sealed.wins", "nearest to the mean belongs to ascending sales");
        }
        if self.wins == Wins::NearestMean && self.ties == Ties::Again {
            return fault("sealed.ties", "the mean decides ties by the lower price");
        }
        // The tied go on alone: whoever comes after them would find the others shut out.
        let goes_on = |phases: &[Phase]| {
            let before_last = phases.len().saturating_sub(1);
            phases[..before_last].iter().any(|phase| matches!(phase, Phase::Method(Method::Sealed(rules)) if rules == self))
        };
        if self.ties == Ties::Again && (goes_on(&terms.phases) || goes_on(&terms.after_ceiling)) {
            return fault("sealed.ties", "the tied offer once more in the last phase only");
        }
        Ok(())
    }

    fn room(&self, book: &Book, clock: &Clock) -> Room {
        let again = matches!(&book.stage, Stage::Running(running) if running.phase == clock.phase);
        let before = match &*book.room {
            super::Room::Sealed(before) => before.first,
            _ => None,
        };
        Room { offers: Vec::new(), orders: 0, again, first: before.or(book.top.map(|top| top.paddle)) }
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Price { amount } = *offer else { return Err(Refusal::WrongOffer) };
        let book = scene.book;
        let first = room.first == Some(seat.paddle);
        if (self.who == Who::AllButFirst && first) || (self.who == Who::FirstOnly && !first) {
            return Err(Refusal::NotYourTurn);
        }
        let held = room.offers.iter().find(|kept| kept.paddle == seat.paddle);
        if held.is_some_and(|held| held.changes >= self.changes_max) {
            return Err(Refusal::ChangesSpent { max: self.changes_max });
        }
        self.check_amount(book, amount)?;
        let taken = |kept: &Kept| kept.amount == amount && kept.paddle != seat.paddle;
        if self.unique && room.offers.iter().any(taken) {
            return Err(Refusal::PriceTaken);
        }
        Ok(Event::Offered { paddle: seat.paddle, offer: offer.clone(), order: room.orders, secret: true, ends_at: None }
            .into())
    }

    fn take(&self, room: &mut Room, at: Moment, event: &Event) {
        let Event::Offered { paddle, offer: Offer::Price { amount }, order, .. } = *event else { return };
        room.orders = order + 1;
        let held = room.offers.iter().position(|kept| kept.paddle == paddle);
        let changes = held.map_or(0, |held| room.offers.remove(held).changes + 1);
        room.offers.push(Kept { paddle, amount, order, at, changes });
    }

    fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
        let Scene { book, clock, .. } = scene;
        if room.offers.len() < self.offers_min as usize && !room.again {
            return vec![Event::Closed { outcome: Outcome::Unsold { reason: UnsoldReason::TooFew } }];
        }
        let mean = (self.wins == Wins::NearestMean).then(|| mean_hundredths(&room.offers, book.terms.scale)).flatten();
        let ranked = self.ranked(book.terms.direction, &room.offers, mean);
        let opened = ranked.iter().map(|kept| Opened {
            paddle: kept.paddle,
            price: kept.amount,
            quantity: 1,
            order: kept.order,
            at: kept.at,
        });
        let mut events = vec![Event::Told(Notice::Opened { offers: opened.collect(), mean })];
        let Some(best) = ranked.first() else { return events };
        let tied: Vec<Paddle> =
            ranked.iter().filter(|kept| kept.amount == best.amount).map(|kept| kept.paddle).collect();
        if self.ties == Ties::Again && tied.len() > 1 && !room.again {
            let again = Clock::new(clock.phase, scene.clock.ends_at, self.length_ms);
            events.push(Event::Stood { paddle: best.paddle, price: best.amount, second: None });
            events.push(Event::Began { clock: again, entrants: Some(tied) });
            return events;
        }
        let price = match self.wins {
            Wins::Best | Wins::NearestMean => best.amount,
            Wins::SecondPrice => self.second_price(book, best, ranked.get(1)),
        };
        // Where a second run brought nothing better, the earliest of the first keeps the lead.
        let repeats = room.again && book.top.is_some_and(|top| top.price == best.amount);
        if !repeats {
            events.push(Event::Stood { paddle: best.paddle, price, second: None });
        }
        events
    }

    /// A sale in which the first waits, or answers alone, has a first.
    fn needs_leader(&self) -> bool {
        self.who != Who::Everyone
    }

    fn minimum(&self, _room: &Room, book: &Book) -> Option<Money> {
        match (self.band, book.top) {
            (Some(_), _) | (_, Some(_)) => None,
            (None, None) => Some(self.on_unit(book.terms.direction, book.terms.start_price)),
        }
    }
}

impl Rules {
    fn check_amount(&self, book: &Book, amount: Money) -> Result<(), Refusal> {
        let direction = book.terms.direction;
        if let Some((low, high)) = self.band
            && (amount <= low || amount > high)
        {
            return Err(Refusal::OutsideBand { low, high });
        }
        if let Some(top) = book.top {
            // What stands already must be passed; in a second run among the tied, met.
            let met = matches!(&*book.room, super::Room::Sealed(room) if room.again) && amount == top.price;
            if !direction.better(amount, top.price) && !met {
                let minimum = self.on_unit(direction, direction.advance(top.price, LEAST));
                return Err(Refusal::BelowStep { price: top.price, minimum });
            }
        } else if direction.better(book.terms.start_price, amount) {
            return Err(Refusal::BelowStart { minimum: self.on_unit(direction, book.terms.start_price) });
        }
        if !amount.on_step(Money::ZERO, self.unit) {
            return Err(Refusal::NotOnStep { minimum: self.on_unit(direction, amount), step: self.unit });
        }
        Ok(())
    }

    /// The nearest whole multiple at `amount` or better.
    fn on_unit(&self, direction: Direction, amount: Money) -> Money {
        let beyond = Money::new(amount.minor() % self.unit.minor()).unwrap_or(Money::ZERO);
        match direction {
            Direction::Ascending if beyond > Money::ZERO => amount.minus(beyond).plus(self.unit),
            _ => amount.minus(beyond),
        }
    }

    fn ranked(&self, direction: Direction, offers: &[Kept], mean: Option<i64>) -> Vec<Kept> {
        let mut ranked = offers.to_vec();
        ranked.sort_by(|a, b| {
            let by_price = match mean {
                Some(mean) => distance(a.amount, mean).cmp(&distance(b.amount, mean)).then(a.amount.cmp(&b.amount)),
                None if direction.better(a.amount, b.amount) => Ordering::Less,
                None if direction.better(b.amount, a.amount) => Ordering::Greater,
                None => Ordering::Equal,
            };
            by_price.then(a.order.cmp(&b.order))
        });
        ranked
    }

    /// The second best, or the start; but a reserve the best has met is the least he pays.
    fn second_price(&self, book: &Book, best: &Kept, second: Option<&Kept>) -> Money {
        let direction = book.terms.direction;
        let floor = book.top.map_or(book.terms.start_price, |top| top.price);
        let price = second.map_or(floor, |second| second.amount);
        match book.reserve() {
            Some(reserve) if direction.better(reserve, price) && !direction.better(reserve, best.amount) => reserve,
            _ => price,
        }
    }
}

/// The mean, half up to 0.01 of the currency (4.3), in hundredths of a minor unit.
fn mean_hundredths(offers: &[Kept], scale: u8) -> Option<i64> {
    let cent = 10_i128.pow(u32::from(scale));
    let count = offers.len() as i128 * cent;
    let sum: i128 = offers.iter().map(|kept| i128::from(kept.amount.minor())).sum();
    let cents = (sum * 200 + count).checked_div(count * 2)?;
    Some((cents * cent) as i64)
}

fn distance(amount: Money, mean: i64) -> i128 {
    (i128::from(amount.minor()) * 100 - i128::from(mean)).abs()
}
