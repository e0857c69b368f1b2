//! 时钟拍卖: several products; a round's prices are named, bidders say how many units they want, and
//! prices rise where demand passes supply. Nobody may want more than he was active for. It ends in
//! the round in which nothing is over-demanded.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::Offer;
use crate::event::{Award, Event, Notice, Outcome, UnsoldReason};
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, LENGTH_MS_MAX, Terms, TermsFault};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub round_ms: i64,
    pub rounds_max: u32,
    pub products: Vec<Product>,
    /// Activity points a bidder has in the first round.
    pub points_first: u64,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Product {
    pub name_zh: String,
    pub name_en: String,
    pub supply: u32,
    pub start: Money,
    /// How much the price rises where it is over-demanded.
    pub step: Money,
    /// Activity points of one unit.
    pub points: u32,
}

pub const PRODUCTS_MAX: usize = 32;
pub const ROUNDS_MAX: u32 = 1_000;
/// Of one unit: all units of all products together cannot overflow.
pub const POINTS_MAX: u32 = 1_000_000;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    /// Rounds that are over.
    pub rounds: u32,
    pub prices: Vec<Money>,
    /// Prices of the round before, for those who stopped there.
    pub prices_before: Vec<Money>,
    /// This round's demands, in the order of the last change; silence wants nothing.
    pub demands: Vec<Wanted>,
    pub demands_before: Vec<Wanted>,
    /// Demand of the last round that is over.
    pub told: Vec<u64>,
    pub taken: u64,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Wanted {
    pub paddle: Paddle,
    pub quantities: Vec<u32>,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.round_ms.saturating_mul(i64::from(self.rounds_max))
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        if self.round_ms < 1 || !(1..=ROUNDS_MAX).contains(&self.rounds_max) || self.length_ms(0) > LENGTH_MS_MAX {
            return fault("rising.rounds_max", "1 to 1,000 rounds within 366 days");
        }
        if self.products.is_empty() || self.products.len() > PRODUCTS_MAX {
            return fault("rising.products", "between 1 and 32");
        }
        if self.products.iter().any(|product| product.supply == 0 || product.step == Money::ZERO) {
            return fault("rising.products", "supply and step above zero");
        }
        if self.products.iter().any(|product| product.points > POINTS_MAX) {
            return fault("rising.points", "at most 1,000,000 for a unit");
        }
        if terms.direction != Direction::Ascending {
            return fault("rising", "prices rise");
        }
        Ok(())
    }

    fn room(&self, _book: &Book, _clock: &Clock) -> Room {
        let prices: Vec<Money> = self.products.iter().map(|product| product.start).collect();
        Room {
            rounds: 0,
            prices_before: prices.clone(),
            prices,
            demands: Vec::new(),
            demands_before: Vec::new(),
            told: Vec::new(),
            taken: 0,
        }
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        // A round is over with its clock, even where the tick is still on the way.
        if let Some(ended_at) = self.next_turn(room, scene.clock).filter(|due| *due <= scene.at) {
            return Err(Refusal::TooLate { ended_at });
        }
        let Offer::Demand { quantities } = offer else { return Err(Refusal::WrongOffer) };
        if quantities.len() != self.products.len() {
            return Err(Refusal::WrongOffer);
        }
        let above = quantities.iter().zip(&self.products).find(|(wanted, product)| **wanted > product.supply);
        if let Some((_, product)) = above {
            return Err(Refusal::AboveQuantity { max: u64::from(product.supply) });
        }
        let max = self.points_of(room, seat.paddle);
        if self.activity(quantities) > max {
            return Err(Refusal::ActivityExceeded { max });
        }
        let order = room.taken;
        Ok(Event::Offered { paddle: seat.paddle, offer: offer.clone(), order, secret: true, ends_at: None }.into())
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        match event {
            Event::Offered { paddle, offer: Offer::Demand { quantities }, order, .. } => {
                room.taken = order + 1;
                room.demands.retain(|wanted| wanted.paddle != *paddle);
                room.demands.push(Wanted { paddle: *paddle, quantities: quantities.clone() });
            }
            Event::Told(Notice::Round { prices, demand, .. }) => {
                room.rounds += 1;
                room.prices_before = core::mem::replace(&mut room.prices, prices.clone());
                room.demands_before = core::mem::take(&mut room.demands);
                room.told.clone_from(demand);
            }
            _ => {}
        }
    }

    fn next_turn(&self, room: &Room, clock: &Clock) -> Option<Moment> {
        let over = room.rounds + 1;
        let due = clock.began_at.plus_ms(self.round_ms.saturating_mul(i64::from(over)));
        (over < self.rounds_max).then_some(due)
    }

    fn turn(&self, room: &Room, _scene: Scene) -> Step {
        let demand = self.demand(&room.demands);
        let over = |(wanted, product): (&u64, &Product)| *wanted > u64::from(product.supply);
        if !demand.iter().zip(&self.products).any(over) {
            return Step::over(self.sell(room));
        }
        let risen = demand.iter().zip(&self.products).zip(&room.prices);
        let prices = risen.map(|((wanted, product), price)| match over((wanted, product)) {
            true => price.plus(product.step),
            false => *price,
        });
        let prices = prices.collect();
        Event::Told(Notice::Round { round: room.rounds + 1, prices, demand }).into()
    }

    fn close(&self, room: &Room, _scene: Scene) -> Vec<Event> {
        self.sell(room)
    }
}

impl Rules {
    fn activity(&self, quantities: &[u32]) -> u64 {
        let points = |(wanted, product): (&u32, &Product)| u64::from(*wanted) * u64::from(product.points);
        quantities.iter().zip(&self.products).map(points).sum()
    }

    /// What a bidder may be active for: what he was in the round before.
    pub fn points_of(&self, room: &Room, paddle: Paddle) -> u64 {
        if room.rounds == 0 {
            return self.points_first;
        }
        let before = room.demands_before.iter().find(|wanted| wanted.paddle == paddle);
        before.map_or(0, |wanted| self.activity(&wanted.quantities))
    }

    fn demand(&self, demands: &[Wanted]) -> Vec<u64> {
        let of = |product: usize| demands.iter().map(|wanted| u64::from(wanted.quantities[product])).sum();
        (0..self.products.len()).map(of).collect()
    }

    /// Units go to those who want them at the round's price, the earlier first where the last round
    /// leaves more demand than supply; what a price step left over goes, in the order of time, to
    /// those who wanted more in the round before, at that round's price, within the activity they
    /// had then.
    fn sell(&self, room: &Room) -> Vec<Event> {
        let mut awards = Vec::new();
        let mut left: Vec<u64> = self.products.iter().map(|product| u64::from(product.supply)).collect();
        for index in 0..self.products.len() {
            for wanted in &room.demands {
                let quantity = u64::from(wanted.quantities[index]).min(left[index]);
                self.give(&mut awards, &mut left, wanted.paddle, index, quantity, room.prices[index]);
            }
        }
        for index in 0..self.products.len() {
            if room.prices_before[index] == room.prices[index] {
                continue;
            }
            for before in &room.demands_before {
                let now = room.demands.iter().find(|wanted| wanted.paddle == before.paddle);
                let gave_up = before.quantities[index].saturating_sub(now.map_or(0, |wanted| wanted.quantities[index]));
                let points = u64::from(self.products[index].points);
                let own = awards.iter().filter(|award: &&Award| award.paddle == before.paddle);
                let used: u64 =
                    own.map(|award| award.quantity * u64::from(self.products[award.product as usize].points)).sum();
                let free = self.activity(&before.quantities).saturating_sub(used);
                let within = free.checked_div(points).unwrap_or(u64::MAX);
                let quantity = u64::from(gave_up).min(left[index]).min(within);
                self.give(&mut awards, &mut left, before.paddle, index, quantity, room.prices_before[index]);
            }
        }
        let outcome = match awards.is_empty() {
            true => Outcome::Unsold { reason: UnsoldReason::NoBid },
            false => Outcome::Allotted { awards, price: None },
        };
        vec![Event::Closed { outcome }]
    }

    fn give(&self, awards: &mut Vec<Award>, left: &mut [u64], paddle: Paddle, index: usize, quantity: u64, price: Money) {
        if quantity > 0 {
            left[index] -= quantity;
            awards.push(Award { paddle, product: index as u32, quantity, price });
        }
    }
}
