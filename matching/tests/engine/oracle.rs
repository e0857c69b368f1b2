//! A second book: it keeps every offer ever taken and works out leader, price and close from the
//! beginning each time; its phases are written as plainly as they come. It must agree with the first.

use crate::support::{Play, fresh_seeds, money};
use matching::{
    Book, CeilingThen, Command, Direction, Entry, Extension, MONEY_MAX, Outcome, Paddle, Phase, PhaseAt, ProxyRule,
    Restart, Stage, StepKind, StepRule, Terms, UnsoldReason,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const AUCTIONS: u64 = 1_200;
const REQUESTS: usize = 160;

/// Seeds that once failed, one that meets the rarest refusal (RESUME_PAST_STOP), and a few more.
const SEEDS: &[u64] = &[0, 1, 2, 3, 4, 5, 6, 7, 1990150598256218036, 7759256624644165524, 11400802461877784600];

#[test]
fn a_naive_book_agrees() {
    let mut reached: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        agree(seed, &mut reached);
    }
    // The auctions are no walk in the park: they meet every refusal and every way to end.
    assert_eq!(reached.len(), 32 + 6, "{reached:?}");
    assert!(reached["taken"] > 10 * AUCTIONS, "{reached:?}");
}

fn agree(seed: u64, reached: &mut BTreeMap<&str, u64>) {
    println!("seed {seed}");
    let mut play = Play::new(seed);
    let mut book = Book::new(play.terms.clone());
    let mut naive = Naive::new(play.terms.clone());
    let mut after_close = 0;
    for request in 0..REQUESTS {
        after_close += u32::from(naive.outcome().is_some());
        if after_close > 10 {
            break;
        }
        let (at, command) = play.next(&book);
        let place = format!("seed {seed}, request {request} at {}: {command:?}", at.0);
        let reply = book.decide(at, &command);
        book.apply(at, &command, &reply);
        let said = naive.ask(at.0, &command);
        assert_eq!(reply.as_ref().map(|_| ()).map_err(|refusal| refusal.code()), said, "{place}");
        *reached.entry(said.err().unwrap_or("taken")).or_default() += 1;
        let top = book.top().map(|top| (top.paddle, top.price.minor()));
        assert_eq!(top, naive.standing(), "{place}");
        assert_eq!(book.bids(), naive.quotes.len() as u64, "{place}");
        assert_eq!(book.next_deadline().map(|deadline| deadline.0), naive.deadline(), "{place}");
        match book.stage() {
            Stage::Closed(outcome) => assert_eq!(Some(outcome), naive.outcome(), "{place}"),
            Stage::Running(clock) => {
                let phase = match clock.phase {
                    PhaseAt::Index(index) => Some(usize::from(index)),
                    PhaseAt::Ceiling | PhaseAt::Reserve => None,
                };
                assert_eq!(
                    Some((phase, clock.ends_at.0)),
                    naive.running().map(|run| (run.phase, run.end())),
                    "{place}"
                );
            }
            Stage::Announced | Stage::Suspended { .. } => assert_eq!(naive.outcome(), None, "{place}"),
        }
    }
    let end = match naive.outcome() {
        Some(Outcome::Sold { .. }) => "sold",
        Some(Outcome::Unsold { reason: UnsoldReason::NoBid }) => "no bid",
        Some(Outcome::Unsold { reason: UnsoldReason::BelowReserve }) => "below reserve",
        Some(Outcome::Ceiling { .. }) => "ceiling",
        Some(Outcome::Terminated { .. }) => "terminated",
        Some(other) => panic!("no ladder ends so: {other:?}"),
        None => return,
    };
    *reached.entry(end).or_default() += 1;
}

struct Naive {
    terms: Terms,
    seats: Vec<Seat>,
    offers: Vec<Offer>,
    /// Who quoted when, by hand or by a standing maximum.
    quotes: Vec<(Paddle, i64)>,
    state: State,
    entry_open: bool,
}

struct Seat {
    paddle: Paddle,
    rank: u8,
    inside: bool,
    barred: bool,
    answer: Option<bool>,
    taken: Vec<Uuid>,
    refused: Vec<Uuid>,
}

struct Offer {
    paddle: Paddle,
    amount: i64,
    by_hand: bool,
    /// The rule it was made under.
    rule: StepRule,
}

#[derive(Clone)]
enum State {
    Announced,
    Running(Run),
    Suspended { since: i64, resume_at: Option<i64>, run: Option<Run> },
    Closed(Outcome),
}

/// A phase with everything that ever moved its end.
#[derive(Clone)]
struct Run {
    /// `None`: the ceiling is being offered round.
    phase: Option<usize>,
    began: i64,
    length: i64,
    extension: Extension,
    moves: Vec<Move>,
}

#[derive(Clone, Copy)]
enum Move {
    Bid(i64),
    /// Time lost to a suspension.
    Lost(i64),
}

impl Run {
    fn end(&self) -> i64 {
        let stop = match self.extension {
            Extension::RestartPaused { hard_stop_at: Some(stop), .. } => stop.0,
            _ => i64::MAX,
        };
        let mut planned = (self.began + self.length).min(stop);
        let mut end = planned;
        let mut moved = 0;
        for step in &self.moves {
            let before = end;
            match *step {
                Move::Lost(ms) => {
                    end = (end + ms).min(stop);
                    planned = (planned + ms).min(stop);
                }
                Move::Bid(at) => {
                    let later = match self.extension {
                        Extension::None => end,
                        Extension::Sliding { window_ms } => at + window_ms,
                        Extension::Restart { period_ms } => at + period_ms,
                        Extension::RestartPaused { period_ms, pause_ms, .. } => (at + pause_ms + period_ms).min(stop),
                        Extension::AddOn { add_ms } => end + add_ms,
                        Extension::SlidingCapped { count_max, .. } if moved >= count_max => end,
                        Extension::SlidingCapped { window_ms, extra_ms_max, .. } => {
                            (at + window_ms).min(planned + extra_ms_max)
                        }
                    };
                    end = end.max(later);
                    moved += u32::from(end != before);
                }
            }
        }
        end
    }

    fn paused_until(&self) -> i64 {
        match (self.extension, self.moves.last()) {
            (Extension::RestartPaused { pause_ms, .. }, Some(Move::Bid(at))) => at + pause_ms,
            _ => i64::MIN,
        }
    }
}

impl Naive {
    fn new(terms: Terms) -> Naive {
        let (seats, offers, quotes) = (vec![], vec![], vec![]);
        Naive { terms, seats, offers, quotes, state: State::Announced, entry_open: true }
    }

    fn outcome(&self) -> Option<&Outcome> {
        if let State::Closed(outcome) = &self.state { Some(outcome) } else { None }
    }

    fn running(&self) -> Option<&Run> {
        if let State::Running(run) = &self.state { Some(run) } else { None }
    }

    fn deadline(&self) -> Option<i64> {
        match &self.state {
            State::Announced => self.terms.opens_at.map(|at| at.0),
            State::Running(run) => Some(run.end()),
            State::Suspended { resume_at, .. } => *resume_at,
            State::Closed(_) => None,
        }
    }

    fn ask(&mut self, at: i64, command: &Command) -> Result<(), &'static str> {
        if let Some((paddle, key)) = command.signature()
            && let Some(seat) = self.seats.iter().find(|seat| seat.paddle == paddle)
            && [&seat.taken, &seat.refused].iter().any(|keys| keys.iter().rev().take(32).any(|known| *known == key))
        {
            return Err("KEY_REUSED");
        }
        let said = match command {
            Command::Tick => {
                self.tick(at);
                Ok(())
            }
            Command::Open => self.open(at),
            Command::Admit { paddle, priority } => self.admit(*paddle, *priority),
            Command::Bar { paddle, .. } => self.bar(*paddle),
            Command::Readmit { paddle } => self.readmit(*paddle),
            Command::Bid { paddle, amount, expect, .. } => {
                self.bid(at, *paddle, amount.minor(), expect.map(|seen| seen.minor()))
            }
            Command::Proxy { paddle, max, .. } => self.leave_max(at, *paddle, max.minor()),
            Command::Answer { paddle, yes, asked_at, .. } => self.answer(at, *paddle, *yes, asked_at.map(|at| at.0)),
            Command::Offer { .. } | Command::Duty(_) | Command::Reserve { .. } | Command::Schedule { .. } => {
                panic!("no ladder is asked so: {command:?}")
            }
            Command::Suspend { .. } => self.suspend(at),
            Command::Outage { since, .. } => self.outage(at, since.0),
            Command::Resume { at: wanted } => self.resume(at, wanted.map(|at| at.0)),
            Command::Terminate { ground } => self.not_over(at).map(|()| {
                self.state = State::Closed(Outcome::Terminated { ground: ground.clone() });
            }),
        };
        if let Some((paddle, key)) = command.signature()
            && let Some(seat) = self.seats.iter_mut().find(|seat| seat.paddle == paddle)
        {
            if said.is_ok() { seat.taken.push(key) } else { seat.refused.push(key) }
        }
        said
    }

    // Money, as worth to the side that gains by the auction.

    fn worth(&self, amount: i64) -> i64 {
        if self.terms.direction == Direction::Ascending { amount } else { -amount }
    }

    fn one_step(&self, rule: &StepRule, price: i64) -> i64 {
        let mut step = rule.bands[0].step;
        for band in &rule.bands {
            if band.from.minor() <= price {
                step = band.step;
            }
        }
        step.minor()
    }

    fn beyond(&self, rule: &StepRule, price: i64) -> i64 {
        (price + self.worth(self.one_step(rule, price))).clamp(0, MONEY_MAX)
    }

    fn rule(&self) -> StepRule {
        let run = match &self.state {
            State::Running(run) | State::Suspended { run: Some(run), .. } => run,
            _ => return self.terms.step.clone(),
        };
        match run.phase.map(|index| &self.terms.phases[index]) {
            Some(Phase::Timed { step: Some(step), .. }) => step.clone(),
            _ => self.terms.step.clone(),
        }
    }

    fn rank(&self, paddle: Paddle) -> u8 {
        self.seats.iter().find(|seat| seat.paddle == paddle).map_or(u8::MAX, |seat| seat.rank)
    }

    /// Leader and price. The leader is the one ready to give the most: by rank, then by time where
    /// two are ready for the same. He pays what he named himself, or else one step beyond the next
    /// best, never more than his maximum; and a price once reached is never taken back.
    fn standing(&self) -> Option<(Paddle, i64)> {
        let mut standing: Option<(Paddle, i64)> = None;
        for count in 1..=self.offers.len() {
            let known = &self.offers[..count];
            let rule = &known[count - 1].rule;
            let last = &known[count - 1];
            if let Some((leader, price)) = standing
                && leader == last.paddle
                && !last.by_hand
            {
                // A leader pays for a higher maximum only where the old one cut a step short.
                let before = known[..count - 1].iter().rev().find(|offer| offer.paddle == leader && !offer.by_hand);
                if before.is_none_or(|before| before.amount != price) {
                    continue;
                }
            }
            let mut best: Vec<(i64, u8, usize, &Offer)> = Vec::new();
            for (index, offer) in known.iter().enumerate() {
                best.push((-self.worth(offer.amount), self.rank(offer.paddle), index, offer));
            }
            best.sort_by_key(|(worth, rank, index, _)| (*worth, *rank, *index));
            let leader = best[0].3;
            let second = best.iter().map(|entry| entry.3).find(|offer| offer.paddle != leader.paddle);
            let due = second.map_or(self.terms.start_price.minor(), |second| {
                let matches = self.rank(leader.paddle) < self.rank(second.paddle);
                if matches { second.amount } else { self.beyond(rule, second.amount) }
            });
            let by_hand = known.iter().filter(|offer| offer.by_hand && offer.paddle == leader.paddle);
            let named = by_hand.map(|offer| self.worth(offer.amount)).max();
            let mut price = self.worth(due).min(self.worth(leader.amount)).max(named.unwrap_or(i64::MIN));
            if let Some((_, before)) = standing {
                price = price.max(self.worth(before));
            }
            standing = Some((leader.paddle, self.worth(price)));
        }
        standing
    }

    // Bids.

    fn may_bid(&self, at: i64, paddle: Paddle) -> Result<(), &'static str> {
        let run = match &self.state {
            State::Running(run) => run,
            State::Announced => return Err("NOT_OPEN_YET"),
            State::Suspended { .. } => return Err("LOT_SUSPENDED"),
            State::Closed(_) => return Err("LOT_CLOSED"),
        };
        let Some(phase) = run.phase.map(|index| &self.terms.phases[index]) else { return Err("WRONG_PHASE") };
        if matches!(phase, Phase::Inquiry { .. } | Phase::Preparation { .. }) {
            return Err("WRONG_PHASE");
        }
        if at >= run.end() {
            return Err("TOO_LATE");
        }
        if at < run.began {
            return Err("NOT_OPEN_YET");
        }
        if let Phase::Free { freeze_ms, freeze_bidders_min, .. } = phase
            && at >= run.end() - freeze_ms
            && self.quoted_since(i64::MIN).len() >= *freeze_bidders_min as usize
        {
            return Err("QUOTE_FROZEN");
        }
        if at < run.paused_until() {
            return Err("PAUSED");
        }
        match self.seats.iter().find(|seat| seat.paddle == paddle) {
            None => Err("NOT_ADMITTED"),
            Some(seat) if seat.barred => Err("BARRED"),
            Some(seat) if !seat.inside => Err("NOT_IN_PHASE"),
            Some(_) => Ok(()),
        }
    }

    fn fits(&self, paddle: Paddle, amount: i64) -> Result<(), &'static str> {
        let rule = self.rule();
        let start = self.terms.start_price.minor();
        let better = |a: i64, b: i64| self.worth(a) > self.worth(b);
        let steps_from =
            |price: i64| better(amount, price) && self.worth(amount) >= self.worth(self.beyond(&rule, price));
        if rule.kind == StepKind::Own {
            let last = self.offers.iter().rev().find(|offer| offer.paddle == paddle);
            return match last {
                Some(last) if !steps_from(last.amount) => Err("NOT_IMPROVING_OWN"),
                None if better(start, amount) => Err("BELOW_START"),
                _ => Ok(()),
            };
        }
        let from = match self.standing() {
            None if better(start, amount) => return Err("BELOW_START"),
            None => start,
            Some((leader, price)) => {
                let first_refusal = leader != paddle && self.rank(paddle) < self.rank(leader);
                if !(steps_from(price) || (first_refusal && amount == price)) {
                    return Err("BELOW_STEP");
                }
                price
            }
        };
        if rule.kind == StepKind::Multiple && (amount - from) % self.one_step(&rule, from) != 0 {
            return Err("NOT_ON_STEP");
        }
        Ok(())
    }

    fn below_ceiling(&self, amount: i64) -> Result<(), &'static str> {
        match self.terms.ceiling {
            Some(ceiling) if amount > ceiling.price.minor() => Err("ABOVE_CEILING"),
            _ => Ok(()),
        }
    }

    fn bid(&mut self, at: i64, paddle: Paddle, amount: i64, seen: Option<i64>) -> Result<(), &'static str> {
        self.may_bid(at, paddle)?;
        if let Some((leader, price)) = self.standing() {
            if leader == paddle && !self.terms.self_outbid && self.rule().kind != StepKind::Own {
                return Err("ALREADY_LEADING");
            }
            if seen.is_some_and(|seen| seen != price) {
                return Err("PRICE_MOVED");
            }
        }
        self.fits(paddle, amount)?;
        self.below_ceiling(amount)?;
        self.take(at, paddle, amount, true);
        Ok(())
    }

    fn leave_max(&mut self, at: i64, paddle: Paddle, max: i64) -> Result<(), &'static str> {
        self.may_bid(at, paddle)?;
        if self.terms.proxy == ProxyRule::None {
            return Err("PROXY_NOT_ALLOWED");
        }
        let held = self.offers.iter().rev().find(|offer| offer.paddle == paddle && !offer.by_hand);
        if held.is_some_and(|held| self.worth(max) <= self.worth(held.amount)) {
            return Err("PROXY_NOT_RAISED");
        }
        match self.standing() {
            Some((leader, price)) if leader == paddle => {
                if self.worth(max) <= self.worth(price) {
                    return Err("PROXY_NOT_RAISED");
                }
                let rule = self.rule();
                if rule.kind == StepKind::Multiple && (max - price) % self.one_step(&rule, price) != 0 {
                    return Err("NOT_ON_STEP");
                }
            }
            Some((_, price)) if self.terms.proxy == ProxyRule::Visible && self.worth(max) >= self.worth(price) => {}
            _ => self.fits(paddle, max)?,
        }
        self.below_ceiling(max)?;
        self.take(at, paddle, max, false);
        Ok(())
    }

    fn take(&mut self, at: i64, paddle: Paddle, amount: i64, by_hand: bool) {
        let rule = self.rule();
        let before = self.standing();
        self.offers.push(Offer { paddle, amount, by_hand, rule: rule.clone() });
        let now = self.standing();
        let leader_raised = !by_hand && before.is_some_and(|(leader, _)| leader == paddle);
        if leader_raised && before == now {
            return;
        }
        self.quotes.push((paddle, at));
        if let (Some((leader, was)), Some((leads, price))) = (before, now)
            && leader == leads
            && leader != paddle
            && was != price
        {
            self.quotes.push((leader, at));
        }
        if let State::Running(run) = &mut self.state {
            run.moves.push(Move::Bid(at));
        }
        if before != now {
            self.try_ceiling(at, &rule);
        }
    }

    fn try_ceiling(&mut self, at: i64, rule: &StepRule) {
        let (Some(ceiling), Some((_, price))) = (self.terms.ceiling, self.standing()) else { return };
        let cap = ceiling.price.minor();
        if price == cap || price + self.one_step(rule, price) > cap {
            match ceiling.then {
                CeilingThen::HandOver => {
                    let inside = |paddle: &Paddle| self.seats.iter().any(|seat| seat.paddle == *paddle && seat.inside);
                    let entrants = self.paddles().into_iter().filter(inside).collect();
                    self.state = State::Closed(Outcome::Ceiling { entrants });
                }
                CeilingThen::SellToSingle => {
                    self.forget_answers();
                    self.state = State::Running(self.run(None, at));
                }
            }
        }
    }

    // Phases.

    fn run(&self, phase: Option<usize>, began: i64) -> Run {
        let (length, extension) = match phase.map(|index| &self.terms.phases[index]) {
            None => (self.terms.ceiling.expect("a ceiling was reached").inquiry_ms, Extension::None),
            Some(Phase::Open { length_ms, extension } | Phase::Free { length_ms, extension, .. }) => {
                (*length_ms, *extension)
            }
            Some(Phase::Timed { period_ms, extension, .. }) => (*period_ms, *extension),
            Some(Phase::Inquiry { length_ms, .. } | Phase::Preparation { length_ms, .. }) => {
                (*length_ms, Extension::None)
            }
            Some(Phase::Method(_)) => panic!("a ladder"),
        };
        Run { phase, began, length, extension, moves: vec![] }
    }

    fn forget_answers(&mut self) {
        for seat in &mut self.seats {
            seat.answer = None;
        }
    }

    fn begin(&mut self, index: usize, at: i64) {
        let quoted = self.quoted_since(i64::MIN);
        let mut inside: Option<Vec<Paddle>> = match &self.terms.phases[index] {
            Phase::Timed { entry: Entry::Quoted, .. } => Some(quoted),
            Phase::Timed { entry: Entry::Confirmed, .. } => Some(self.going_on()),
            Phase::Timed { entry: Entry::QuotedAndConfirmed, .. } => {
                Some(self.going_on().into_iter().filter(|paddle| quoted.contains(paddle)).collect())
            }
            _ => None,
        };
        if matches!(self.terms.phases[index], Phase::Timed { .. }) && !self.entry_open {
            // It began before, and was suspended: nobody falls out.
            inside = Some(self.seats.iter().filter(|seat| seat.inside).map(|seat| seat.paddle).collect());
        }
        if inside.as_ref().is_some_and(Vec::is_empty) {
            return self.settle();
        }
        for seat in &mut self.seats {
            seat.inside = inside.as_ref().is_none_or(|inside| inside.contains(&seat.paddle));
        }
        self.entry_open = inside.is_none();
        if matches!(self.terms.phases[index], Phase::Inquiry { .. }) {
            self.forget_answers();
        }
        self.state = State::Running(self.run(Some(index), at));
        if matches!(self.terms.phases[index], Phase::Timed { .. }) {
            self.try_ceiling(at, &self.rule());
        }
    }

    /// Everyone whose last quote is not older than `from`.
    fn quoted_since(&self, from: i64) -> Vec<Paddle> {
        let last = |paddle: Paddle| self.quotes.iter().rev().find(|(who, _)| *who == paddle).map(|(_, at)| *at);
        self.paddles().into_iter().filter(|paddle| last(*paddle).is_some_and(|at| at >= from)).collect()
    }

    fn going_on(&self) -> Vec<Paddle> {
        let leader = self.standing().map(|(leader, _)| leader);
        let yes = |paddle: &Paddle| self.seats.iter().any(|seat| seat.paddle == *paddle && seat.answer == Some(true));
        self.paddles().into_iter().filter(|paddle| Some(*paddle) == leader || yes(paddle)).collect()
    }

    fn paddles(&self) -> Vec<Paddle> {
        let mut paddles: Vec<Paddle> = self.seats.iter().map(|seat| seat.paddle).collect();
        paddles.sort();
        paddles
    }

    fn tick(&mut self, at: i64) {
        let Some(deadline) = self.deadline().filter(|deadline| *deadline <= at) else { return };
        match self.state.clone() {
            State::Announced => self.begin(0, deadline),
            State::Running(run) => match run.phase {
                None => {
                    let entrants = self.going_on();
                    let rank = |paddle: &Paddle| self.rank(*paddle);
                    let first = self.standing().map_or(u8::MAX, |(leader, _)| self.rank(leader));
                    if entrants.iter().filter(|paddle| rank(paddle) <= first).count() > 1 {
                        self.state = State::Closed(Outcome::Ceiling { entrants });
                    } else {
                        self.settle();
                    }
                }
                Some(index) => self.phase_over(index, deadline),
            },
            State::Suspended { since, run, .. } => self.go_on(since, run, deadline),
            State::Closed(_) => {}
        }
    }

    fn phase_over(&mut self, index: usize, at: i64) {
        if let Phase::Inquiry { entrants_min, .. } = self.terms.phases[index]
            && self.going_on().len() < entrants_min as usize
        {
            return self.settle();
        }
        let enough = match self.terms.phases.get(index + 1) {
            None => false,
            Some(Phase::Inquiry { entrants_min, quoted_min, .. }) => {
                self.quoted_since(i64::MIN).len() >= quoted_min.unwrap_or(*entrants_min) as usize
            }
            Some(Phase::Preparation { recent_ms, recent_bidders_min, .. }) => {
                self.quoted_since(at - recent_ms).len() >= *recent_bidders_min as usize
            }
            Some(_) => true,
        };
        if enough { self.begin(index + 1, at) } else { self.settle() }
    }

    fn settle(&mut self) {
        let reserve = self.terms.reserve.map(|reserve| self.worth(reserve.minor()));
        self.state = State::Closed(match self.standing() {
            None => Outcome::Unsold { reason: UnsoldReason::NoBid },
            Some((_, price)) if reserve.is_some_and(|reserve| self.worth(price) < reserve) => {
                Outcome::Unsold { reason: UnsoldReason::BelowReserve }
            }
            Some((paddle, price)) => Outcome::Sold { paddle, price: money(price), second: None },
        });
    }

    fn open(&mut self, at: i64) -> Result<(), &'static str> {
        match self.state {
            State::Announced if self.terms.opens_at.is_some_and(|opens| at < opens.0) => Err("OPENS_LATER"),
            State::Announced => {
                self.begin(0, at);
                Ok(())
            }
            State::Suspended { .. } => Err("LOT_SUSPENDED"),
            _ => Err("ALREADY_OPEN"),
        }
    }

    fn admit(&mut self, paddle: Paddle, priority: Option<u8>) -> Result<(), &'static str> {
        if matches!(self.state, State::Closed(_)) {
            return Err("LOT_CLOSED");
        }
        if self.seats.iter().any(|seat| seat.paddle == paddle) {
            return Err("PADDLE_TAKEN");
        }
        let rank = priority.unwrap_or(u8::MAX);
        self.seats.push(Seat {
            paddle,
            rank,
            inside: self.entry_open,
            barred: false,
            answer: None,
            taken: vec![],
            refused: vec![],
        });
        Ok(())
    }

    fn readmit(&mut self, paddle: Paddle) -> Result<(), &'static str> {
        if matches!(self.state, State::Closed(_)) {
            return Err("LOT_CLOSED");
        }
        let seat = self.seats.iter_mut().find(|seat| seat.paddle == paddle).ok_or("NO_SUCH_PADDLE")?;
        match std::mem::replace(&mut seat.barred, false) {
            true => Ok(()),
            false => Err("NOT_BARRED"),
        }
    }

    /// What he said by hand stands; a maximum is worth no more than the price it has reached.
    fn bar(&mut self, paddle: Paddle) -> Result<(), &'static str> {
        if matches!(self.state, State::Closed(_)) {
            return Err("LOT_CLOSED");
        }
        let standing = self.standing();
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.paddle == paddle) else {
            return Err("NO_SUCH_PADDLE");
        };
        if seat.barred {
            return Err("ALREADY_BARRED");
        }
        seat.barred = true;
        if let Some((leader, price)) = standing
            && leader == paddle
        {
            let reached = self.worth(price);
            for index in 0..self.offers.len() {
                let offer = &self.offers[index];
                if offer.paddle == paddle && !offer.by_hand && self.worth(offer.amount) > reached {
                    self.offers[index].amount = price;
                }
            }
        }
        Ok(())
    }

    fn answer(&mut self, at: i64, paddle: Paddle, yes: bool, asked_at: Option<i64>) -> Result<(), &'static str> {
        let run = match self.state.clone() {
            State::Running(run) => run,
            State::Announced => return Err("NOT_OPEN_YET"),
            State::Suspended { .. } => return Err("LOT_SUSPENDED"),
            State::Closed(_) => return Err("LOT_CLOSED"),
        };
        let asked = run.phase.is_none_or(|index| matches!(self.terms.phases[index], Phase::Inquiry { .. }));
        if asked && at >= run.end() {
            return Err("TOO_LATE");
        }
        let standing = self.standing();
        let ranks = standing.map(|(leader, _)| (self.rank(paddle), self.rank(leader)));
        let best = |leader| self.offers.iter().filter(move |offer| offer.paddle == leader).map(|offer| offer.amount);
        let leaders_best = standing.and_then(|(leader, _)| best(leader).max());
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.paddle == paddle) else { return Err("NOT_ADMITTED") };
        if seat.barred {
            return Err("BARRED");
        }
        if !seat.inside {
            return Err("NOT_IN_PHASE");
        }
        if !asked || asked_at.is_some_and(|asked_at| asked_at != run.began) {
            return Err("NOT_ASKED");
        }
        if seat.answer.is_some() {
            return Err("ALREADY_ANSWERED");
        }
        seat.answer = Some(yes);
        if let (Some(price), Some((mine, leaders))) = (leaders_best, ranks)
            && yes
            && run.phase.is_none()
            && mine < leaders
        {
            self.offers.push(Offer { paddle, amount: price, by_hand: true, rule: self.rule() });
            self.quotes.push((paddle, at));
        }
        Ok(())
    }

    fn not_over(&self, at: i64) -> Result<(), &'static str> {
        match &self.state {
            State::Closed(_) => Err("LOT_CLOSED"),
            State::Running(run) if at >= run.end() => Err("TOO_LATE"),
            _ => Ok(()),
        }
    }

    fn suspend(&mut self, at: i64) -> Result<(), &'static str> {
        self.not_over(at)?;
        // What was announced does not come.
        if let State::Suspended { resume_at, .. } = &mut self.state
            && resume_at.take().is_some()
        {
            return Ok(());
        }
        self.stand_still(at)
    }

    fn outage(&mut self, at: i64, since: i64) -> Result<(), &'static str> {
        let within = self.running().map_or(since.min(at), |run| since.min(at).min(run.end()).max(run.began));
        self.stand_still(within)
    }

    fn stand_still(&mut self, since: i64) -> Result<(), &'static str> {
        let run = match self.state.clone() {
            State::Announced => None,
            State::Running(run) => Some(run),
            State::Suspended { .. } => return Err("ALREADY_SUSPENDED"),
            State::Closed(_) => return Err("LOT_CLOSED"),
        };
        self.state = State::Suspended { since, resume_at: None, run };
        Ok(())
    }

    fn resume(&mut self, at: i64, wanted: Option<i64>) -> Result<(), &'static str> {
        let State::Suspended { since, run, .. } = self.state.clone() else { return Err("NOT_SUSPENDED") };
        let resume_at = wanted.unwrap_or(at).max(at);
        let rules = self.terms.resume;
        if resume_at - since > rules.quick_ms && resume_at < at + rules.notice_ms {
            return Err("RESUME_TOO_SOON");
        }
        let before = self.state.clone();
        self.go_on(since, run.clone(), resume_at);
        let ends = self.running().map(Run::end);
        self.state = before;
        if ends.is_some_and(|end| end <= resume_at) {
            return Err("RESUME_PAST_STOP");
        }
        if resume_at > at {
            self.state = State::Suspended { since, resume_at: Some(resume_at), run };
        } else {
            self.go_on(since, run, at);
        }
        Ok(())
    }

    fn go_on(&mut self, since: i64, run: Option<Run>, at: i64) {
        let Some(mut run) = run else {
            self.state = match self.terms.opens_at {
                Some(opens) if opens.0 <= at => State::Running(self.run(Some(0), at)),
                _ => State::Announced,
            };
            return;
        };
        let Some(index) = run.phase else {
            self.state = State::Running(self.run(None, at));
            return;
        };
        if matches!(self.terms.phases[index], Phase::Open { .. } | Phase::Free { .. }) {
            run.moves.push(Move::Lost(at - since));
            self.state = State::Running(run);
            return;
        }
        let mut from = index;
        if self.terms.resume.restart == Restart::Preparation {
            for earlier in 0..index {
                if matches!(self.terms.phases[earlier], Phase::Preparation { .. }) {
                    from = earlier;
                }
            }
        }
        self.state = State::Running(self.run(Some(from), at));
    }
}
