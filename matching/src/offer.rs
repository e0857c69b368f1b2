//! Bids, standing maxima (委托报价) and what they do to each other.
//!
//! The order of checks is the rule: the lot, the moment, the bidder, the price, the ceiling.

use crate::book::{Book, Clock, PhaseAt, Seat, Stage, Top};
use crate::event::Event;
use crate::extension::extend;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{CeilingThen, Extension, Phase, ProxyRule, StepKind, StepRule};
use alloc::vec;
use alloc::vec::Vec;

impl Book {
    pub(crate) fn bid(
        &self,
        at: Moment,
        paddle: Paddle,
        amount: Money,
        expect: Option<Money>,
    ) -> Result<Vec<Event>, Refusal> {
        let (clock, extension) = self.taking_bids(at)?;
        let seat = self.entered(paddle)?;
        if let Some(top) = self.top {
            if top.paddle == paddle && !self.terms.self_outbid && self.step_rule().kind != StepKind::Own {
                return Err(Refusal::AlreadyLeading { price: top.price });
            }
            if expect.is_some_and(|seen| seen != top.price) {
                return Err(Refusal::PriceMoved { price: top.price, minimum: self.minimum_for(seat) });
            }
        }
        self.check_price(seat, amount)?;
        self.check_ceiling(amount)?;

        let Some(top) = self.top else {
            return Ok(self.conclude(at, clock, extension, &[(paddle, amount, true, false)]));
        };
        let direction = self.terms.direction;
        let rival = self.top_offer;
        let wins = direction.better(amount, rival) || (amount == rival && self.outranks(seat, top));
        let bids: &[Offered] = if wins || top.paddle == paddle {
            &[(paddle, amount, true, false)]
        } else if rival == top.price {
            // A bid that improves its bidder's own, not the price: it stands, and does not lead.
            &[(paddle, amount, false, false)]
        } else {
            let answer = direction.cap(self.beyond(top.paddle, paddle, amount), rival);
            &[(paddle, amount, false, false), (top.paddle, answer, true, true)]
        };
        Ok(self.conclude(at, clock, extension, bids))
    }

    pub(crate) fn proxy(&self, at: Moment, paddle: Paddle, max: Money) -> Result<Vec<Event>, Refusal> {
        let (clock, extension) = self.taking_bids(at)?;
        let seat = self.entered(paddle)?;
        if self.terms.proxy == ProxyRule::None {
            return Err(Refusal::ProxyNotAllowed);
        }
        let direction = self.terms.direction;
        if let Some(held) = seat.proxy
            && !direction.better(max, held.max)
        {
            return Err(Refusal::ProxyNotRaised { max: held.max });
        }
        let set = Event::ProxySet { paddle, max };

        let Some(top) = self.top else {
            self.check_price(seat, max)?;
            self.check_ceiling(max)?;
            return Ok(self.after(set, at, clock, extension, vec![(paddle, self.terms.start_price, true, true)]));
        };
        if top.paddle == paddle {
            if !direction.better(max, top.price) {
                return Err(Refusal::ProxyNotRaised { max: top.price });
            }
            self.check_grid(top.price, max)?;
            self.check_ceiling(max)?;
            // The price stands one step beyond the best losing offer; a leader whose old maximum
            // cut that step short now pays the rest of it.
            let cut_short = seat.proxy.is_some_and(|held| held.max == top.price);
            let due = self.runner_up.filter(|_| cut_short);
            let due = due.map(|rival| direction.cap(self.beyond(paddle, rival.paddle, rival.price), max));
            let due = due.filter(|due| direction.better(*due, top.price));
            let bids = due.map(|due| (paddle, due, true, true)).into_iter().collect();
            return Ok(self.after(set, at, clock, extension, bids));
        }
        match self.terms.proxy {
            ProxyRule::Visible if !direction.better(top.price, max) => {}
            _ => self.check_price(seat, max)?,
        }
        self.check_ceiling(max)?;
        let rival = self.top_offer;
        let bids = if direction.better(max, rival) || (max == rival && self.outranks(seat, top)) {
            let price = direction.cap(self.beyond(paddle, top.paddle, rival), max);
            vec![(paddle, price, true, true)]
        } else {
            let answer = direction.cap(self.beyond(top.paddle, paddle, max), rival);
            let mut bids = vec![(paddle, max, false, true)];
            if direction.better(answer, top.price) {
                bids.push((top.paddle, answer, true, true));
            }
            bids
        };
        Ok(self.after(set, at, clock, extension, bids))
    }

    /// The least (descending: the highest) amount a bidder who does not lead may bid now.
    pub fn minimum(&self) -> Option<Money> {
        let Stage::Running(clock) = &self.stage else { return None };
        let phase = self.phase(clock.phase)?;
        if let Phase::Method(method) = phase {
            return method.minimum(&self.room, self);
        }
        phase.extension().is_some().then(|| match self.top {
            None => self.terms.start_price,
            Some(_) if self.step_rule().kind == StepKind::Own => self.terms.start_price,
            Some(top) => self.terms.direction.advance(top.price, self.step()),
        })
    }

    /// The running clock.
    pub(crate) fn running(&self) -> Result<&Clock, Refusal> {
        match &self.stage {
            Stage::Running(clock) => Ok(clock),
            Stage::Announced => Err(Refusal::NotOpenYet),
            Stage::Suspended { .. } => Err(Refusal::LotSuspended),
            Stage::Closed(_) => Err(Refusal::LotClosed),
        }
    }

    /// The running clock, if the lot takes bids at `at`.
    fn taking_bids(&self, at: Moment) -> Result<(&Clock, &Extension), Refusal> {
        let clock = self.running()?;
        let phase = self.phase(clock.phase).ok_or(Refusal::WrongPhase)?;
        let extension = phase.extension().ok_or(Refusal::WrongPhase)?;
        clock.covers(at)?;
        if let Phase::Free { freeze_ms, freeze_bidders_min, .. } = phase
            && clock.ends_at.since(at) <= *freeze_ms
            && self.quoted(|_| true).len() >= *freeze_bidders_min as usize
        {
            return Err(Refusal::QuoteFrozen);
        }
        if let Some(until) = clock.paused_until
            && at < until
        {
            return Err(Refusal::Paused { until });
        }
        Ok((clock, extension))
    }

    pub(crate) fn entered(&self, paddle: Paddle) -> Result<&Seat, Refusal> {
        let seat = self.seat(paddle).ok_or(Refusal::NotAdmitted)?;
        if seat.barred {
            return Err(Refusal::Barred);
        }
        if seat.entered { Ok(seat) } else { Err(Refusal::NotInPhase) }
    }

    /// 优先购买权: a better rank, the holder's equal price wins. Equal ranks: the first in time.
    pub(crate) fn outranks(&self, seat: &Seat, top: Top) -> bool {
        let Some(rank) = seat.priority else { return false };
        self.seat(top.paddle).and_then(|leader| leader.priority).is_none_or(|other| rank < other)
    }

    /// What `paddle` pays to stand above `rival`'s offer of `price`: the very price where he
    /// outranks the rival, else one step beyond.
    fn beyond(&self, paddle: Paddle, rival: Paddle, price: Money) -> Money {
        let matches = self.seat(paddle).is_some_and(|seat| self.outranks(seat, Top { paddle: rival, price }));
        if matches { price } else { self.terms.direction.advance(price, self.step_rule().at(price)) }
    }

    fn minimum_for(&self, seat: &Seat) -> Money {
        let direction = self.terms.direction;
        let Some(top) = self.top else { return self.terms.start_price };
        if self.step_rule().kind == StepKind::Own {
            let beyond = |own: Money| direction.advance(own, self.step_rule().at(own));
            return seat.last.map_or(self.terms.start_price, beyond);
        }
        if self.outranks(seat, top) && top.paddle != seat.paddle {
            return top.price;
        }
        direction.advance(top.price, self.step())
    }

    fn check_price(&self, seat: &Seat, amount: Money) -> Result<(), Refusal> {
        let direction = self.terms.direction;
        let rule = self.step_rule();
        let minimum = self.minimum_for(seat);
        // Improving nothing is no step, even where the range of money holds the step back.
        let steps_from =
            |price: Money, beyond: Money| direction.better(amount, price) && !direction.better(beyond, amount);
        let from = match self.top {
            Some(top) if rule.kind != StepKind::Own => {
                let beyond = direction.advance(top.price, self.step());
                let equals = amount == top.price && top.paddle != seat.paddle && self.outranks(seat, top);
                if !equals && !steps_from(top.price, beyond) {
                    let minimum = if direction.better(amount, top.price) { beyond } else { minimum };
                    return Err(Refusal::BelowStep { price: top.price, minimum });
                }
                top.price
            }
            _ if rule.kind == StepKind::Own && seat.last.is_some() => {
                if !seat.last.is_some_and(|last| steps_from(last, minimum)) {
                    return Err(Refusal::NotImprovingOwn { limit: minimum });
                }
                return Ok(());
            }
            _ => {
                if direction.better(minimum, amount) {
                    return Err(Refusal::BelowStart { minimum });
                }
                self.terms.start_price
            }
        };
        self.check_grid(from, amount)
    }

    fn check_grid(&self, from: Money, amount: Money) -> Result<(), Refusal> {
        let rule = self.step_rule();
        let minimum = if self.top.is_some() { self.terms.direction.advance(from, rule.at(from)) } else { from };
        rule.on_grid(from, minimum, amount)
    }

    fn check_ceiling(&self, amount: Money) -> Result<(), Refusal> {
        match self.terms.ceiling {
            Some(ceiling) if amount > ceiling.price => Err(Refusal::AboveCeiling { ceiling: ceiling.price }),
            _ => Ok(()),
        }
    }

    fn after(&self, set: Event, at: Moment, clock: &Clock, extension: &Extension, bids: Vec<Offered>) -> Vec<Event> {
        let mut events = vec![set];
        events.append(&mut self.conclude(at, clock, extension, &bids));
        events
    }

    /// The events of bids that stand, the clock moved once, and the ceiling tried at the end.
    fn conclude(&self, at: Moment, clock: &Clock, extension: &Extension, bids: &[Offered]) -> Vec<Event> {
        if bids.is_empty() {
            return Vec::new();
        }
        let extended = extend(extension, at, clock.ends_at, clock.planned_end, clock.extensions);
        let price = bids.iter().rev().find(|(_, _, leads, _)| *leads).map(|(paddle, amount, ..)| (*paddle, *amount));
        let stands = |&(paddle, amount, leads, by_proxy): &Offered| Event::Bid {
            paddle,
            amount,
            leads,
            by_proxy,
            ends_at: extended.ends_at,
            paused_until: extended.paused_until,
        };
        let mut events: Vec<Event> = bids.iter().map(stands).collect();
        events.extend(price.and_then(|(_, price)| self.at_ceiling(at, price, self.step_rule(), || self.inside())));
        events
    }

    /// What follows when `price` leaves no room below the ceiling: a ceiling off the grid must not
    /// deadlock, so it is reached when no further step of `rule` fits.
    pub(crate) fn at_ceiling(
        &self,
        at: Moment,
        price: Money,
        rule: &StepRule,
        inside: impl FnOnce() -> Vec<Paddle>,
    ) -> Option<Event> {
        let ceiling = self.terms.ceiling?;
        if price != ceiling.price && price.plus(rule.at(price)) <= ceiling.price {
            return None;
        }
        Some(match ceiling.then {
            CeilingThen::HandOver => self.hand_over(at, inside()),
            CeilingThen::SellToSingle => {
                Event::CeilingReached { clock: Clock::new(PhaseAt::Ceiling, at, ceiling.inquiry_ms) }
            }
        })
    }
}

/// Paddle, amount, whether it leads, whether a standing maximum placed it.
type Offered = (Paddle, Money, bool, bool);
