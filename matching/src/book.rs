//! One lot's order book: its state, and how events change it.

use crate::by_paddle::LOW_MAX;
use crate::command::{Command, Offer};
use crate::event::{Event, Notice, Outcome};
use crate::hash::Fnv;
use crate::memory::{Memory, Remembered};
use crate::methods::Room;
use crate::money::{Moment, Money, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Phase, StepRule, Terms};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Book {
    pub(crate) terms: Terms,
    /// Count of public events: viewers see a gap by it.
    pub(crate) seq: u64,
    pub(crate) stage: Stage,
    pub(crate) top: Option<Top>,
    /// The best the leader has offered: his maximum where it passes the price. Kept here, so that a
    /// rival's bid need not look up his seat.
    pub(crate) top_offer: Money,
    /// The best offer that lost, visible price or beaten maximum, and whose: what a leader's raised
    /// maximum is measured against.
    pub(crate) runner_up: Option<Top>,
    /// By paddle, rising.
    pub(crate) seats: Vec<Seat>,
    /// Where paddles below [`LOW_MAX`] sit, plus one; 0 is nobody. A bid asks for its seat several
    /// times, and a search by halves touches a cold line of memory at each step.
    places: Vec<u16>,
    /// Whether a newcomer enters the running phase.
    pub(crate) entry_open: bool,
    pub(crate) bids: u64,
    /// The running method's state.
    pub(crate) room: Box<Room>,
    /// What was bid in the second dimension.
    pub(crate) second: Option<Money>,
    pub(crate) reserve: Option<Money>,
    /// When it opens by itself, once that is known.
    pub(crate) opens_at: Option<Moment>,
}

/// The standing best bid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Top {
    pub paddle: Paddle,
    pub price: Money,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    Announced,
    Running(Clock),
    Suspended {
        since: Moment,
        resume_at: Option<Moment>,
        ground: String,
        /// The clock it stopped; `None` before the opening.
        clock: Option<Clock>,
    },
    Closed(Outcome),
}

/// A running phase. The interval is half-open: a bid at `ends_at` is late.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Clock {
    pub phase: PhaseAt,
    pub began_at: Moment,
    pub ends_at: Moment,
    /// The end before any extension.
    pub planned_end: Moment,
    pub paused_until: Option<Moment>,
    pub extensions: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum PhaseAt {
    /// Of the profile's list.
    Index(u8),
    /// Others are asked whether they take the ceiling price.
    Ceiling,
    /// 底价确认: the lot is offered at its reserve.
    Reserve,
}

/// One admitted bidder.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Seat {
    pub paddle: Paddle,
    pub priority: Option<u8>,
    pub last: Option<Money>,
    pub quoted_at: Option<Moment>,
    /// The number of his offer among those opened at one time.
    pub quoted_nth: u64,
    pub proxy: Option<Proxy>,
    pub answer: Option<bool>,
    pub entered: bool,
    /// He may do nothing more on this lot.
    pub barred: bool,
    pub(crate) memory: Memory,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Proxy {
    pub max: Money,
}

impl Clock {
    pub(crate) fn new(phase: PhaseAt, began_at: Moment, length_ms: i64) -> Clock {
        let ends_at = began_at.plus_ms(length_ms);
        Clock { phase, began_at, ends_at, planned_end: ends_at, paused_until: None, extensions: 0 }
    }

    /// Whether an offer at `at` is in time.
    pub(crate) fn covers(&self, at: Moment) -> Result<(), Refusal> {
        if at >= self.ends_at {
            return Err(Refusal::TooLate { ended_at: self.ends_at });
        }
        if at < self.began_at { Err(Refusal::NotOpenYet) } else { Ok(()) }
    }
}

impl Book {
    /// A published lot. A door checks its terms ([`Terms::check`]) before they are published; a
    /// replay does not: today's check may be stricter than the day's.
    pub fn new(terms: Terms) -> Book {
        Book {
            reserve: terms.reserve,
            opens_at: terms.opens_at,
            terms,
            seq: 0,
            stage: Stage::Announced,
            top: None,
            top_offer: Money::ZERO,
            runner_up: None,
            seats: Vec::new(),
            places: Vec::new(),
            entry_open: true,
            bids: 0,
            room: Box::new(Room::Ladder),
            second: None,
        }
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn seq(&self) -> u64 {
        self.seq
    }

    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    pub fn top(&self) -> Option<Top> {
        self.top
    }

    /// The running method's state, or that of the last one.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// Area or score, where it was bid.
    pub fn second(&self) -> Option<Money> {
        self.second
    }

    /// 底价, written with the profile or entered since. Not to be shown before the close.
    pub fn reserve(&self) -> Option<Money> {
        self.reserve
    }

    pub fn opens_at(&self) -> Option<Moment> {
        self.opens_at
    }

    /// Accepted bids, by hand and by proxy, and open offers.
    pub fn bids(&self) -> u64 {
        self.bids
    }

    pub fn seat(&self, paddle: Paddle) -> Option<&Seat> {
        self.seat_index(paddle).map(|at| &self.seats[at])
    }

    fn seat_index(&self, paddle: Paddle) -> Option<usize> {
        if paddle.0 < LOW_MAX {
            let place = self.places.get(paddle.0 as usize).copied().unwrap_or(0);
            return (place as usize).checked_sub(1);
        }
        self.seats.binary_search_by_key(&paddle, |seat| seat.paddle).ok()
    }

    /// The phase a clock runs, unless it asks about the ceiling or the reserve.
    pub fn phase(&self, at: PhaseAt) -> Option<&Phase> {
        match at {
            PhaseAt::Index(index) => self.terms.phase(usize::from(index)),
            PhaseAt::Ceiling | PhaseAt::Reserve => None,
        }
    }

    /// The step rule in force: the phase's own, or the lot's.
    pub fn step_rule(&self) -> &StepRule {
        let clock = match &self.stage {
            Stage::Running(clock) | Stage::Suspended { clock: Some(clock), .. } => Some(clock),
            _ => None,
        };
        match clock.and_then(|clock| self.phase(clock.phase)) {
            Some(Phase::Timed { step: Some(step), .. }) => step,
            _ => &self.terms.step,
        }
    }

    /// The step beyond the current price.
    pub fn step(&self) -> Money {
        self.step_rule().at(self.top.map_or(self.terms.start_price, |top| top.price))
    }

    /// What a key was answered, if it is still remembered.
    pub fn recall(&self, command: &Command) -> Option<&Remembered> {
        let (paddle, key) = command.signature()?;
        self.seat(paddle)?.memory.recall(key)
    }

    /// What `command` does at `at`: all of it, or why not. Changes nothing.
    pub fn decide(&self, at: Moment, command: &Command) -> Result<Vec<Event>, Refusal> {
        if self.recall(command).is_some() {
            return Err(Refusal::KeyReused);
        }
        match command {
            Command::Tick => Ok(self.pass_deadline(at)),
            Command::Open => self.open(at),
            Command::Admit { paddle, priority } => self.admit(*paddle, *priority),
            Command::Bar { paddle, .. } => self.bar(*paddle),
            Command::Readmit { paddle } => self.readmit(*paddle),
            Command::Bid { paddle, amount, expect, .. } => match self.method() {
                None => self.bid(at, *paddle, *amount, *expect),
                Some(_) => self.offer(at, *paddle, &Offer::Price { amount: *amount }),
            },
            Command::Offer { paddle, offer, .. } => self.offer(at, *paddle, offer),
            Command::Duty(duty) => self.duty(at, duty),
            Command::Reserve { amount } => self.enter_reserve(at, *amount),
            Command::Schedule { opens_at } => self.schedule(*opens_at),
            Command::Proxy { paddle, max, .. } => self.proxy(at, *paddle, *max),
            Command::Answer { paddle, yes, asked_at, .. } => self.answer(at, *paddle, *yes, *asked_at),
            Command::Suspend { ground } => self.suspend(at, ground),
            Command::Outage { since, ground } => self.outage(at, *since, ground),
            Command::Resume { at: resume_at } => self.resume(at, *resume_at),
            Command::Terminate { ground } => self.terminate(at, ground),
        }
    }

    /// Takes in a decided command: its events, and the reply its key was given.
    pub fn apply(&mut self, at: Moment, command: &Command, result: &Result<Vec<Event>, Refusal>) {
        if let Ok(events) = result {
            for event in events {
                self.evolve(at, event);
            }
        }
        let outcome = match result {
            Ok(_) => Ok(self.seq),
            Err(Refusal::KeyReused) => return,
            Err(refusal) => Err(*refusal),
        };
        if let Some((paddle, key, reply)) = Remembered::of(at, command, outcome)
            && let Some(seat) = self.seat_mut(paddle)
        {
            let offered = |event: &Event| matches!(event, Event::Offered { .. } | Event::Traded { .. });
            seat.memory.keep(key, reply, result.iter().flatten().any(offered));
        }
    }

    /// Lets go of every key: long after the close nobody repeats a request, and the lot refuses it anyway.
    pub fn forget_keys(&mut self) {
        for seat in &mut self.seats {
            seat.memory = Memory::default();
        }
    }

    /// Takes in one event. Cannot fail, and asks no rule.
    pub fn evolve(&mut self, at: Moment, event: &Event) {
        self.seq += u64::from(event.is_public());
        match event {
            Event::Admitted { paddle, priority } => self.take_seat(*paddle, *priority),
            Event::Barred { paddle } => {
                if let Some(seat) = self.seat_mut(*paddle) {
                    seat.barred = true;
                    seat.proxy = None;
                }
                // His bid stands at its price; the maximum behind it is gone.
                if let Some(top) = self.top.filter(|top| top.paddle == *paddle) {
                    self.top_offer = top.price;
                }
            }
            Event::Readmitted { paddle } => {
                if let Some(seat) = self.seat_mut(*paddle) {
                    seat.barred = false;
                }
            }
            Event::Began { clock, entrants } => {
                let asks = matches!(self.phase(clock.phase), Some(Phase::Inquiry { .. }));
                for seat in &mut self.seats {
                    seat.entered = entrants.as_ref().is_none_or(|entrants| entrants.contains(&seat.paddle));
                    if asks {
                        seat.answer = None;
                    }
                }
                self.entry_open = entrants.is_none();
                if let Some(Phase::Method(method)) = self.phase(clock.phase) {
                    *self.room = method.room(self, clock);
                }
                self.stage = Stage::Running(*clock);
            }
            Event::ProxySet { paddle, max } => {
                if let Some(seat) = self.seat_mut(*paddle) {
                    seat.proxy = Some(Proxy { max: *max });
                }
                if self.top.is_some_and(|top| top.paddle == *paddle) {
                    self.top_offer = self.best_of(self.top_offer, Some(*max));
                }
            }
            Event::Bid { paddle, amount, leads, ends_at, paused_until, .. } => {
                self.take_bid(at, *paddle, *amount, *leads);
                if let Stage::Running(clock) = &mut self.stage {
                    clock.extensions += u32::from(*ends_at != clock.ends_at);
                    clock.ends_at = *ends_at;
                    clock.paused_until = *paused_until;
                }
            }
            Event::Answered { paddle, yes } => {
                if let Some(seat) = self.seat_mut(*paddle) {
                    seat.answer = Some(*yes);
                }
            }
            Event::CeilingReached { clock } => {
                for seat in &mut self.seats {
                    seat.answer = None;
                }
                self.stage = Stage::Running(*clock);
            }
            Event::Offered { paddle, ends_at, secret, .. } => {
                // How many hidden offers there are is hidden too.
                self.bids += u64::from(!secret);
                if let Some(seat) = self.seat_mut(*paddle) {
                    seat.quoted_at = Some(at);
                }
                if let (Stage::Running(clock), Some(ends_at)) = (&mut self.stage, ends_at) {
                    clock.extensions += 1;
                    clock.ends_at = *ends_at;
                }
                self.take_in_room(at, event);
            }
            Event::Stood { paddle, price, second } => {
                self.top = Some(Top { paddle: *paddle, price: *price });
                self.top_offer = *price;
                if let Some(seat) = self.seat_mut(*paddle) {
                    seat.last = seat.last.or(Some(*price));
                }
                self.second = *second;
                self.take_in_room(at, event);
            }
            Event::Told(notice) => {
                if let Notice::Opened { offers, .. } = notice {
                    self.bids += offers.len() as u64;
                    for opened in offers {
                        if let Some(seat) = self.seat_mut(opened.paddle) {
                            seat.last = Some(opened.price);
                            seat.quoted_at = Some(opened.at);
                            seat.quoted_nth = opened.order;
                        }
                    }
                }
                self.take_in_room(at, event);
            }
            Event::Cancelled { .. } | Event::Traded { .. } | Event::Done(_) => self.take_in_room(at, event),
            Event::ReserveSet { amount } => self.reserve = Some(*amount),
            Event::Scheduled { opens_at } => self.opens_at = Some(*opens_at),
            Event::ReserveOffered { clock, .. } => {
                for seat in &mut self.seats {
                    seat.answer = None;
                }
                self.stage = Stage::Running(*clock);
            }
            Event::Suspended { ground, since } => {
                let clock = match &self.stage {
                    Stage::Running(clock) => Some(*clock),
                    _ => None,
                };
                let since = since.unwrap_or(at);
                self.stage = Stage::Suspended { since, resume_at: None, ground: ground.clone(), clock };
            }
            Event::ResumeSet { resume_at } => {
                if let Stage::Suspended { resume_at: planned, .. } = &mut self.stage {
                    *planned = Some(*resume_at);
                }
            }
            Event::ResumeDropped { ground: on } => {
                if let Stage::Suspended { resume_at, ground, .. } = &mut self.stage {
                    *resume_at = None;
                    ground.clone_from(on);
                }
            }
            Event::Resumed { clock } => self.stage = clock.map_or(Stage::Announced, Stage::Running),
            Event::Closed { outcome } => self.stage = Stage::Closed(outcome.clone()),
        }
    }

    fn take_seat(&mut self, paddle: Paddle, priority: Option<u8>) {
        if let Err(at) = self.seats.binary_search_by_key(&paddle, |seat| seat.paddle) {
            let seat = Seat {
                paddle,
                priority,
                last: None,
                quoted_at: None,
                quoted_nth: 0,
                proxy: None,
                answer: None,
                entered: self.entry_open,
                barred: false,
                memory: Memory::default(),
            };
            self.seats.insert(at, seat);
            self.places = self.place_all();
        }
    }

    /// Hands an event to the running method.
    fn take_in_room(&mut self, at: Moment, event: &Event) {
        let Book { terms, stage, room, .. } = self;
        let (Stage::Running(clock) | Stage::Suspended { clock: Some(clock), .. }) = stage else { return };
        let PhaseAt::Index(index) = clock.phase else { return };
        if let Some(Phase::Method(method)) = terms.phase(usize::from(index)) {
            method.take(room, at, event);
        }
    }

    fn take_bid(&mut self, at: Moment, paddle: Paddle, amount: Money, leads: bool) {
        self.bids += 1;
        let direction = self.terms.direction;
        let beaten = if leads {
            self.top.filter(|top| top.paddle != paddle).map(|top| Top { price: self.top_offer, ..top })
        } else {
            Some(Top { paddle, price: amount })
        };
        let outranks = |beaten: Top, known| self.seat(beaten.paddle).is_some_and(|seat| self.outranks(seat, known));
        let passes = |beaten: Top, known: Top| {
            direction.better(beaten.price, known.price) || (beaten.price == known.price && outranks(beaten, known))
        };
        if let Some(beaten) = beaten
            && self.runner_up.is_none_or(|known| passes(beaten, known))
        {
            self.runner_up = Some(beaten);
        }
        let mut max = None;
        if let Some(seat) = self.seat_mut(paddle) {
            seat.last = Some(amount);
            seat.quoted_at = Some(at);
            max = seat.proxy.map(|proxy| proxy.max);
        }
        if leads {
            self.top = Some(Top { paddle, price: amount });
            self.top_offer = self.best_of(amount, max);
        }
    }

    fn best_of(&self, price: Money, max: Option<Money>) -> Money {
        max.filter(|max| self.terms.direction.better(*max, price)).unwrap_or(price)
    }

    fn seat_mut(&mut self, paddle: Paddle) -> Option<&mut Seat> {
        self.seat_index(paddle).map(|at| &mut self.seats[at])
    }

    fn place_all(&self) -> Vec<u16> {
        let low = self.seats.iter().map(|seat| seat.paddle.0).take_while(|paddle| *paddle < LOW_MAX);
        let mut places = Vec::new();
        for (paddle, place) in low.zip(1..) {
            places.resize(paddle as usize, 0);
            places.push(place);
        }
        places
    }

    /// A number that two equal books share: FNV-1a over the whole state.
    pub fn state_hash(&self) -> u64 {
        let mut hasher = Fnv::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}
