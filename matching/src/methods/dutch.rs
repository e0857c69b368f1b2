//! 荷兰式: the price falls by the clock; the first acceptance at the shown price wins.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::Offer;
use crate::event::{Event, Notice};
use crate::money::{Moment, Money};
use crate::refusal::Refusal;
use crate::terms::{Direction, LENGTH_MS_MAX, Terms, TermsFault};
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    /// How much each step takes off (descending: adds).
    pub drop: Money,
    pub every_ms: i64,
    /// Prices shown, the start price the first: 81 of 1 % in a hybrid sale.
    pub steps: u32,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    pub shown: Money,
    /// Prices shown so far.
    pub steps: u32,
}

pub const STEPS_MAX: u32 = 10_000;

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.every_ms.saturating_mul(i64::from(self.steps))
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        if self.every_ms < 1 || !(1..=STEPS_MAX).contains(&self.steps) || self.length_ms(0) > LENGTH_MS_MAX {
            return fault("dutch.steps", "1 to 10,000 steps within 366 days");
        }
        if self.drop == Money::ZERO {
            return fault("dutch.drop", "above zero");
        }
        let fallen = self.drop.minor().saturating_mul(i64::from(self.steps) - 1);
        if terms.direction == Direction::Ascending && fallen > terms.start_price.minor() {
            return fault("dutch.drop", "the price would fall below zero");
        }
        Ok(())
    }

    fn room(&self, book: &Book, _clock: &Clock) -> Room {
        Room { shown: book.terms.start_price, steps: 1 }
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Price { amount } = *offer else { return Err(Refusal::WrongOffer) };
        let price = self.price_at(room, scene);
        if amount != price {
            return Err(Refusal::PriceNotShown { price });
        }
        let paddle = seat.paddle;
        let offered = Event::Offered { paddle, offer: offer.clone(), order: 0, secret: false, ends_at: None };
        Ok(Step::over(vec![offered, Event::Stood { paddle, price: amount, second: None }]))
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        if let Event::Told(Notice::Price { price }) = event {
            room.shown = *price;
            room.steps += 1;
        }
    }

    fn next_turn(&self, room: &Room, clock: &Clock) -> Option<Moment> {
        let due = clock.began_at.plus_ms(self.every_ms.saturating_mul(i64::from(room.steps)));
        (room.steps < self.steps).then_some(due)
    }

    fn turn(&self, room: &Room, scene: Scene) -> Step {
        Event::Told(Notice::Price { price: self.next(scene.terms().direction, room.shown) }).into()
    }

    /// Nobody took it.
    fn close(&self, _room: &Room, _scene: Scene) -> Vec<Event> {
        Vec::new()
    }

    fn minimum(&self, room: &Room, _book: &Book) -> Option<Money> {
        Some(room.shown)
    }
}

impl Rules {
    fn next(&self, direction: Direction, price: Money) -> Money {
        match direction {
            Direction::Ascending => price.minus(self.drop),
            Direction::Descending => price.plus(self.drop),
        }
    }

    /// A step whose hour has come counts, even where its tick is still on the way.
    fn price_at(&self, room: &Room, scene: Scene) -> Money {
        let passed = scene.at.since(scene.clock.began_at) / self.every_ms;
        let due = (i64::from(room.steps)..=passed).take((self.steps - room.steps) as usize);
        due.fold(room.shown, |price, _| self.next(scene.terms().direction, price))
    }
}
