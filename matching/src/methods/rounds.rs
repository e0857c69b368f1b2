//! 三轮反向竞价: bidders take turns, the worst first; after each round the order is made anew. An
//! offer improves the bidder's own last one and is shown when his turn is over.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::Offer;
use crate::event::{Event, Notice};
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, Entry, LENGTH_MS_MAX, StepKind, Terms, TermsFault};
use alloc::vec::Vec;
use core::cmp::Ordering;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub rounds: u32,
    pub turn_ms: i64,
    /// Before the first turn.
    pub lead_ms: i64,
    /// Between rounds.
    pub pause_ms: i64,
}

pub const ROUNDS_MAX: u32 = 20;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    pub direction: Direction,
    /// Each bidder's standing offer; the earlier the lower its number.
    pub standing: Vec<Standing>,
    /// This round's turns, worst first.
    pub order: Vec<Paddle>,
    /// Turns that have begun, through all rounds.
    pub begun: u32,
    /// Turns that are over.
    pub done: u32,
    /// What the bidder whose turn it is has said so far.
    pub pending: Option<Money>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Standing {
    pub paddle: Paddle,
    pub amount: Money,
    pub since: u32,
}

impl Selling for Rules {
    type Room = Room;

    /// 9 + 6n minutes with the usual values.
    fn length_ms(&self, entrants: usize) -> i64 {
        let turns = self.turn_ms.saturating_mul(entrants as i64);
        let rounds = i64::from(self.rounds);
        self.lead_ms
            .saturating_add(turns.saturating_mul(rounds))
            .saturating_add(self.pause_ms.saturating_mul(rounds - 1))
            .max(1)
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        if !(1..=ROUNDS_MAX).contains(&self.rounds) {
            return fault("rounds.rounds", "between 1 and 20");
        }
        if [self.turn_ms, self.lead_ms, self.pause_ms].iter().any(|ms| !(1..=LENGTH_MS_MAX).contains(ms)) {
            return fault("rounds.turn_ms", "turns and pauses between 1 ms and 366 days");
        }
        if terms.step.kind != StepKind::Own {
            return fault("step", "in rounds a bidder improves his own offer");
        }
        if terms.phases.first().is_some_and(|first| matches!(first, crate::terms::Phase::Method(super::Method::Rounds(_)))) {
            return fault("phases", "offers are made first: rounds follow a sealed phase");
        }
        Ok(())
    }

    fn entry(&self) -> Entry {
        Entry::Quoted
    }

    fn room(&self, book: &Book, _clock: &Clock) -> Room {
        // Equal offers: the earlier stands better, so its turn is later.
        let mut seats: Vec<_> = book.seats.iter().filter(|seat| seat.entered && seat.last.is_some()).collect();
        seats.sort_by_key(|seat| (seat.quoted_at, seat.quoted_nth));
        let offers = seats.iter().enumerate().filter_map(|(nth, seat)| {
            seat.last.map(|amount| Standing { paddle: seat.paddle, amount, since: nth as u32 })
        });
        let standing: Vec<Standing> = offers.collect();
        let order = turns(book.terms.direction, &standing);
        Room { direction: book.terms.direction, standing, order, begun: 0, done: 0, pending: None }
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Price { amount } = *offer else { return Err(Refusal::WrongOffer) };
        let turn = (room.begun > room.done).then(|| room.order.get(self.place(room, room.begun - 1))).flatten();
        // His time is up with the clock, even where the tick is still on the way.
        let over = self.next_turn(room, scene.clock).is_some_and(|due| due <= scene.at);
        if turn != Some(&seat.paddle) || over {
            return Err(Refusal::NotYourTurn);
        }
        let terms = scene.terms();
        let own = room.standing.iter().find(|standing| standing.paddle == seat.paddle);
        if let Some(own) = own {
            let limit = terms.direction.advance(own.amount, terms.step.at(own.amount));
            // Improving nothing is no step, even where the range of money holds the step back.
            if !terms.direction.better(amount, own.amount) || terms.direction.better(limit, amount) {
                return Err(Refusal::NotImprovingOwn { limit });
            }
        }
        let order = u64::from(room.begun);
        Ok(Event::Offered { paddle: seat.paddle, offer: offer.clone(), order, secret: true, ends_at: None }.into())
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        match event {
            Event::Offered { offer: Offer::Price { amount }, .. } => room.pending = Some(*amount),
            Event::Told(Notice::Turn { .. }) => {
                if self.place(room, room.begun) == 0 {
                    room.order = turns(room.direction, &room.standing);
                }
                room.begun += 1;
            }
            Event::Told(Notice::TurnOver { paddle, amount }) => {
                room.done += 1;
                room.pending = None;
                let since = room.standing.len() as u32 + room.done;
                let own = room.standing.iter_mut().find(|standing| standing.paddle == *paddle);
                if let (Some(own), Some(amount)) = (own, amount) {
                    (own.amount, own.since) = (*amount, since);
                }
            }
            _ => {}
        }
    }

    fn next_turn(&self, room: &Room, clock: &Clock) -> Option<Moment> {
        let count = room.order.len() as u32;
        if count == 0 || room.done >= count * self.rounds {
            return None;
        }
        // Either the running turn's end, or the next one's beginning after a pause.
        Some(match room.begun > room.done {
            true => clock.began_at.plus_ms(self.begins_after_ms(count, room.begun - 1) + self.turn_ms),
            false => clock.began_at.plus_ms(self.begins_after_ms(count, room.begun)),
        })
    }

    fn turn(&self, room: &Room, scene: Scene) -> Step {
        let count = room.order.len() as u32;
        let mut room = room.clone();
        let mut events = Vec::new();
        if room.begun > room.done
            && let Some(paddle) = room.order.get(self.place(&room, room.begun - 1)).copied()
        {
            events.push(Event::Told(Notice::TurnOver { paddle, amount: room.pending }));
            self.take(&mut room, scene.at, &events[0]);
        }
        let starts = scene.clock.began_at.plus_ms(self.begins_after_ms(count, room.begun));
        if room.begun < count * self.rounds && starts <= scene.at {
            let place = self.place(&room, room.begun);
            let order = if place == 0 { turns(room.direction, &room.standing) } else { room.order.clone() };
            if let Some(paddle) = order.get(place).copied() {
                let round = room.begun / count + 1;
                events.push(Event::Told(Notice::Turn { round, paddle, ends_at: starts.plus_ms(self.turn_ms) }));
            }
        }
        Step { events, over: false }
    }

    fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
        let mut events = Vec::new();
        let mut room = room.clone();
        if room.begun > room.done
            && let Some(paddle) = room.order.get(self.place(&room, room.begun - 1)).copied()
        {
            events.push(Event::Told(Notice::TurnOver { paddle, amount: room.pending }));
            self.take(&mut room, scene.at, &events[0]);
        }
        let best = turns(room.direction, &room.standing).last().copied();
        let best = best.and_then(|best| room.standing.iter().find(|standing| standing.paddle == best));
        events.extend(best.map(|best| Event::Stood { paddle: best.paddle, price: best.amount, second: None }));
        events
    }
}

impl Rules {
    /// The place of turn `nth` in its round.
    fn place(&self, room: &Room, nth: u32) -> usize {
        (nth % room.order.len().max(1) as u32) as usize
    }

    /// How long after the beginning turn `nth` of all begins, with `count` bidders.
    fn begins_after_ms(&self, count: u32, nth: u32) -> i64 {
        let rounds_before = i64::from(nth / count.max(1));
        self.lead_ms + i64::from(nth) * self.turn_ms + rounds_before * self.pause_ms
    }
}

/// Worst first; of equal offers the later first.
fn turns(direction: Direction, standing: &[Standing]) -> Vec<Paddle> {
    let mut worst_first = standing.to_vec();
    worst_first.sort_by(|a, b| {
        if direction.better(b.amount, a.amount) {
            Ordering::Less
        } else if direction.better(a.amount, b.amount) {
            Ordering::Greater
        } else {
            b.since.cmp(&a.since)
        }
    });
    worst_first.into_iter().map(|standing| standing.paddle).collect()
}
