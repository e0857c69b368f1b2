//! Builders for stories, and random auctions from a seed.

use matching::{
    Band, Book, Ceiling, CeilingThen, Clock, Command, Direction, Entry, Event, Extension, Moment, Money, Outcome,
    Paddle, Phase, PhaseAt, ProxyRule, Refusal, Restart, Resume, Stage, StepKind, StepRule, Terms,
};
use std::hash::{BuildHasher, Hasher, RandomState};
use uuid::Uuid;

pub type Reply = Result<Vec<Event>, Refusal>;

pub fn money(minor: i64) -> Money {
    Money::new(minor).expect("an amount in range")
}

pub fn steps(kind: StepKind, bands: &[(i64, i64)]) -> StepRule {
    let bands = bands.iter().map(|&(from, step)| Band { from: money(from), step: money(step) }).collect();
    StepRule { kind, bands }
}

/// Open ascending bidding: start 1000, at least 50 a step, 5 minutes from the last bid.
pub fn open_terms() -> Terms {
    Terms {
        scale: 2,
        direction: Direction::Ascending,
        start_price: money(1_000),
        step: steps(StepKind::AtLeast, &[(0, 50)]),
        reserve: None,
        ceiling: None,
        proxy: ProxyRule::Step,
        self_outbid: false,
        phases: vec![Phase::Open { length_ms: 300_000, extension: Extension::Restart { period_ms: 300_000 } }],
        after_ceiling: vec![],
        reserve_entry: None,
        reserve_offer_ms: None,
        follows: None,
        opens_at: None,
        resume: Resume { quick_ms: 3_600_000, notice_ms: 86_400_000, restart: Restart::Preparation },
    }
}

pub fn with(change: impl FnOnce(&mut Terms)) -> Terms {
    let mut terms = open_terms();
    change(&mut terms);
    terms
}

pub fn extended(extension: Extension) -> Terms {
    with(|terms| terms.phases = vec![Phase::Open { length_ms: 300_000, extension }])
}

pub fn free(length_ms: i64, freeze_ms: i64, extension: Extension) -> Phase {
    Phase::Free { length_ms, freeze_ms, extension, freeze_bidders_min: 0 }
}

/// A listing of 100 s, then `hinge`, then timed bidding of 5 s.
pub fn listing(hinge: Vec<Phase>, entry: Entry) -> Terms {
    with(|terms| {
        terms.phases = vec![free(100_000, 10_000, Extension::None)];
        terms.phases.extend(hinge);
        let extension = Extension::Restart { period_ms: 5_000 };
        terms.phases.push(Phase::Timed { period_ms: 5_000, extension, entry, step: None });
    })
}

pub fn ceiling(price: i64, then: CeilingThen) -> Option<Ceiling> {
    Some(Ceiling { price: money(price), then, inquiry_ms: 60_000 })
}

/// One lot, its clock set by hand, a new key for every request.
pub struct Hall {
    pub book: Book,
    pub now: i64,
    keys: u128,
}

impl Hall {
    pub fn announced(terms: Terms) -> Hall {
        Hall { book: Book::new(terms), now: 0, keys: 0 }
    }

    /// Paddles 1 to 4 are in and the first phase runs from 0.
    pub fn opened(terms: Terms) -> Hall {
        let mut hall = Hall::announced(terms);
        for paddle in 1..=4 {
            hall.admit(paddle, None).expect("a free paddle");
        }
        hall.ask(Command::Open).expect("it opens");
        hall
    }

    pub fn at(&mut self, now: i64) -> &mut Hall {
        self.now = now;
        self
    }

    pub fn ask(&mut self, command: Command) -> Reply {
        let result = self.book.decide(Moment(self.now), &command);
        self.book.apply(Moment(self.now), &command, &result);
        result
    }

    pub fn key(&mut self) -> Uuid {
        self.keys += 1;
        Uuid::from_u128(self.keys)
    }

    pub fn admit(&mut self, paddle: u32, priority: Option<u8>) -> Reply {
        self.ask(Command::Admit { paddle: Paddle(paddle), priority })
    }

    pub fn bid(&mut self, paddle: u32, amount: i64) -> Reply {
        let key = self.key();
        self.ask(Command::Bid { paddle: Paddle(paddle), key, amount: money(amount), expect: None })
    }

    pub fn bid_seeing(&mut self, paddle: u32, amount: i64, seen: i64) -> Reply {
        let key = self.key();
        self.ask(Command::Bid { paddle: Paddle(paddle), key, amount: money(amount), expect: Some(money(seen)) })
    }

    pub fn leave_max(&mut self, paddle: u32, max: i64) -> Reply {
        let key = self.key();
        self.ask(Command::Proxy { paddle: Paddle(paddle), key, max: money(max) })
    }

    pub fn answer(&mut self, paddle: u32, yes: bool) -> Reply {
        let key = self.key();
        self.ask(Command::Answer { paddle: Paddle(paddle), key, yes, asked_at: None })
    }

    pub fn suspend(&mut self) -> Reply {
        self.ask(Command::Suspend { ground: "fault".into() })
    }

    pub fn resume(&mut self, at: Option<i64>) -> Reply {
        self.ask(Command::Resume { at: at.map(Moment) })
    }

    pub fn terminate(&mut self) -> Reply {
        self.ask(Command::Terminate { ground: "order".into() })
    }

    /// Time passes: every deadline up to `now` is met.
    pub fn pass(&mut self, now: i64) -> &mut Hall {
        self.now = now;
        while self.book.next_deadline().is_some_and(|deadline| deadline.0 <= now) {
            assert!(!self.ask(Command::Tick).expect("a tick is never refused").is_empty());
        }
        self
    }

    /// Paddle and price.
    pub fn top(&self) -> Option<(u32, i64)> {
        self.book.top().map(|top| (top.paddle.0, top.price.minor()))
    }

    pub fn clock(&self) -> Clock {
        match self.book.stage() {
            Stage::Running(clock) => *clock,
            stage => panic!("no clock runs: {stage:?}"),
        }
    }

    pub fn ends(&self) -> i64 {
        self.clock().ends_at.0
    }

    pub fn phase(&self) -> PhaseAt {
        self.clock().phase
    }

    pub fn outcome(&self) -> &Outcome {
        match self.book.stage() {
            Stage::Closed(outcome) => outcome,
            stage => panic!("not closed: {stage:?}"),
        }
    }
}

pub fn sold(paddle: u32, price: i64) -> Outcome {
    Outcome::Sold { paddle: Paddle(paddle), price: money(price), second: None }
}

/// The code a request was refused with.
#[track_caller]
pub fn refused(reply: Reply) -> &'static str {
    reply.expect_err("a refusal").code()
}

/// splitmix64.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` up to and not including `high`.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low) as u64) as i64
    }

    pub fn percent(&mut self, share: i64) -> bool {
        self.range(0, 100) < share
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.range(0, from.len() as i64) as usize].clone()
    }
}

/// Seeds nobody chose, other ones every run; a failure names its own.
pub fn fresh_seeds(count: u64) -> impl Iterator<Item = u64> {
    let mut chance = Chance::new(RandomState::new().build_hasher().finish());
    (0..count).map(move |_| chance.next())
}

/// A random auction: its terms, then one request after another, some of them foolish.
pub struct Play {
    pub terms: Terms,
    chance: Chance,
    now: i64,
    opening: Vec<Command>,
    sent: Vec<Command>,
}

impl Play {
    pub fn new(seed: u64) -> Play {
        // A panic anywhere in this auction must be found again.
        println!("seed {seed}");
        let mut chance = Chance::new(seed);
        let terms = random_terms(&mut chance);
        assert_eq!(terms.check(), Ok(()), "seed {seed}");
        // Most bidders come before the opening.
        let mut opening = Vec::new();
        for paddle in 1..=6 {
            if chance.percent(85) {
                opening.push(Command::Admit { paddle: Paddle(paddle), priority: random_priority(&mut chance) });
            }
        }
        Play { terms, chance, now: 0, opening, sent: Vec::new() }
    }

    pub fn next(&mut self, book: &Book) -> (Moment, Command) {
        self.now += match self.chance.range(0, 10) {
            0..=6 => self.chance.range(0, 200),
            7 => self.chance.range(0, 2_000),
            _ => 0,
        };
        if self.chance.percent(4)
            && let Some(deadline) = book.next_deadline()
        {
            self.now = self.now.max(deadline.0 + self.chance.pick(&[-1, 0, 0, 1, 700]));
        }
        let command = self.command(book);
        if command.signature().is_some() {
            self.sent.push(command.clone());
        }
        // A message held up on its way carries an older time.
        let early = matches!(command, Command::Bid { .. }) && self.chance.percent(2);
        let at = if early { self.now - self.chance.range(0, 3_000) } else { self.now };
        (Moment(at), command)
    }

    fn command(&mut self, book: &Book) -> Command {
        if let Some(command) = self.opening.pop() {
            return command;
        }
        if book.next_deadline().is_some_and(|deadline| deadline.0 <= self.now) && self.chance.percent(70) {
            return Command::Tick;
        }
        let staff = match book.stage() {
            Stage::Announced => 90,
            Stage::Suspended { .. } => 60,
            Stage::Running(_) => 8,
            Stage::Closed(_) => 40,
        };
        if self.chance.percent(staff) {
            return self.staff_command(book);
        }
        if !self.sent.is_empty() && self.chance.percent(6) {
            return self.again();
        }
        let paddle = Paddle(self.chance.range(1, 9) as u32);
        let key = Uuid::from_u128(u128::from(self.chance.next()));
        let asks = match book.stage() {
            Stage::Running(clock) => {
                !matches!(book.phase(clock.phase), Some(Phase::Open { .. } | Phase::Free { .. } | Phase::Timed { .. }))
            }
            _ => false,
        };
        if self.chance.percent(if asks { 60 } else { 2 }) {
            let began = match book.stage() {
                Stage::Running(clock) => clock.began_at,
                _ => Moment(0),
            };
            let asked_at = self.chance.pick(&[None, Some(began), Some(began), Some(Moment(began.0 - 1))]);
            return Command::Answer { paddle, key, yes: self.chance.percent(60), asked_at };
        }
        if self.chance.percent(30) {
            let max = self.amount(book, 12);
            return Command::Proxy { paddle, key, max };
        }
        let seen = book.top().map_or(self.terms.start_price, |top| top.price);
        let expect = match self.chance.range(0, 10) {
            0..=1 => Some(seen),
            2 => Some(self.amount(book, 3)),
            _ => None,
        };
        Command::Bid { paddle, key, amount: self.amount(book, 4), expect }
    }

    fn staff_command(&mut self, book: &Book) -> Command {
        let ground = || "ground".to_string();
        match (book.stage(), self.chance.range(0, 100)) {
            (Stage::Announced, 0..=50) => Command::Open,
            (Stage::Suspended { .. }, 0..=30 | 51..=90) => {
                let far = if self.chance.percent(20) { 60_000 } else { 6_000 };
                let later = self.now + self.chance.range(-500, far);
                Command::Resume { at: self.chance.percent(50).then_some(Moment(later)) }
            }
            (Stage::Running(_), 31..=34) => {
                Command::Outage { since: Moment(self.now - self.chance.range(-100, 4_000)), ground: ground() }
            }
            (Stage::Running(_), 35..=40) | (_, 39..=40) => Command::Suspend { ground: ground() },
            (_, 41) => Command::Terminate { ground: ground() },
            (_, 42..=43) => Command::Resume { at: None },
            (_, 44..=46) => Command::Open,
            (_, 47..=50) => Command::Tick,
            (_, 96..=98) => Command::Bar { paddle: Paddle(self.chance.range(1, 9) as u32), ground: ground() },
            (_, 99) => Command::Readmit { paddle: Paddle(self.chance.range(1, 9) as u32) },
            _ => Command::Admit {
                paddle: Paddle(self.chance.range(1, 8) as u32),
                priority: random_priority(&mut self.chance),
            },
        }
    }

    /// An old request once more, or its key on another one.
    fn again(&mut self) -> Command {
        let mut command = self.chance.pick(&self.sent);
        if self.chance.percent(40) {
            match &mut command {
                Command::Bid { amount, .. } => *amount = money(amount.minor() + 1),
                Command::Proxy { max, .. } => *max = money(max.minor() + 1),
                Command::Answer { yes, .. } => *yes = !*yes,
                _ => {}
            }
        }
        command
    }

    /// Near the price, mostly on the grid.
    fn amount(&mut self, book: &Book, steps_max: i64) -> Money {
        let price = book.top().map_or(self.terms.start_price, |top| top.price).minor();
        let step = book.step().minor() * self.chance.range(0, steps_max);
        let stray = if self.chance.percent(25) { self.chance.range(-30, 30) } else { 0 };
        let near = match self.terms.direction {
            Direction::Ascending => price + step + stray,
            Direction::Descending => price - step + stray,
        };
        let ceiling = self.terms.ceiling.map(|ceiling| ceiling.price);
        match ceiling {
            Some(ceiling) if self.chance.percent(10) => ceiling,
            _ => money(near.max(0)),
        }
    }
}

fn random_priority(chance: &mut Chance) -> Option<u8> {
    chance.pick(&[None, None, None, Some(1), Some(2)])
}

fn random_terms(chance: &mut Chance) -> Terms {
    let direction = chance.pick(&[Direction::Ascending, Direction::Ascending, Direction::Descending]);
    let start = match direction {
        Direction::Ascending => chance.range(0, 3_000),
        Direction::Descending => chance.pick(&[120, 1_000, 5_000]),
    };
    let kind = chance.pick(&[StepKind::Multiple, StepKind::AtLeast, StepKind::AtLeast, StepKind::Own]);
    let reserve = match direction {
        Direction::Ascending => start + chance.range(0, 1_500),
        Direction::Descending => start - chance.range(0, 100),
    };
    let reserve = chance.percent(40).then(|| money(reserve));
    let ceiling = (direction == Direction::Ascending && chance.percent(35)).then(|| Ceiling {
        price: money(reserve.map_or(start, Money::minor) + chance.range(0, 1_500)),
        then: chance.pick(&[CeilingThen::SellToSingle, CeilingThen::HandOver]),
        inquiry_ms: chance.range(1, 5_000),
    });
    let phases = random_phases(chance, kind);
    let opens_at = chance.percent(30).then(|| Moment(chance.range(0, 4_000)));
    let proxy = match kind {
        StepKind::Own => ProxyRule::None,
        StepKind::Multiple => chance.pick(&[ProxyRule::None, ProxyRule::Step, ProxyRule::Step]),
        _ => chance.pick(&[ProxyRule::None, ProxyRule::Step, ProxyRule::Step, ProxyRule::Visible, ProxyRule::Visible]),
    };
    Terms {
        scale: 2,
        direction,
        start_price: money(start),
        step: random_steps(chance, kind),
        reserve,
        ceiling,
        proxy,
        self_outbid: chance.percent(30),
        phases,
        after_ceiling: vec![],
        reserve_entry: None,
        reserve_offer_ms: None,
        follows: None,
        opens_at,
        resume: Resume {
            quick_ms: chance.range(0, 3_000),
            notice_ms: chance.range(0, 3_000),
            restart: chance.pick(&[Restart::Preparation, Restart::Timed]),
        },
    }
}

fn random_steps(chance: &mut Chance, kind: StepKind) -> StepRule {
    let mut bands = vec![(chance.pick(&[0, 900]), chance.range(1, 80))];
    for _ in 0..chance.range(0, 3) {
        let (from, _) = bands[bands.len() - 1];
        bands.push((from + chance.range(1, 1_000), chance.range(1, 120)));
    }
    steps(kind, &bands)
}

fn random_phases(chance: &mut Chance, kind: StepKind) -> Vec<Phase> {
    let inquiry = Phase::Inquiry {
        length_ms: chance.range(1, 5_000),
        entrants_min: chance.range(0, 4) as u32,
        quoted_min: chance.pick(&[None, None, Some(0), Some(1), Some(3)]),
    };
    let preparation = Phase::Preparation {
        length_ms: chance.range(1, 4_000),
        recent_ms: chance.range(0, 8_000),
        recent_bidders_min: chance.range(0, 4) as u32,
    };
    let hinge = match chance.range(0, 6) {
        0 => vec![],
        1 => vec![inquiry],
        2 => vec![preparation],
        3 => vec![inquiry.clone(), longer(&preparation, inquiry.length_ms())],
        _ => {
            return vec![Phase::Open { length_ms: chance.range(1_000, 40_000), extension: random_extension(chance) }];
        }
    };
    let length_ms = chance.range(2_000, 30_000);
    let freeze_ms = chance.pick(&[0, 0, length_ms / 4]);
    let extension = random_extension(chance);
    let freeze_bidders_min = chance.pick(&[0, 0, 2]);
    let mut phases = vec![Phase::Free { length_ms, freeze_ms, extension, freeze_bidders_min }];
    let asked = hinge.iter().any(|phase| matches!(phase, Phase::Inquiry { .. }));
    phases.extend(hinge);
    let step = chance.percent(40).then(|| {
        let other = if kind == StepKind::Multiple { StepKind::AtLeast } else { kind };
        random_steps(chance, other)
    });
    let entry = match asked {
        true => chance.pick(&[Entry::Qualified, Entry::Quoted, Entry::Confirmed, Entry::QuotedAndConfirmed]),
        false => chance.pick(&[Entry::Qualified, Entry::Quoted]),
    };
    let extension = random_extension(chance);
    phases.push(Phase::Timed { period_ms: chance.range(500, 12_000), extension, entry, step });
    phases
}

/// The same, looking back beyond an inquiry.
fn longer(preparation: &Phase, beyond_ms: i64) -> Phase {
    let Phase::Preparation { length_ms, recent_ms, recent_bidders_min } = *preparation else {
        panic!("a preparation");
    };
    Phase::Preparation { length_ms, recent_ms: recent_ms + beyond_ms + 1, recent_bidders_min }
}

fn random_extension(chance: &mut Chance) -> Extension {
    match chance.range(0, 7) {
        0 => Extension::None,
        1 => Extension::Sliding { window_ms: chance.range(1, 4_000) },
        2 | 3 => Extension::Restart { period_ms: chance.range(1, 8_000) },
        4 => Extension::RestartPaused {
            period_ms: chance.range(1, 8_000),
            pause_ms: chance.range(1, 500),
            hard_stop_at: chance.percent(60).then(|| Moment(chance.range(4_001, 30_000))),
        },
        5 => Extension::AddOn { add_ms: chance.range(1, 1_000) },
        _ => Extension::SlidingCapped {
            window_ms: chance.range(1, 4_000),
            extra_ms_max: chance.range(1, 5_000),
            count_max: chance.range(0, 5) as u32,
        },
    }
}
