//! Deadlines, inquiries, suspension and settlement: everything about a lot that is not a price.

use crate::book::{Book, Clock, PhaseAt, Stage, Top};
use crate::event::{Event, Outcome, UnsoldReason};
use crate::methods::Room;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Entry, Phase, Restart};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

impl Book {
    /// When the book next wants a [`crate::Command::Tick`].
    pub fn next_deadline(&self) -> Option<Moment> {
        match &self.stage {
            Stage::Announced => self.opens_at,
            Stage::Running(clock) => {
                let turn = self.method().and_then(|method| method.next_turn(&self.room, clock));
                Some(turn.map_or(clock.ends_at, |turn| turn.min(clock.ends_at)))
            }
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
                PhaseAt::Ceiling => self.settle_ceiling(deadline),
                PhaseAt::Reserve => vec![self.closed()],
                PhaseAt::Index(_) if self.method().is_some() => self.method_due(deadline),
                PhaseAt::Index(index) => self.phase_over(usize::from(index), deadline),
            },
            Stage::Closed(_) => Vec::new(),
        }
    }

    fn began(&self, index: usize, at: Moment, entrants: Option<Vec<Paddle>>) -> Event {
        let count = entrants.as_ref().map_or(self.seats.len(), Vec::len);
        Event::Began { clock: self.clock_of(index, at, count), entrants }
    }

    fn clock_of(&self, index: usize, at: Moment, entrants: usize) -> Clock {
        let at_index = PhaseAt::Index(u8::try_from(index).expect("a profile has at most 8 phases"));
        let phase = self.terms.phase(index).expect("a phase of the profile");
        let length_ms = match phase {
            Phase::Method(method) => method.length_ms(entrants),
            phase => phase.length_ms(),
        };
        let clock = Clock::new(at_index, at, length_ms);
        let ends_at = before_hard_stop(phase, clock.ends_at);
        Clock { ends_at, planned_end: ends_at, ..clock }
    }

    /// What follows phase `index`: the next of its list, or settlement.
    pub(crate) fn phase_over(&self, index: usize, at: Moment) -> Vec<Event> {
        if let Some(Phase::Inquiry { entrants_min, .. }) = self.terms.phase(index)
            && self.going_on().len() < *entrants_min as usize
        {
            return self.settle(at);
        }
        let Some(next) = self.terms.phase_after(index) else { return self.settle(at) };
        let few = |count: usize, least: u32| count < least as usize;
        match next {
            Phase::Inquiry { entrants_min, quoted_min, .. }
                if few(self.quoted(|_| true).len(), quoted_min.unwrap_or(*entrants_min))
                    && index < self.terms.phases.len() =>
            {
                self.settle(at)
            }
            Phase::Preparation { recent_ms, recent_bidders_min, .. }
                if few(self.quoted(|quoted_at| quoted_at >= at.plus_ms(-recent_ms)).len(), *recent_bidders_min)
                    && index < self.terms.phases.len() =>
            {
                self.settle(at)
            }
            Phase::Timed { entry, step, .. } => {
                let entrants = self.entrants(index, *entry);
                if entrants.as_ref().is_some_and(Vec::is_empty) {
                    return self.settle(at);
                }
                // The phase's own step may be the first that no longer fits below the ceiling.
                let rule = step.as_ref().unwrap_or(&self.terms.step);
                let inside = || entrants.clone().unwrap_or_else(|| self.seats.iter().map(|seat| seat.paddle).collect());
                let reached = self.top.and_then(|top| self.at_ceiling(at, top.price, rule, inside));
                let mut events = vec![self.began(index + 1, at, entrants)];
                events.extend(reached);
                events
            }
            Phase::Method(method) if method.needs_leader() && self.top.is_none() => self.settle(at),
            Phase::Method(method) => {
                let entrants = self.entrants(index, method.entry());
                if entrants.as_ref().is_some_and(Vec::is_empty) {
                    return self.settle(at);
                }
                vec![self.began(index + 1, at, entrants)]
            }
            _ => vec![self.began(index + 1, at, (!self.entry_open).then(|| self.inside()))],
        }
    }

    /// Who enters the phase after `index`; `None` is everyone. Once entry is closed nobody comes in:
    /// an inquiry narrows it, and who was in before a suspension stays in.
    fn entrants(&self, index: usize, entry: Entry) -> Option<Vec<Paddle>> {
        let asked = matches!(self.terms.phase(index), Some(Phase::Inquiry { .. }));
        let narrows = asked && entry.asks();
        if !self.entry_open && !narrows {
            return Some(self.inside());
        }
        let entrants = match entry {
            Entry::Qualified => return None,
            Entry::QuotedOrConfirmed => {
                let mut entrants = self.quoted(|_| true);
                entrants.extend(
                    self.going_on().into_iter().filter(|paddle| !entrants.contains(paddle)).collect::<Vec<_>>(),
                );
                entrants.sort_unstable();
                entrants
            }
            Entry::Quoted => self.quoted(|_| true),
            Entry::Confirmed => self.going_on(),
            Entry::QuotedAndConfirmed => {
                let quoted = self.quoted(|_| true);
                self.going_on().into_iter().filter(|paddle| quoted.contains(paddle)).collect()
            }
        };
        let inside = self.inside();
        Some(entrants.into_iter().filter(|paddle| self.entry_open || inside.contains(paddle)).collect())
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

    /// Sold, unsold, or offered at the reserve first.
    fn settle(&self, at: Moment) -> Vec<Event> {
        if let (Some(length_ms), Some(_), Some(price)) = (self.terms.reserve_offer_ms, self.top, self.reserve)
            && self.below_reserve()
        {
            return vec![Event::ReserveOffered { clock: Clock::new(PhaseAt::Reserve, at, length_ms), price }];
        }
        vec![self.closed()]
    }

    /// The reserve is met by equality.
    fn below_reserve(&self) -> bool {
        let missed = |(top, reserve): (Top, Money)| self.terms.direction.better(reserve, top.price);
        self.top.zip(self.reserve).is_some_and(missed)
    }

    fn closed(&self) -> Event {
        let unsold = |reason| Event::Closed { outcome: Outcome::Unsold { reason } };
        match self.top {
            None => unsold(UnsoldReason::NoBid),
            Some(_) if self.below_reserve() => unsold(UnsoldReason::BelowReserve),
            Some(top) => {
                let (paddle, price, second) = (top.paddle, top.price, self.second);
                Event::Closed { outcome: Outcome::Sold { paddle, price, second } }
            }
        }
    }

    /// 优先购买权 at the ceiling: nobody can go higher, so a holder who takes it has it.
    fn settle_ceiling(&self, at: Moment) -> Vec<Event> {
        let entrants = self.going_on();
        let leader = self.top.map(|top| top.paddle);
        let priority = |paddle: &Paddle| self.seat(*paddle).and_then(|seat| seat.priority);
        let first = leader.and_then(|leader| priority(&leader));
        let rivals = entrants.iter().filter(|paddle| leader != Some(**paddle));
        let outranked = |paddle: &Paddle| priority(paddle).is_none_or(|rank| first < Some(rank));
        let all_outranked = first.is_some() && rivals.clone().all(outranked);
        if rivals.count() == 0 || all_outranked { self.settle(at) } else { vec![self.hand_over(at, entrants)] }
    }

    /// The ceiling stands and `entrants` go on: with the phases of the profile, or elsewhere.
    pub(crate) fn hand_over(&self, at: Moment, entrants: Vec<Paddle>) -> Event {
        if self.terms.after_ceiling.is_empty() {
            return Event::Closed { outcome: Outcome::Ceiling { entrants } };
        }
        self.began(self.terms.phases.len(), at, Some(entrants))
    }

    pub(crate) fn answer(
        &self,
        at: Moment,
        paddle: Paddle,
        yes: bool,
        asked_at: Option<Moment>,
    ) -> Result<Vec<Event>, Refusal> {
        let clock = self.running()?;
        let asked = match self.phase(clock.phase) {
            None => true,
            Some(phase) => matches!(phase, Phase::Inquiry { .. }),
        };
        if asked && at >= clock.ends_at {
            return Err(Refusal::TooLate { ended_at: clock.ends_at });
        }
        let seat = self.entered(paddle)?;
        // A yes to one question, held up on its way, is no yes to the next.
        if !asked || asked_at.is_some_and(|asked_at| asked_at != clock.began_at) {
            return Err(Refusal::NotAsked);
        }
        if seat.answer.is_some() {
            return Err(Refusal::AlreadyAnswered);
        }
        let mut events = vec![Event::Answered { paddle, yes }];
        if let (PhaseAt::Reserve, Some(price), true) = (clock.phase, self.reserve, yes) {
            // The first to take it has it.
            events.push(Event::Stood { paddle, price, second: None });
            events.push(Event::Closed { outcome: Outcome::Sold { paddle, price, second: None } });
            return Ok(events);
        }
        if let Some(top) = self.top
            && yes
            && clock.phase == PhaseAt::Ceiling
            && top.paddle != paddle
            && self.outranks(seat, top)
        {
            events.push(Event::Bid {
                paddle,
                // The leader may have offered more than he had to show.
                amount: self.top_offer,
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

    /// 禁止竞买: at any time before the close. Bids made before are valid in law until they are declared
    /// void, so they stand; whether a barred winner keeps the lot is the post-review's word. An order of an exchange
    /// binds nobody until it meets another: it goes at once.
    pub(crate) fn bar(&self, paddle: Paddle) -> Result<Vec<Event>, Refusal> {
        if matches!(self.stage, Stage::Closed(_)) {
            return Err(Refusal::LotClosed);
        }
        match self.seat(paddle) {
            None => Err(Refusal::NoSuchPaddle),
            Some(seat) if seat.barred => Err(Refusal::AlreadyBarred),
            Some(_) => {
                let mut events = vec![Event::Barred { paddle }];
                if let Room::Exchange(room) = self.room() {
                    events.extend(room.standing(paddle).map(|(order, ..)| Event::Cancelled { paddle, order }));
                }
                Ok(events)
            }
        }
    }

    /// 恢复竞买: phases went on without him, so whether he is in the running one is its own rule's word.
    pub(crate) fn readmit(&self, paddle: Paddle) -> Result<Vec<Event>, Refusal> {
        if matches!(self.stage, Stage::Closed(_)) {
            return Err(Refusal::LotClosed);
        }
        match self.seat(paddle) {
            None => Err(Refusal::NoSuchPaddle),
            Some(seat) if !seat.barred => Err(Refusal::NotBarred),
            Some(_) => Ok(vec![Event::Readmitted { paddle }]),
        }
    }

    pub(crate) fn open(&self, at: Moment) -> Result<Vec<Event>, Refusal> {
        match (&self.stage, self.opens_at) {
            // The notice named the hour; who trusts it must not come too late.
            (Stage::Announced, Some(opens_at)) if at < opens_at => Err(Refusal::OpensLater { opens_at }),
            (Stage::Announced, None) if self.terms.follows.is_some() => Err(Refusal::NotOpenYet),
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
            Stage::Suspended { resume_at: Some(_), .. } => {
                Ok(vec![Event::ResumeDropped { ground: ground.to_string() }])
            }
            Stage::Suspended { .. } => Err(Refusal::AlreadySuspended),
            _ => Ok(vec![Event::Suspended { ground: ground.to_string(), since: None }]),
        }
    }

    pub(crate) fn outage(&self, at: Moment, since: Moment, ground: &str) -> Result<Vec<Event>, Refusal> {
        match &self.stage {
            Stage::Closed(_) => Err(Refusal::LotClosed),
            // The announced moment passed with nobody there: it is announced again.
            Stage::Suspended { resume_at: Some(resume_at), .. } if *resume_at <= at => {
                Ok(vec![Event::ResumeSet { resume_at: at.plus_ms(self.terms.resume.notice_ms.max(1)) }])
            }
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
            let missed = self.opens_at.is_some_and(|opens_at| opens_at <= at);
            return missed.then(|| self.clock_of(0, at, self.seats.len()));
        };
        let index = match clock.phase {
            PhaseAt::Index(index) => usize::from(index),
            PhaseAt::Ceiling => {
                let inquiry_ms = self.terms.ceiling.map_or(0, |ceiling| ceiling.inquiry_ms);
                return Some(Clock::new(PhaseAt::Ceiling, at, inquiry_ms));
            }
            PhaseAt::Reserve => {
                return Some(Clock::new(PhaseAt::Reserve, at, self.terms.reserve_offer_ms.unwrap_or(0)));
            }
        };
        let phase = self.terms.phase(index).expect("a phase of the profile");
        if let Phase::Method(_) = phase {
            // Turns and steps are counted from the beginning, so all of the clock moves.
            let later = |moment: Moment| moment.plus_ms(at.since(*since));
            let (began_at, ends_at) = (later(clock.began_at), later(clock.ends_at));
            return Some(Clock { began_at, ends_at, planned_end: later(clock.planned_end), ..clock });
        }
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
        // Its own list's preparation: what follows the ceiling does not go back before it.
        let first = if index < self.terms.phases.len() { 0 } else { self.terms.phases.len() };
        let prepared = (first..index).rev().find(|at| self.terms.phase(*at).is_some_and(prepares));
        let restart = match self.terms.resume.restart {
            Restart::Preparation => prepared.unwrap_or(index),
            Restart::Timed => index,
        };
        Some(self.clock_of(restart, at, 0))
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
