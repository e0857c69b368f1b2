//! Deadlines, inquiries, suspension and settlement: everything about a lot that is not a price.

use crate::book::{Book, Clock, PhaseAt, Stage};
use crate::event::{Event, Outcome, UnsoldReason};
use crate::money::{Moment, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Entry, Phase, Restart};
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
                PhaseAt::Index(index) => self.phase_over(usize::from(index), deadline),
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

    fn phase_over(&self, index: usize, at: Moment) -> Vec<Event> {
        if let Phase::Inquiry { entrants_min, .. } = &self.terms.phases[index]
            && self.going_on().len() < *entrants_min as usize
        {
            return vec![self.settle()];
        }
        let Some(next) = self.terms.phases.get(index + 1) else { return vec![self.settle()] };
        match next {
            Phase::Inquiry { entrants_min, quoted_min, .. }
                if self.quoted(|_| true).len() < quoted_min.unwrap_or(*entrants_min) as usize =>
            {
                vec![self.settle()]
            }
            Phase::Preparation { recent_ms, recent_bidders_min, .. }
                if self.quoted(|quoted_at| quoted_at >= at.plus_ms(-recent_ms)).len()
                    < *recent_bidders_min as usize =>
            {
                vec![self.settle()]
            }
            Phase::Timed { entry, step, .. } => {
                let entrants = self.entrants(*entry);
                if entrants.as_ref().is_some_and(Vec::is_empty) {
                    return vec![self.settle()];
                }
                // The phase's own step may be the first that no longer fits below the ceiling.
                let rule = step.as_ref().unwrap_or(&self.terms.step);
                let inside = || entrants.clone().unwrap_or_else(|| self.seats.iter().map(|seat| seat.paddle).collect());
                let reached = self.top.and_then(|top| self.at_ceiling(at, top.price, rule, inside));
                let mut events = vec![self.began(index + 1, at, entrants)];
                events.extend(reached);
                events
            }
            _ => vec![self.began(index + 1, at, None)],
        }
    }

    /// Who enters the timed phase; `None` is everyone. Who was in before a suspension stays in.
    fn entrants(&self, entry: Entry) -> Option<Vec<Paddle>> {
        if !self.entry_open {
            return Some(self.inside());
        }
        match entry {
            Entry::Qualified => None,
            Entry::Quoted => Some(self.quoted(|_| true)),
            Entry::Confirmed => Some(self.going_on()),
            Entry::QuotedAndConfirmed => {
                let quoted = self.quoted(|_| true);
                Some(self.going_on().into_iter().filter(|paddle| quoted.contains(paddle)).collect())
            }
        }
    }

    /// Who may bid in the running phase.
    pub(crate) fn inside(&self) -> Vec<Paddle> {
        self.seats.iter().filter(|seat| seat.entered).map(|seat| seat.paddle).collect()
    }

    pub(crate) fn quoted(&self, when: impl Fn(Moment) -> bool) -> Vec<Paddle> {
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

    /// 优先购买权 at the ceiling: nobody can go higher, so a holder who takes it has it.
    fn settle_ceiling(&self) -> Event {
        let entrants = self.going_on();
        let leader = self.top.map(|top| top.paddle);
        let priority = |paddle: &Paddle| self.seat(*paddle).and_then(|seat| seat.priority);
        let first = leader.and_then(|leader| priority(&leader));
        let rivals = entrants.iter().filter(|paddle| leader != Some(**paddle));
        let all_outranked =
            first.is_some() && rivals.clone().all(|paddle| priority(paddle).is_none_or(|rank| first < Some(rank)));
        if rivals.count() == 0 || all_outranked {
            self.settle()
        } else {
            Event::Closed { outcome: Outcome::Ceiling { entrants } }
        }
    }

    pub(crate) fn answer(
        &self,
        at: Moment,
        paddle: Paddle,
        yes: bool,
        asked_at: Option<Moment>,
    ) -> Result<Vec<Event>, Refusal> {
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
        // A yes to one question, held up on its way, is no yes to the next.
        if !asked || asked_at.is_some_and(|asked_at| asked_at != clock.began_at) {
            return Err(Refusal::NotAsked);
        }
        if seat.answer.is_some() {
            return Err(Refusal::AlreadyAnswered);
        }
        let mut events = vec![Event::Answered { paddle, yes }];
        if let Some(top) = self.top
            && yes
            && clock.phase == PhaseAt::Ceiling
            && top.paddle != paddle
            && self.outranks(seat, top)
        {
            events.push(Event::Bid {
                paddle,
                // The leader may have offered more than he had to show.
                amount: self.offer_of(top),
                leads: true,
                by_proxy: false,
                ends_at: clock.ends_at,
                paused_until: clock.paused_until,
            });
        }
        Ok(events)
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
        match (&self.stage, self.terms.opens_at) {
            // The notice named the hour; who trusts it must not come too late.
            (Stage::Announced, Some(opens_at)) if at < opens_at => Err(Refusal::OpensLater { opens_at }),
            (Stage::Announced, _) => Ok(vec![self.began(0, at, None)]),
            (Stage::Suspended { .. }, _) => Err(Refusal::LotSuspended),
            (Stage::Running(_) | Stage::Closed(_), _) => Err(Refusal::AlreadyOpen),
        }
    }

    /// The lot is still a person's to stop: not closed, and its clock has not run out.
    fn not_over(&self, at: Moment) -> Result<(), Refusal> {
        match &self.stage {
            Stage::Closed(_) => Err(Refusal::LotClosed),
            Stage::Running(clock) if at >= clock.ends_at => Err(Refusal::TooLate { ended_at: clock.ends_at }),
            _ => Ok(()),
        }
    }

    pub(crate) fn suspend(&self, at: Moment, ground: &str) -> Result<Vec<Event>, Refusal> {
        self.not_over(at)?;
        match self.stage {
            Stage::Suspended { .. } => Err(Refusal::AlreadySuspended),
            _ => Ok(vec![Event::Suspended { ground: ground.to_string(), since: None }]),
        }
    }

    pub(crate) fn outage(&self, at: Moment, since: Moment, ground: &str) -> Result<Vec<Event>, Refusal> {
        match &self.stage {
            Stage::Closed(_) => Err(Refusal::LotClosed),
            Stage::Suspended { .. } => Err(Refusal::AlreadySuspended),
            Stage::Announced => Ok(vec![Event::Suspended { ground: ground.to_string(), since: Some(since.min(at)) }]),
            Stage::Running(clock) => {
                let since = since.min(at).min(clock.ends_at).max(clock.began_at);
                Ok(vec![Event::Suspended { ground: ground.to_string(), since: Some(since) }])
            }
        }
    }

    pub(crate) fn resume(&self, at: Moment, resume_at: Option<Moment>) -> Result<Vec<Event>, Refusal> {
        let Stage::Suspended { since, .. } = self.stage else { return Err(Refusal::NotSuspended) };
        let resume_at = resume_at.unwrap_or(at).max(at);
        // Short is what was short when bidding goes on, not when the clerk decides.
        let quick = resume_at.since(since) <= self.terms.resume.quick_ms;
        let earliest = if quick { at } else { at.plus_ms(self.terms.resume.notice_ms) };
        if resume_at < earliest {
            return Err(Refusal::ResumeTooSoon { earliest });
        }
        let clock = self.resumed_clock(resume_at);
        if let Some(clock) = clock
            && clock.ends_at <= resume_at
        {
            return Err(Refusal::ResumePastStop { stop: clock.ends_at });
        }
        if resume_at > at {
            return Ok(vec![Event::ResumeSet { resume_at }]);
        }
        Ok(vec![Event::Resumed { clock }])
    }

    /// Where a suspended lot goes on: a listing gets back the time it lost, a timed phase and its
    /// preparation start again in full; a lot whose hour has passed meanwhile opens now.
    fn resumed_clock(&self, at: Moment) -> Option<Clock> {
        let Stage::Suspended { since, clock, .. } = &self.stage else { return None };
        let Some(clock) = *clock else {
            let missed = self.terms.opens_at.is_some_and(|opens_at| opens_at <= at);
            return missed.then(|| self.clock_of(0, at));
        };
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

    pub(crate) fn terminate(&self, at: Moment, ground: &str) -> Result<Vec<Event>, Refusal> {
        self.not_over(at)?;
        Ok(vec![Event::Closed { outcome: Outcome::Terminated { ground: ground.to_string() } }])
    }
}

/// Nothing passes the hard stop of E3, not even a phase's first end.
fn before_hard_stop(phase: &Phase, end: Moment) -> Moment {
    phase.hard_stop().map_or(end, |stop| end.min(stop))
}
