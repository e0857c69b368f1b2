//! Deadlines, inquiries, suspension and settlement: everything about a lot that is not a price.

use crate::book::{Book, Clock, PhaseAt, Stage};
use crate::event::{Event, Outcome, UnsoldReason};
use crate::money::{Moment, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Entry, Extension, Phase, Restart};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

impl Book {
    /// When the book next wants a [`crate::Command::Tick`].
    pub fn next_deadline(&self) -> Option<Moment> {
        match &self.stage {
            Stage::Announced => self.terms.opens_at,
            Stage::Running(clock) => Some(clock.ends_at),
            Stage::Suspended { resume_at, .. } => *resume_at,
            Stage::Closed(_) => None,
        }
    }

    /// One transition, dated at its deadline and not at `at`: a late tick shortens nobody's phase.
    pub(crate) fn pass_deadline(&self, at: Moment) -> Vec<Event> {
        let Some(deadline) = self.next_deadline().filter(|deadline| *deadline <= at) else { return Vec::new() };
        match &self.stage {
            Stage::Announced => vec![self.began(0, deadline, None)],
            Stage::Suspended { .. } => vec![Event::Resumed { clock: self.resumed_clock(deadline) }],
            Stage::Running(clock) => match clock.phase {
                PhaseAt::Ceiling => vec![self.settle_ceiling()],
                PhaseAt::Index(index) => vec![self.phase_over(usize::from(index), deadline)],
            },
            Stage::Closed(_) => Vec::new(),
        }
    }

    fn began(&self, index: usize, at: Moment, entrants: Option<Vec<Paddle>>) -> Event {
        Event::Began { clock: self.clock_of(index, at), entrants }
    }

    fn clock_of(&self, index: usize, at: Moment) -> Clock {
        let at_index = PhaseAt::Index(u8::try_from(index).expect("a profile has at most 8 phases"));
        let phase = &self.terms.phases[index];
        let clock = Clock::new(at_index, at, phase.length_ms());
        let ends_at = before_hard_stop(phase, clock.ends_at);
        Clock { ends_at, planned_end: ends_at, ..clock }
    }

    fn phase_over(&self, index: usize, at: Moment) -> Event {
        if let Phase::Inquiry { entrants_min, .. } = &self.terms.phases[index]
            && self.going_on().len() < *entrants_min as usize
        {
            return self.settle();
        }
        match self.terms.phases.get(index + 1) {
            None => self.settle(),
            Some(Phase::Inquiry { entrants_min, .. }) if self.quoted(|_| true).len() < *entrants_min as usize => {
                self.settle()
            }
            Some(Phase::Preparation { recent_ms, recent_bidders_min, .. }) => {
                let from = at.plus_ms(-recent_ms);
                if self.quoted(|quoted_at| quoted_at >= from).len() < *recent_bidders_min as usize {
                    self.settle()
                } else {
                    self.began(index + 1, at, None)
                }
            }
            Some(Phase::Timed { entry, .. }) => {
                let entrants = match entry {
                    Entry::Qualified => None,
                    Entry::Quoted => Some(self.quoted(|_| true)),
                    Entry::Confirmed => Some(self.going_on()),
                };
                self.began(index + 1, at, entrants)
            }
            Some(_) => self.began(index + 1, at, None),
        }
    }

    fn quoted(&self, when: impl Fn(Moment) -> bool) -> Vec<Paddle> {
        self.seats.iter().filter(|seat| seat.quoted_at.is_some_and(&when)).map(|seat| seat.paddle).collect()
    }

    /// The leader, and who said yes.
    fn going_on(&self) -> Vec<Paddle> {
        let leader = self.top.map(|top| top.paddle);
        let goes_on = |paddle: Paddle, answer: Option<bool>| answer == Some(true) || leader == Some(paddle);
        self.seats.iter().filter(|seat| goes_on(seat.paddle, seat.answer)).map(|seat| seat.paddle).collect()
    }

    fn settle(&self) -> Event {
        let unsold = |reason| Event::Closed { outcome: Outcome::Unsold { reason } };
        let Some(top) = self.top else { return unsold(UnsoldReason::NoBid) };
        // The reserve is met by equality.
        match self.terms.reserve {
            Some(reserve) if self.terms.direction.better(reserve, top.price) => unsold(UnsoldReason::BelowReserve),
            _ => Event::Closed { outcome: Outcome::Sold { paddle: top.paddle, price: top.price } },
        }
    }

    fn settle_ceiling(&self) -> Event {
        let entrants = self.going_on();
        if entrants.len() > 1 { Event::Closed { outcome: Outcome::Ceiling { entrants } } } else { self.settle() }
    }

    pub(crate) fn answer(&self, at: Moment, paddle: Paddle, yes: bool) -> Result<Vec<Event>, Refusal> {
        let clock = match &self.stage {
            Stage::Running(clock) => clock,
            Stage::Announced => return Err(Refusal::NotOpenYet),
            Stage::Suspended { .. } => return Err(Refusal::LotSuspended),
            Stage::Closed(_) => return Err(Refusal::LotClosed),
        };
        let asked = match self.phase(clock.phase) {
            None => true,
            Some(phase) => matches!(phase, Phase::Inquiry { .. }),
        };
        if asked && at >= clock.ends_at {
            return Err(Refusal::TooLate { ended_at: clock.ends_at });
        }
        let seat = self.seat(paddle).ok_or(Refusal::NotAdmitted)?;
        if !seat.entered {
            return Err(Refusal::NotInPhase);
        }
        if !asked {
            return Err(Refusal::NotAsked);
        }
        if seat.answer.is_some() {
            return Err(Refusal::AlreadyAnswered);
        }
        Ok(vec![Event::Answered { paddle, yes }])
    }

    pub(crate) fn admit(&self, paddle: Paddle, priority: Option<u8>) -> Result<Vec<Event>, Refusal> {
        if matches!(self.stage, Stage::Closed(_)) {
            return Err(Refusal::LotClosed);
        }
        if self.seat(paddle).is_some() {
            return Err(Refusal::PaddleTaken);
        }
        Ok(vec![Event::Admitted { paddle, priority }])
    }

    pub(crate) fn open(&self, at: Moment) -> Result<Vec<Event>, Refusal> {
        match self.stage {
            Stage::Announced => Ok(vec![self.began(0, at, None)]),
            Stage::Suspended { .. } => Err(Refusal::LotSuspended),
            Stage::Running(_) | Stage::Closed(_) => Err(Refusal::AlreadyOpen),
        }
    }

    pub(crate) fn suspend(&self, ground: &str) -> Result<Vec<Event>, Refusal> {
        match self.stage {
            Stage::Announced | Stage::Running(_) => Ok(vec![Event::Suspended { ground: ground.to_string() }]),
            Stage::Suspended { .. } => Err(Refusal::AlreadySuspended),
            Stage::Closed(_) => Err(Refusal::LotClosed),
        }
    }

    pub(crate) fn resume(&self, at: Moment, resume_at: Option<Moment>) -> Result<Vec<Event>, Refusal> {
        let Stage::Suspended { since, .. } = self.stage else { return Err(Refusal::NotSuspended) };
        let resume_at = resume_at.unwrap_or(at).max(at);
        let quick = at.since(since) <= self.terms.resume.quick_ms;
        let earliest = if quick { at } else { at.plus_ms(self.terms.resume.notice_ms) };
        if resume_at < earliest {
            return Err(Refusal::ResumeTooSoon { earliest });
        }
        if resume_at > at {
            return Ok(vec![Event::ResumeSet { resume_at }]);
        }
        Ok(vec![Event::Resumed { clock: self.resumed_clock(at) }])
    }

    /// Where a suspended lot goes on: a listing gets back the time it lost, a timed phase and its
    /// preparation start again in full.
    fn resumed_clock(&self, at: Moment) -> Option<Clock> {
        let Stage::Suspended { since, clock, .. } = &self.stage else { return None };
        let clock = (*clock)?;
        let PhaseAt::Index(index) = clock.phase else {
            let inquiry_ms = self.terms.ceiling.map_or(0, |ceiling| ceiling.inquiry_ms);
            return Some(Clock::new(PhaseAt::Ceiling, at, inquiry_ms));
        };
        let index = usize::from(index);
        let phase = &self.terms.phases[index];
        if matches!(phase, Phase::Open { .. } | Phase::Free { .. }) {
            let lost_ms = at.since(*since);
            let later = |moment: Moment| before_hard_stop(phase, moment.plus_ms(lost_ms));
            return Some(Clock {
                ends_at: later(clock.ends_at),
                planned_end: later(clock.planned_end),
                paused_until: None,
                ..clock
            });
        }
        let prepares = |phase: &Phase| matches!(phase, Phase::Preparation { .. });
        let restart = match self.terms.resume.restart {
            Restart::Preparation => self.terms.phases[..index].iter().rposition(prepares).unwrap_or(index),
            Restart::Timed => index,
        };
        Some(self.clock_of(restart, at))
    }

    pub(crate) fn terminate(&self, ground: &str) -> Result<Vec<Event>, Refusal> {
        match self.stage {
            Stage::Closed(_) => Err(Refusal::LotClosed),
            _ => Ok(vec![Event::Closed { outcome: Outcome::Terminated { ground: ground.to_string() } }]),
        }
    }
}

/// Nothing passes the hard stop of E3, not even a phase's first end.
fn before_hard_stop(phase: &Phase, end: Moment) -> Moment {
    match phase.extension() {
        Some(Extension::RestartPaused { hard_stop_at: Some(stop), .. }) => end.min(*stop),
        _ => end,
    }
}
