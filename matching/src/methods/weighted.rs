//! 权重报价: an offer is a price and the published indicators; the highest score leads.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::Offer;
use crate::event::Event;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, Extension, check_length, Terms, TermsFault};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// Weights are published in hundredths of a point.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub length_ms: i64,
    pub extension: Extension,
    /// Points of the price: none at the start price, all at `full_price`, in proportion between.
    pub price_points: i64,
    pub full_price: Money,
    pub indicators: Vec<Indicator>,
    /// How far a new offer passes the best score.
    pub step_points: i64,
}

/// One published indicator; `points` at `high`, none at `low`, in proportion between.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Indicator {
    pub name_zh: String,
    pub name_en: String,
    pub points: i64,
    pub low: i64,
    pub high: i64,
}

pub const INDICATORS_MAX: usize = 16;
pub const POINTS_MAX: i64 = 1_000_000;
/// Far above any indicator, low enough that the span of two cannot overflow.
pub const MARK_MAX: i64 = 1_000_000_000_000;

#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    pub best: Option<(Paddle, i64)>,
    pub offers: u64,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.length_ms
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        check_length("weighted.length_ms", self.length_ms)?;
        if !self.extension.in_bounds() {
            return fault("weighted.extension", "between 1 ms and 366 days");
        }
        if matches!(self.extension, Extension::RestartPaused { .. }) {
            return fault("weighted.extension", "pauses and a hard stop belong to open bidding");
        }
        let points = |points: &i64| (0..=POINTS_MAX).contains(points);
        if !points(&self.price_points) || !self.indicators.iter().all(|indicator| points(&indicator.points)) {
            return fault("weighted.points", "between 0 and 10,000 points");
        }
        if !(1..=POINTS_MAX).contains(&self.step_points) {
            return fault("weighted.step_points", "above zero");
        }
        if self.indicators.len() > INDICATORS_MAX {
            return fault("weighted.indicators", "at most 16");
        }
        let bounded = |mark: i64| (-MARK_MAX..=MARK_MAX).contains(&mark);
        let sound = |of: &Indicator| of.low < of.high && bounded(of.low) && bounded(of.high);
        if !self.indicators.iter().all(sound) {
            return fault("weighted.indicators", "the upper end lies above the lower, both within a million millions");
        }
        if terms.direction != Direction::Ascending || self.full_price <= terms.start_price {
            return fault("weighted.full_price", "above the start price of an ascending sale");
        }
        Ok(())
    }

    fn room(&self, _book: &Book, _clock: &Clock) -> Room {
        Room::default()
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Marks { amount, marks } = offer else { return Err(Refusal::WrongOffer) };
        if let (Some((leader, _)), Some(top)) = (room.best, scene.book.top)
            && leader == seat.paddle
            && !scene.terms().self_outbid
        {
            return Err(Refusal::AlreadyLeading { price: top.price });
        }
        let start = scene.terms().start_price;
        if marks.len() != self.indicators.len() {
            return Err(Refusal::WrongOffer);
        }
        if *amount < start {
            return Err(Refusal::BelowStart { minimum: start });
        }
        if marks.iter().zip(&self.indicators).any(|(mark, of)| !(of.low..=of.high).contains(mark)) {
            return Err(Refusal::WrongOffer);
        }
        let score = self.score(start, *amount, marks);
        if let Some((_, best)) = room.best
            && score < best + self.step_points
        {
            return Err(Refusal::BelowScore { least: best + self.step_points });
        }
        let ends_at = scene.ends_after(&self.extension);
        let order = room.offers;
        let offered = Event::Offered { paddle: seat.paddle, offer: offer.clone(), order, secret: false, ends_at };
        let stood = Event::Stood { paddle: seat.paddle, price: *amount, second: Money::new(score) };
        Ok(Step { events: vec![offered, stood], over: false })
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        match event {
            Event::Offered { .. } => room.offers += 1,
            Event::Stood { paddle, second: Some(score), .. } => room.best = Some((*paddle, score.minor())),
            _ => {}
        }
    }

    fn close(&self, _room: &Room, _scene: Scene) -> Vec<Event> {
        Vec::new()
    }

    fn minimum(&self, _room: &Room, book: &Book) -> Option<Money> {
        Some(book.terms.start_price)
    }
}

impl Rules {
    /// In hundredths of a point, each part half up.
    pub fn score(&self, start: Money, amount: Money, marks: &[i64]) -> i64 {
        let price = share(self.price_points, amount.minor(), start.minor(), self.full_price.minor());
        let of = |(indicator, mark): (&Indicator, &i64)| share(indicator.points, *mark, indicator.low, indicator.high);
        price + self.indicators.iter().zip(marks).map(of).sum::<i64>()
    }
}

/// `points` in the proportion of `value` between `low` and `high`, half up; all of them beyond.
fn share(points: i64, value: i64, low: i64, high: i64) -> i64 {
    let (value, span) = (i128::from(value.min(high) - low), i128::from(high - low));
    ((i128::from(points) * value * 2 + span) / (span * 2)) as i64
}
