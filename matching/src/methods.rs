//! Selling methods beyond the ladder of open bidding, one file each. The lot, its clock, its seats,
//! keys, suspension and settlement are the book's; a method says what an offer does and what the end
//! of its phase makes of the offers.
//!
//! To add a method: a file with `Rules` (its data), `Room` (its state) and `impl Selling for Rules`,
//! and a line in the table below.

use crate::book::{Book, Clock, Seat};
use crate::command::{Duty, Offer};
use crate::event::Event;
use crate::money::{Moment, Money};
use crate::refusal::Refusal;
use crate::terms::{Entry, Extension, Terms, TermsFault};
use alloc::vec::Vec;

/// What a method made of an offer, a turn or an office's act.
#[derive(Default)]
pub(crate) struct Step {
    pub events: Vec<Event>,
    /// The phase is over with it.
    pub over: bool,
}

impl From<Event> for Step {
    fn from(event: Event) -> Step {
        Step { events: alloc::vec![event], over: false }
    }
}

impl Step {
    pub fn over(events: Vec<Event>) -> Step {
        Step { events, over: true }
    }
}

/// What a method may look at.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub book: &'a Book,
    pub clock: &'a Clock,
    pub at: Moment,
}

impl Scene<'_> {
    pub fn terms(&self) -> &Terms {
        &self.book.terms
    }

    /// Where the clock ends after an offer taken now.
    pub fn ends_after(&self, extension: &Extension) -> Option<Moment> {
        let clock = self.clock;
        let moved =
            crate::extension::extend(extension, self.at, clock.ends_at, clock.planned_end, clock.extensions).ends_at;
        (moved != clock.ends_at).then_some(moved)
    }
}

/// A selling method.
pub(crate) trait Selling {
    type Room;

    /// How long its phase lasts with `entrants` in it.
    fn length_ms(&self, entrants: usize) -> i64;
    /// The first contradiction, by itself or with the lot's terms.
    fn check(&self, terms: &Terms) -> Result<(), TermsFault>;
    /// Who may make offers.
    fn entry(&self) -> Entry {
        Entry::Qualified
    }
    /// The room as its phase begins.
    fn room(&self, book: &Book, clock: &Clock) -> Self::Room;
    /// A bidder's offer; he is in the phase and in time.
    fn offer(&self, room: &Self::Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal>;
    /// Takes in an event of the running phase. Cannot fail, and asks no rule.
    fn take(&self, room: &mut Self::Room, at: Moment, event: &Event);
    /// What the phase's end makes of the offers. Without a closing event the next phase follows.
    fn close(&self, room: &Self::Room, scene: Scene) -> Vec<Event>;
    /// The next moment within the phase at which something is due.
    fn next_turn(&self, _room: &Self::Room, _clock: &Clock) -> Option<Moment> {
        None
    }
    /// What is due then.
    fn turn(&self, _room: &Self::Room, _scene: Scene) -> Step {
        Step::default()
    }
    /// An office's act.
    fn duty(&self, _room: &Self::Room, _scene: Scene, _duty: &Duty) -> Result<Step, Refusal> {
        Err(Refusal::WrongPhase)
    }
    /// Whether there is nothing for it to do where nobody leads yet.
    fn needs_leader(&self) -> bool {
        false
    }
    /// The least (descending: highest) amount anybody may offer now, where there is one for all.
    fn minimum(&self, _room: &Self::Room, _book: &Book) -> Option<Money> {
        None
    }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident in $module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// A selling method and its rules.
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        pub enum Method {
            $($(#[$doc])* $name($module::Rules),)*
        }

        /// The state of the method that runs, or ran last.
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Room {
            /// Open bidding, and every phase before the first method.
            Ladder,
            $($name($module::Room),)*
        }

        impl Method {
            pub fn length_ms(&self, entrants: usize) -> i64 {
                match self { $(Method::$name(rules) => rules.length_ms(entrants),)* }
            }

            pub(crate) fn check(&self, terms: &Terms) -> Result<(), TermsFault> {
                match self { $(Method::$name(rules) => rules.check(terms),)* }
            }

            pub(crate) fn entry(&self) -> Entry {
                match self { $(Method::$name(rules) => rules.entry(),)* }
            }

            pub(crate) fn needs_leader(&self) -> bool {
                match self { $(Method::$name(rules) => rules.needs_leader(),)* }
            }

            pub(crate) fn room(&self, book: &Book, clock: &Clock) -> Room {
                match self { $(Method::$name(rules) => Room::$name(rules.room(book, clock)),)* }
            }

            pub(crate) fn take(&self, room: &mut Room, at: Moment, event: &Event) {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.take(room, at, event),)*
                    _ => {}
                }
            }

            pub(crate) fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.offer(room, scene, seat, offer),)*
                    _ => Err(Refusal::WrongPhase),
                }
            }

            pub(crate) fn duty(&self, room: &Room, scene: Scene, duty: &Duty) -> Result<Step, Refusal> {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.duty(room, scene, duty),)*
                    _ => Err(Refusal::WrongPhase),
                }
            }

            pub(crate) fn next_turn(&self, room: &Room, clock: &Clock) -> Option<Moment> {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.next_turn(room, clock),)*
                    _ => None,
                }
            }

            pub(crate) fn turn(&self, room: &Room, scene: Scene) -> Step {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.turn(room, scene),)*
                    _ => Step::default(),
                }
            }

            pub(crate) fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.close(room, scene),)*
                    _ => Vec::new(),
                }
            }

            pub(crate) fn minimum(&self, room: &Room, book: &Book) -> Option<Money> {
                match (self, room) {
                    $((Method::$name(rules), Room::$name(room)) => rules.minimum(room, book),)*
                    _ => None,
                }
            }
        }
    };
}

// The table of methods.
methods! {
    /// 一次报价: hidden until opened; best, second-price, or nearest to the mean.
    Sealed in sealed,
    /// 荷兰式: the price falls by the clock, the first acceptance wins.
    Dutch in dutch,
    /// 三轮反向竞价: turns, worst first, re-ordered after each round.
    Rounds in rounds,
    /// 摇号: drawn by seeds nobody could choose alone.
    Lottery in lottery,
    /// 竞配建、竞自持: a ladder in another unit, at a price that stands.
    Area in area,
    /// 权重报价: the highest published score leads.
    Weighted in weighted,
    /// 综合评分法、最低评标价法: a panel scores opened offers.
    Scored in scored,
    /// 集合竞价: many units, one clearing; uniform price or pay as bid.
    Call in call,
    /// 时钟拍卖: round prices rise where demand passes supply.
    Rising in rising,
    /// 连续双向竞价: two sides, price and time.
    Exchange in exchange,
}
