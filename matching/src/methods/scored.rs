//! 综合评分法、最低评标价法: a panel scores the offers a sealed phase has opened.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::{Duty, Offer};
use crate::event::{Event, Notice, Outcome, Scored, UnsoldReason};
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Direction, Entry, check_length, Terms, TermsFault};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    pub length_ms: i64,
    /// 专家: an odd panel, five or more by the tender law.
    pub experts: u32,
    pub by: By,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum By {
    /// Price points are `price_points · lowest valid price / price`, the panel's their mean; the most
    /// points win. In hundredths.
    Points { price_points: i64, panel_points: i64 },
    /// The price plus the mean of what the panel adds; the lowest wins.
    LowestEvaluated,
}

pub const EXPERTS_MAX: u32 = 99;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    /// The opened offers, by paddle.
    pub offers: Vec<(Paddle, Money)>,
    pub words: Vec<Word>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Word {
    pub expert: u32,
    pub paddle: Paddle,
    pub pass: bool,
    pub points: i64,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.length_ms
    }

    fn entry(&self) -> Entry {
        Entry::Quoted
    }

    fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        check_length("scored.length_ms", self.length_ms)?;
        if !(1..=EXPERTS_MAX).contains(&self.experts) || self.experts.is_multiple_of(2) {
            return fault("scored.experts", "an odd number up to 99");
        }
        if let By::Points { price_points, panel_points } = self.by
            && (price_points < 0
                || panel_points < 0
                || price_points.saturating_add(panel_points) > super::weighted::POINTS_MAX)
        {
            return fault("scored.by", "points between 0 and 10,000");
        }
        if terms.direction != Direction::Descending {
            return fault("scored", "a panel scores offers of which the lower price is the better");
        }
        Ok(())
    }

    fn room(&self, book: &Book, _clock: &Clock) -> Room {
        let offers = book.seats.iter().filter_map(|seat| seat.last.map(|last| (seat.paddle, last)));
        Room { offers: offers.collect(), words: Vec::new() }
    }

    fn offer(&self, _room: &Room, _scene: Scene, _seat: &Seat, _offer: &Offer) -> Result<Step, Refusal> {
        Err(Refusal::WrongPhase)
    }

    fn duty(&self, room: &Room, scene: Scene, duty: &Duty) -> Result<Step, Refusal> {
        let Duty::Score { expert, paddle, pass: _, points } = *duty else { return Err(Refusal::WrongPhase) };
        if expert >= self.experts || !room.offers.iter().any(|(known, _)| *known == paddle) {
            return Err(Refusal::NoSuchOffer);
        }
        let max = match self.by {
            By::Points { panel_points, .. } => panel_points,
            By::LowestEvaluated => crate::money::MONEY_MAX / 2,
        };
        if !(0..=max).contains(&points) {
            return Err(Refusal::PointsOutOfRange { max });
        }
        if room.words.iter().any(|word| word.expert == expert && word.paddle == paddle) {
            return Err(Refusal::AlreadyGiven);
        }
        let done = Event::Done(duty.clone());
        let mut room = room.clone();
        self.take(&mut room, scene.at, &done);
        if room.words.len() < room.offers.len() * self.experts as usize {
            return Ok(done.into());
        }
        // The last word is in.
        let mut events = vec![done];
        events.extend(self.award(&room));
        Ok(Step::over(events))
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        if let Event::Done(Duty::Score { expert, paddle, pass, points }) = *event {
            room.words.push(Word { expert, paddle, pass, points });
        }
    }

    /// A panel that has not said its last word decides nothing: the lot stands still, its words kept,
    /// until a person gives it its time anew.
    fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
        if room.offers.is_empty() {
            return vec![Event::Closed { outcome: Outcome::Unsold { reason: UnsoldReason::NoBid } }];
        }
        let ground = "评审未在时限内完成 / the panel has not finished in time".to_string();
        vec![Event::Suspended { ground, since: Some(scene.clock.began_at) }]
    }
}

impl Rules {
    /// Scores by the words that were said; an offer most experts do not pass is out.
    fn award(&self, room: &Room) -> Vec<Event> {
        let passes = |paddle: Paddle| {
            let words = room.words.iter().filter(|word| word.paddle == paddle);
            words.clone().filter(|word| word.pass).count() * 2 > words.count()
        };
        let valid: Vec<(Paddle, Money)> = room.offers.iter().copied().filter(|(paddle, _)| passes(*paddle)).collect();
        let Some(lowest) = valid.iter().map(|(_, price)| *price).min() else {
            return vec![Event::Closed { outcome: Outcome::Unsold { reason: UnsoldReason::TooFew } }];
        };
        let mut scores: Vec<(Scored, Money)> = room
            .offers
            .iter()
            .map(|(paddle, price)| (self.scored(room, *paddle, *price, lowest, passes(*paddle)), *price))
            .collect();
        scores.sort_by_key(|(score, price)| (!score.pass, -score.total, *price, score.paddle));
        let (best, price) = (scores[0].0.paddle, scores[0].1);
        let scores = scores.into_iter().map(|(score, _)| score).collect();
        vec![Event::Told(Notice::Scores { scores }), Event::Stood { paddle: best, price, second: None }]
    }

    fn scored(&self, room: &Room, paddle: Paddle, price: Money, lowest: Money, pass: bool) -> Scored {
        let words: Vec<i64> =
            room.words.iter().filter(|word| word.paddle == paddle).map(|word| word.points).collect();
        let panel = half_up(words.iter().map(|points| i128::from(*points)).sum(), words.len() as i128);
        let (price_points, total) = match self.by {
            By::Points { price_points, .. } => {
                // The lowest has them all, even at nothing; so has a lower one that is out.
                let points = match price <= lowest {
                    true => price_points,
                    false => half_up(i128::from(price_points) * i128::from(lowest.minor()), i128::from(price.minor())),
                };
                (points, points + panel)
            }
            // The lowest evaluated price is the highest of its negatives.
            By::LowestEvaluated => (0, -(price.minor() + panel)),
        };
        Scored { paddle, pass, price_points, panel_points: panel, total }
    }
}

/// `sum / count`, half up.
fn half_up(sum: i128, count: i128) -> i64 {
    if count == 0 { 0 } else { ((sum * 2 + count) / (count * 2)) as i64 }
}
