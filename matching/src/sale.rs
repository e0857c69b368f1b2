//! The book's side of a method: who is in, whether it is in time, and what follows when the method
//! is done; and the reserve, which is entered while a lot is open.

use crate::book::{Book, Clock, PhaseAt, Stage};
use crate::command::{Duty, Offer};
use crate::event::Event;
use crate::memory::OFFERS_MAX;
use crate::methods::{Method, Room, Scene, Step};
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::Phase;
use alloc::vec;
use alloc::vec::Vec;

impl Book {
    /// The method that runs.
    pub fn method(&self) -> Option<&Method> {
        let Stage::Running(clock) = &self.stage else { return None };
        match self.phase(clock.phase) {
            Some(Phase::Method(method)) => Some(method),
            _ => None,
        }
    }

    fn playing(&self, at: Moment) -> Result<(&Method, Scene<'_>), Refusal> {
        let clock = self.running()?;
        let method = self.method().ok_or(Refusal::WrongOffer)?;
        clock.covers(at)?;
        Ok((method, Scene { book: self, clock, at }))
    }

    pub(crate) fn offer(&self, at: Moment, paddle: Paddle, offer: &Offer) -> Result<Vec<Event>, Refusal> {
        let (method, scene) = self.playing(at)?;
        let seat = self.entered(paddle)?;
        if seat.memory.is_full() && !matches!(offer, Offer::Cancel { .. }) {
            return Err(Refusal::OrdersSpent { max: OFFERS_MAX as u32 });
        }
        Ok(self.stepped(scene, method.offer(&self.room, scene, seat, offer)?))
    }

    pub(crate) fn duty(&self, at: Moment, duty: &Duty) -> Result<Vec<Event>, Refusal> {
        let (method, scene) = self.playing(at)?;
        Ok(self.stepped(scene, method.duty(&self.room, scene, duty)?))
    }

    /// A turn within the phase, or its end.
    pub(crate) fn method_due(&self, at: Moment) -> Vec<Event> {
        let (Stage::Running(clock), Some(method)) = (&self.stage, self.method()) else { return Vec::new() };
        let scene = Scene { book: self, clock, at };
        if at < clock.ends_at {
            return self.stepped(scene, method.turn(&self.room, scene));
        }
        self.stepped(scene, Step::over(method.close(&self.room, scene)))
    }

    /// The step's events, and where the phase is over with them, what follows.
    fn stepped(&self, scene: Scene, step: Step) -> Vec<Event> {
        let Step { mut events, over } = step;
        let decided =
            |event: &Event| matches!(event, Event::Closed { .. } | Event::Began { .. } | Event::Suspended { .. });
        if over && !events.iter().any(decided) {
            let mut after = self.clone();
            events.iter().for_each(|event| after.evolve(scene.at, event));
            events.extend(after.phase_over(index(scene.clock), scene.at));
        }
        events
    }

    pub(crate) fn enter_reserve(&self, at: Moment, amount: Money) -> Result<Vec<Event>, Refusal> {
        let entry = self.terms.reserve_entry.ok_or(Refusal::NoReserveAsked)?;
        let clock = self.running()?;
        let first_end = (clock.phase == PhaseAt::Index(0)).then_some(clock.ends_at);
        let (from, until) = match first_end {
            Some(end) => (end.plus_ms(-entry.opens_before_ms), end.plus_ms(-entry.closes_before_ms)),
            None => (clock.began_at, clock.began_at),
        };
        // Once offers were opened, a reserve could be chosen to fit them.
        let opened = matches!(&*self.room, Room::Sealed(room) if room.again);
        if at < from || at >= until || opened {
            return Err(Refusal::ReserveClosed { from, until });
        }
        if self.reserve.is_some() {
            return Err(Refusal::ReserveEntered);
        }
        let falls = matches!(self.method(), Some(Method::Dutch(_)));
        if self.terms.direction.better(self.terms.start_price, amount) && !falls {
            return Err(Refusal::ReserveBelowStart { start: self.terms.start_price });
        }
        if let Some(ceiling) = self.terms.ceiling
            && amount > ceiling.price
        {
            return Err(Refusal::AboveCeiling { ceiling: ceiling.price });
        }
        Ok(vec![Event::ReserveSet { amount }])
    }

    pub(crate) fn schedule(&self, opens_at: Moment) -> Result<Vec<Event>, Refusal> {
        match self.stage {
            Stage::Announced | Stage::Suspended { clock: None, .. } => Ok(vec![Event::Scheduled { opens_at }]),
            Stage::Closed(_) => Err(Refusal::LotClosed),
            _ => Err(Refusal::AlreadyOpen),
        }
    }
}

/// The place of the phase a method runs in.
fn index(clock: &Clock) -> usize {
    match clock.phase {
        PhaseAt::Index(index) => usize::from(index),
        PhaseAt::Ceiling | PhaseAt::Reserve => unreachable!("no method runs while bidders are asked"),
    }
}
