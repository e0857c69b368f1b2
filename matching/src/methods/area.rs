//! 竞配建、竞自持、竞人才房面积: the price stands at the ceiling, and bidders go on in a second
//! dimension: the area they build for the public. The most area wins, at the standing price.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::Offer;
use crate::event::Event;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, Entry, Extension, check_length, StepKind, StepRule, Terms, TermsFault, check_step};
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub length_ms: i64,
    pub extension: Extension,
    pub entry: Entry,
    /// The least area, in the smallest unit (0.01 m² at scale 2).
    pub start: Money,
    pub step: StepRule,
    /// No more than the plan can hold; reaching it ends the phase.
    pub max: Option<Money>,
}

#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    pub best: Option<(Paddle, Money)>,
    pub offers: u64,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.length_ms
    }

    fn entry(&self) -> Entry {
        self.entry
    }

    fn check(&self, _terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        check_length("area.length_ms", self.length_ms)?;
        if !self.extension.in_bounds() {
            return fault("area.extension", "between 1 ms and 366 days");
        }
        if matches!(self.extension, Extension::RestartPaused { .. }) {
            return fault("area.extension", "pauses and a hard stop belong to open bidding");
        }
        check_step(&self.step)?;
        if self.step.kind == StepKind::Own {
            return fault("area.step", "more than the best, not more than one's own");
        }
        if self.max.is_some_and(|max| max < self.start) {
            return fault("area.max", "not below the start");
        }
        Ok(())
    }

    fn room(&self, _book: &Book, _clock: &Clock) -> Room {
        Room::default()
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Price { amount } = *offer else { return Err(Refusal::WrongOffer) };
        if let Some((leader, price)) = room.best
            && leader == seat.paddle
            && !scene.terms().self_outbid
        {
            return Err(Refusal::AlreadyLeading { price });
        }
        self.step.fits(Direction::Ascending, self.start, room.best.map(|(_, best)| best), amount)?;
        if let Some(max) = self.max
            && amount > max
        {
            return Err(Refusal::AboveCeiling { ceiling: max });
        }
        let ends_at = scene.ends_after(&self.extension);
        let offered =
            Event::Offered { paddle: seat.paddle, offer: offer.clone(), order: room.offers, secret: false, ends_at };
        // A maximum off the grid must not deadlock.
        if self.max.is_some_and(|max| amount.plus(self.step.at(amount)) > max) {
            return Ok(Step::over(vec![offered, self.stood(scene.book, seat.paddle, amount)]));
        }
        Ok(offered.into())
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        if let Event::Offered { paddle, offer: Offer::Price { amount }, .. } = event {
            room.best = Some((*paddle, *amount));
            room.offers += 1;
        }
    }

    fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
        room.best.map(|(paddle, area)| self.stood(scene.book, paddle, area)).into_iter().collect()
    }

    fn minimum(&self, room: &Room, _book: &Book) -> Option<Money> {
        Some(room.best.map_or(self.start, |(_, best)| best.plus(self.step.at(best))))
    }
}

impl Rules {
    fn stood(&self, book: &Book, paddle: Paddle, area: Money) -> Event {
        let price = book.top.map_or(book.terms.start_price, |top| top.price);
        Event::Stood { paddle, price, second: Some(area) }
    }
}
