//! 连续双向竞价: buyers and sellers, price before time, partial fills, orders taken back. A trade is
//! made at the price of the order that stood.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::by_paddle::ByPaddle;
use crate::command::{Offer, Side};
use crate::event::{Event, Outcome, Trade};
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{check_length, StepKind, Terms, TermsFault};
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub length_ms: i64,
    /// Quantities are whole multiples of it.
    pub unit: u64,
    /// The most one order may ask for.
    pub order_max: u64,
}

/// Orders standing at once; a slot's number fits below an order's.
pub const STANDING_MAX: usize = 1 << SLOT_BITS;
/// Orders of one bidder standing at once.
pub const EACH_MAX: u32 = 200;
const SLOT_BITS: u32 = 20;
const NONE: u32 = u32::MAX;

/// Two sides of price levels, and the orders in slots: an order's number names its slot, so taking it
/// back searches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    bids: Levels,
    asks: Levels,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// How many orders of each bidder stand.
    each: ByPaddle<u32>,
    /// Orders that have stood so far.
    pub orders: u64,
    pub trades: u64,
    pub volume: u64,
    pub last: Option<Money>,
}

/// Best last, so that the busy end moves cheaply.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
struct Levels(Vec<Level>);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Level {
    price: Money,
    quantity: u64,
    /// The oldest and the newest order.
    first: u32,
    last: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Slot {
    order: u64,
    paddle: Paddle,
    side: Side,
    price: Money,
    left: u64,
    older: u32,
    newer: u32,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.length_ms
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        check_length("exchange.length_ms", self.length_ms)?;
        if self.unit == 0 || self.order_max < self.unit || self.order_max > 1 << 40 {
            return fault("exchange.unit", "above zero, an order of at least one unit");
        }
        if terms.step.kind != StepKind::Multiple || terms.step.bands.len() != 1 {
            return fault("step", "one price grid: step rule multiple, one band");
        }
        if terms.phases.len() != 1 || !terms.after_ceiling.is_empty() {
            return fault("phases", "a trading session stands alone");
        }
        Ok(())
    }

    fn room(&self, _book: &Book, _clock: &Clock) -> Room {
        Room::default()
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        match *offer {
            Offer::Order { side, price, quantity } => {
                self.check_order(scene.terms(), price, quantity)?;
                room.place(seat.paddle, side, price, quantity)
            }
            Offer::Cancel { order } => match room.slot(order) {
                Some(slot) if slot.paddle == seat.paddle => Ok(Event::Cancelled { paddle: seat.paddle, order }.into()),
                _ => Err(Refusal::NoSuchOrder),
            },
            _ => Err(Refusal::WrongOffer),
        }
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        match event {
            Event::Offered { paddle, offer: Offer::Order { side, price, quantity }, order, .. } => {
                room.stand(*order, *paddle, *side, *price, *quantity);
            }
            Event::Cancelled { order, .. } => room.remove(*order),
            Event::Traded { trades } => trades.iter().for_each(|trade| room.fill(trade)),
            _ => {}
        }
    }

    fn close(&self, room: &Room, _scene: Scene) -> Vec<Event> {
        vec![Event::Closed { outcome: Outcome::Traded { trades: room.trades, volume: room.volume } }]
    }
}

impl Rules {
    fn check_order(&self, terms: &Terms, price: Money, quantity: u64) -> Result<(), Refusal> {
        if price == Money::ZERO {
            return Err(Refusal::BelowStart { minimum: terms.step.at(price) });
        }
        terms.step.on_grid(Money::ZERO, terms.step.at(price), price)?;
        if quantity < self.unit {
            return Err(Refusal::BelowQuantity { min: self.unit });
        }
        if !quantity.is_multiple_of(self.unit) {
            return Err(Refusal::NotWholeLots { unit: self.unit });
        }
        if quantity > self.order_max {
            return Err(Refusal::AboveQuantity { max: self.order_max });
        }
        Ok(())
    }
}

impl Room {
    /// Price levels of a side with their quantities, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Money, u64)> {
        self.side(side).0.iter().rev().map(|level| (level.price, level.quantity))
    }

    /// A bidder's standing orders: number, side, price, what is left.
    pub fn standing(&self, paddle: Paddle) -> impl Iterator<Item = (u64, Side, Money, u64)> {
        let own = self.slots.iter().filter(move |slot| slot.paddle == paddle && slot.left > 0);
        own.map(|slot| (slot.order, slot.side, slot.price, slot.left))
    }

    fn side(&self, side: Side) -> &Levels {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut Levels {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    fn slot(&self, order: u64) -> Option<&Slot> {
        let slot = self.slots.get((order & (STANDING_MAX as u64 - 1)) as usize)?;
        (slot.order == order && slot.left > 0).then_some(slot)
    }

    /// What the order trades with, and what of it stands.
    fn place(&self, taker: Paddle, side: Side, price: Money, quantity: u64) -> Result<Step, Refusal> {
        let mut left = quantity;
        let mut trades = Vec::new();
        for level in self.side(side.other()).0.iter().rev().take_while(|level| side.reaches(price, level.price)) {
            let mut next = level.first;
            while next != NONE && left > 0 {
                let slot = &self.slots[next as usize];
                if slot.paddle == taker {
                    return Err(Refusal::SelfTrade);
                }
                let quantity = slot.left.min(left);
                left -= quantity;
                let (order, maker) = (slot.order, slot.paddle);
                trades.push(Trade { order, maker, taker, side, price: slot.price, quantity });
                next = slot.newer;
            }
            if left == 0 {
                break;
            }
        }
        let mut events = Vec::with_capacity(2);
        if !trades.is_empty() {
            events.push(Event::Traded { trades });
        }
        if left > 0 {
            // Slots of orders just filled are free only once the trades are taken in.
            let slot = self.free.last().copied().unwrap_or(self.slots.len() as u32);
            if slot as usize >= STANDING_MAX {
                return Err(Refusal::OrdersSpent { max: STANDING_MAX as u32 });
            }
            if self.each.get(taker) >= EACH_MAX {
                return Err(Refusal::OrdersSpent { max: EACH_MAX });
            }
            let order = (self.orders << SLOT_BITS) | u64::from(slot);
            let offer = Offer::Order { side, price, quantity: left };
            events.push(Event::Offered { paddle: taker, offer, order, secret: false, ends_at: None });
        }
        Ok(Step { events, over: false })
    }

    fn stand(&mut self, order: u64, paddle: Paddle, side: Side, price: Money, quantity: u64) {
        self.orders += 1;
        *self.each.slot(paddle) += 1;
        let at = (order & (STANDING_MAX as u64 - 1)) as u32;
        let mut slot = Slot { order, paddle, side, price, left: quantity, older: NONE, newer: NONE };
        let levels = self.side_mut(side);
        let place = levels.place(side, price);
        match levels.0.get_mut(place).filter(|level| level.price == price) {
            Some(level) => {
                level.quantity += quantity;
                slot.older = core::mem::replace(&mut level.last, at);
                let older = slot.older;
                self.slots[older as usize].newer = at;
            }
            None => levels.0.insert(place, Level { price, quantity, first: at, last: at }),
        }
        match self.free.iter().rposition(|free| *free == at) {
            Some(free) => {
                self.free.swap_remove(free);
                self.slots[at as usize] = slot;
            }
            None => self.slots.push(slot),
        }
    }

    fn fill(&mut self, trade: &Trade) {
        self.trades += 1;
        self.volume += trade.quantity;
        self.last = Some(trade.price);
        if self.slot(trade.order).is_some_and(|slot| slot.left == trade.quantity) {
            return self.remove(trade.order);
        }
        let at = (trade.order & (STANDING_MAX as u64 - 1)) as usize;
        self.slots[at].left -= trade.quantity;
        let Slot { side, price, .. } = self.slots[at];
        let levels = self.side_mut(side);
        let place = levels.place(side, price);
        levels.0[place].quantity -= trade.quantity;
    }

    fn remove(&mut self, order: u64) {
        let at = (order & (STANDING_MAX as u64 - 1)) as u32;
        let Slot { paddle, side, price, left, older, newer, .. } = self.slots[at as usize];
        *self.each.slot(paddle) -= 1;
        self.slots[at as usize].left = 0;
        self.free.push(at);
        if older != NONE {
            self.slots[older as usize].newer = newer;
        }
        if newer != NONE {
            self.slots[newer as usize].older = older;
        }
        let levels = self.side_mut(side);
        let place = levels.place(side, price);
        let level = &mut levels.0[place];
        level.quantity -= left;
        if older == NONE {
            level.first = newer;
        }
        if newer == NONE {
            level.last = older;
        }
        if level.first == NONE {
            levels.0.remove(place);
        }
    }
}

impl Levels {
    /// Where `price` stands or would stand.
    fn place(&self, side: Side, price: Money) -> usize {
        // Most orders come near the best: look there first.
        match self.0.iter().rev().take(8).position(|level| !side.improves(level.price, price)) {
            Some(from_best) => {
                let at = self.0.len() - 1 - from_best;
                if self.0[at].price == price { at } else { at + 1 }
            }
            None => self.0.partition_point(|level| side.improves(price, level.price)),
        }
    }
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }

    /// Whether an order at `price` trades with one that stands at `standing`.
    fn reaches(self, price: Money, standing: Money) -> bool {
        match self {
            Side::Buy => price >= standing,
            Side::Sell => price <= standing,
        }
    }

    /// Whether `a` is nearer to a trade than `b`.
    fn improves(self, a: Money, b: Money) -> bool {
        match self {
            Side::Buy => a > b,
            Side::Sell => a < b,
        }
    }
}
