//! 三轮反向竞价: turns, the worst first, re-ordered after each round.

use super::AUCTIONS;
use super::dutch::Record;
use super::sealed::sealed;
use crate::support::{Chance, Hall, fresh_seeds, money, refused, sold, steps, with};
use matching::methods::rounds::Rules;
use matching::{
    Command, Direction, Event, Method, Moment, Notice, Offer, Outcome, Paddle, Phase, PhaseAt, ProxyRule, Room, Stage,
    StepKind, Terms, UnsoldReason,
};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

const MINUTE: i64 = 60_000;
/// When the sealed offers before it are opened.
const OPENED: i64 = 10_000;

/// Three rounds of 2-minute turns, 5 minutes before them and 2 between; from 1000 down by 10.
fn reverse(change: impl FnOnce(&mut Terms)) -> Terms {
    with(|terms| {
        let rules = Rules { rounds: 3, turn_ms: 2 * MINUTE, lead_ms: 5 * MINUTE, pause_ms: 2 * MINUTE };
        let first = sealed(|rules| rules.changes_max = 2);
        terms.phases = vec![first, Phase::Method(Method::Rounds(rules))];
        (terms.direction, terms.step) = (Direction::Descending, steps(StepKind::Own, &[(0, 10)]));
        terms.proxy = ProxyRule::None;
        change(terms);
    })
}

/// The rounds have begun after sealed offers by paddles 1, 2, 3 and so on.
fn begun(offers: &[i64]) -> Hall {
    let terms = reverse(|_| {});
    assert_eq!(terms.check(), Ok(()));
    let mut hall = Hall::announced(terms);
    for paddle in 1..=offers.len() as u32 + 1 {
        hall.admit(paddle, None).expect("a free paddle");
    }
    hall.ask(Command::Open).expect("it opens");
    for (paddle, amount) in (1..).zip(offers) {
        hall.bid(paddle, *amount).expect("a good offer");
    }
    hall.pass(OPENED);
    assert_eq!(hall.phase(), PhaseAt::Index(1));
    hall
}

/// Minutes after the rounds began.
fn minute(minutes: i64) -> i64 {
    OPENED + minutes * MINUTE
}

fn order(hall: &Hall) -> Vec<u32> {
    match hall.book.room() {
        Room::Rounds(room) => room.order.iter().map(|paddle| paddle.0).collect(),
        room => panic!("no rounds: {room:?}"),
    }
}

#[test]
fn the_rounds_last_nine_and_six_minutes_for_each_bidder() {
    for (bidders, minutes) in [(2, 21), (5, 39), (10, 69)] {
        let hall = begun(&vec![900; bidders]);
        assert_eq!(hall.ends(), minute(minutes), "{bidders} bidders");
    }
}

#[test]
fn the_worst_begins_and_each_round_is_ordered_anew() {
    let mut hall = begun(&[900, 950, 920]);
    let told = hall.at(minute(5)).ask(Command::Tick).unwrap();
    let turn = |round, paddle, ends_at| {
        Event::Told(Notice::Turn { round, paddle: Paddle(paddle), ends_at: Moment(minute(ends_at)) })
    };
    assert_eq!(told, [turn(1, 2, 7)]);
    assert_eq!(order(&hall), [2, 3, 1]);
    hall.bid(2, 800).unwrap();
    let told = hall.at(minute(7)).ask(Command::Tick).unwrap();
    let over = Event::Told(Notice::TurnOver { paddle: Paddle(2), amount: Some(money(800)) });
    assert_eq!(told, [over, turn(1, 3, 9)], "shown when the turn is over");
    hall.pass(minute(11));
    assert_eq!(order(&hall), [2, 3, 1], "a pause comes first");
    let told = hall.at(minute(13)).ask(Command::Tick).unwrap();
    assert_eq!((told, order(&hall)), (vec![turn(2, 3, 15)], vec![3, 1, 2]));
    assert_eq!(hall.pass(minute(27)).outcome(), &sold(2, 800));
}

#[test]
fn an_offer_outside_its_turn_is_refused() {
    let mut hall = begun(&[900, 950]);
    assert_eq!(refused(hall.pass(minute(5) - 1).bid(2, 800)), "NOT_YOUR_TURN", "before the first");
    assert_eq!(refused(hall.pass(minute(5)).bid(1, 800)), "NOT_YOUR_TURN", "another's");
    assert!(hall.pass(minute(7) - 1).bid(2, 800).is_ok());
    assert_eq!(refused(hall.at(minute(7)).bid(2, 790)), "NOT_YOUR_TURN", "over, though its tick is still to come");
    assert_eq!(refused(hall.pass(minute(9)).bid(1, 790)), "NOT_YOUR_TURN", "between rounds");
    assert_eq!(refused(hall.bid(3, 790)), "NOT_IN_PHASE", "he made no sealed offer");
    assert_eq!(refused(hall.bid(9, 790)), "NOT_ADMITTED");
    assert_eq!(refused(hall.pass(minute(21) - 1).at(minute(21)).bid(2, 790)), "TOO_LATE");
}

#[test]
fn an_offer_improves_the_bidders_own_by_a_step_whoever_leads() {
    let mut hall = begun(&[900, 950]);
    hall.pass(minute(5));
    let refusal = hall.bid(2, 941).unwrap_err();
    assert_eq!((refusal.code(), refusal.minimum()), ("NOT_IMPROVING_OWN", Some(money(940))));
    let key = hall.key();
    let text = Command::Offer { paddle: Paddle(2), key, offer: Offer::Seed { seed: "x".into() } };
    assert_eq!(refused(hall.ask(text)), "WRONG_OFFER");
    assert!(hall.bid(2, 700).unwrap().iter().all(|event| !event.is_public()), "hidden in his turn");
    hall.bid(2, 940).unwrap();
    hall.pass(minute(7));
    assert_eq!(refused(hall.bid(1, 940)), "NOT_IMPROVING_OWN");
    assert_eq!(hall.pass(minute(21)).outcome(), &sold(1, 900), "the last word in a turn counts");
}

#[test]
fn nothing_cannot_be_improved() {
    let mut hall = begun(&[0, 5]);
    assert_eq!(hall.pass(minute(5)).bid(2, 0).map(|_| ()), Ok(()), "no further than nothing");
    assert_eq!(refused(hall.pass(minute(7)).bid(1, 0)), "NOT_IMPROVING_OWN");
    assert_eq!(hall.pass(minute(21)).outcome(), &sold(1, 0));
}

#[test]
fn of_equal_offers_the_later_goes_first_and_the_earlier_wins() {
    let mut hall = begun(&[900, 950, 900]);
    hall.pass(minute(5)).bid(2, 900).unwrap();
    hall.pass(minute(13));
    assert_eq!(order(&hall), [2, 3, 1]);
    assert_eq!(hall.pass(minute(27)).outcome(), &sold(1, 900));
}

#[test]
fn the_last_turn_counts_though_it_ends_with_the_phase() {
    let mut hall = begun(&[900, 950]);
    hall.pass(minute(19)).bid(1, 890).unwrap();
    let told = hall.at(minute(21)).ask(Command::Tick).unwrap();
    let over = Event::Told(Notice::TurnOver { paddle: Paddle(1), amount: Some(money(890)) });
    assert_eq!((&told[0], hall.outcome()), (&over, &sold(1, 890)));
}

#[test]
fn a_suspension_gives_the_running_turn_its_time_back() {
    let mut hall = begun(&[900, 950]);
    hall.pass(minute(6)).suspend().unwrap();
    assert_eq!(refused(hall.pass(minute(9)).bid(2, 800)), "LOT_SUSPENDED");
    hall.pass(minute(16)).resume(None).unwrap();
    assert_eq!(hall.ends(), minute(31));
    hall.pass(minute(17) - 1).bid(2, 800).unwrap();
    assert_eq!(refused(hall.pass(minute(17)).bid(2, 700)), "NOT_YOUR_TURN");
    assert_eq!(hall.pass(minute(31)).outcome(), &sold(2, 800));
}

#[test]
fn terms_with_rounds_have_offers_before_and_own_steps() {
    let fault = |terms: Terms| terms.check().unwrap_err().field;
    assert_eq!(fault(reverse(|terms| drop(terms.phases.remove(0)))), "phases");
    assert_eq!(fault(reverse(|terms| terms.step.kind = StepKind::AtLeast)), "step");
    for (rounds, turn_ms) in [(0, 1), (21, 1), (3, 0)] {
        let rules = Rules { rounds, turn_ms, lead_ms: 1, pause_ms: 1 };
        let terms = reverse(|terms| terms.phases[1] = Phase::Method(Method::Rounds(rules)));
        assert!(fault(terms).starts_with("rounds."));
    }
}

/// Keeps all that was said, sealed offers first, and works the timetable out from the clock alone.
struct Naive {
    terms: Terms,
    rules: Rules,
    step: i64,
    said: Vec<(i64, u32, i64)>,
}

impl Naive {
    fn good(&self, amount: i64) -> i64 {
        if self.terms.direction == Direction::Ascending { amount } else { -amount }
    }

    /// A bidder's last word before `moment`, and its place among all.
    fn own(&self, paddle: u32, moment: i64) -> Option<(usize, i64)> {
        let his = |&(_, &(at, who, _)): &(usize, &(i64, u32, i64))| who == paddle && at < moment;
        self.said.iter().enumerate().filter(his).map(|(nth, said)| (nth, said.2)).next_back()
    }

    /// Worst first, by what was said before `moment`.
    fn order(&self, moment: i64) -> Vec<u32> {
        let mut order: Vec<u32> = (1..=4).filter(|paddle| self.own(*paddle, moment).is_some()).collect();
        order.sort_by_key(|paddle| {
            let (nth, amount) = self.own(*paddle, moment).expect("he has said something");
            (self.good(amount), std::cmp::Reverse(nth))
        });
        order
    }

    /// Whose turn it is, and when it began.
    fn turn(&self, at: i64) -> Option<(u32, i64)> {
        let (count, turn_ms) = (self.order(OPENED).len() as i64, self.rules.turn_ms);
        for round in 0..i64::from(self.rules.rounds) {
            let began = OPENED + self.rules.lead_ms + round * (count * turn_ms + self.rules.pause_ms);
            for (place, paddle) in (0..).zip(self.order(began)) {
                if (began + place * turn_ms..began + (place + 1) * turn_ms).contains(&at) {
                    return Some((paddle, began + place * turn_ms));
                }
            }
        }
        None
    }

    fn allows(&self, at: i64, paddle: u32, amount: i64) -> bool {
        let Some((_, began)) = self.turn(at).filter(|(who, _)| *who == paddle) else { return false };
        let (_, own) = self.own(paddle, began).expect("he has said something");
        self.good(amount) >= self.good(own) + self.step
    }

    fn outcome(&self) -> Outcome {
        let Some(&best) = self.order(i64::MAX).last() else {
            return Outcome::Unsold { reason: UnsoldReason::NoBid };
        };
        let (_, price) = self.own(best, i64::MAX).expect("he has said something");
        match self.terms.reserve {
            Some(reserve) if self.good(reserve.minor()) > self.good(price) => {
                Outcome::Unsold { reason: UnsoldReason::BelowReserve }
            }
            _ => sold(best, price),
        }
    }
}

#[test]
fn a_naive_timetable_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let step = chance.range(1, 12);
        let rules = Rules {
            rounds: chance.range(1, 5) as u32,
            turn_ms: chance.range(1, 60),
            lead_ms: chance.range(1, 60),
            pause_ms: chance.range(1, 60),
        };
        let terms = reverse(|terms| {
            terms.phases[1] = Phase::Method(Method::Rounds(rules.clone()));
            terms.step = steps(StepKind::Own, &[(0, step)]);
            terms.direction = chance.pick(&[Direction::Ascending, Direction::Descending]);
            let far = if terms.direction == Direction::Ascending { 1_150 } else { 850 };
            terms.reserve = chance.percent(30).then(|| money(far));
        });
        let better = if terms.direction == Direction::Ascending { 1 } else { -1 };
        let mut record = Record::opened(seed, terms.clone());
        let mut naive = Naive { terms, rules, step, said: vec![] };
        for at in 0..chance.range(0, 6) {
            let (paddle, amount) = (chance.range(1, 5) as u32, 1_000 + better * chance.range(0, 60));
            if record.price(at, paddle, amount).is_ok() {
                naive.said.push((at, paddle, amount));
            }
        }
        let mut at = OPENED;
        record.pass(at);
        while let Stage::Running(_) = record.hall.book.stage() {
            let whose = naive.turn(at).filter(|_| chance.percent(80)).map(|(paddle, _)| paddle);
            let paddle = whose.unwrap_or_else(|| chance.range(1, 6) as u32);
            let own = naive.own(paddle, at).map_or(1_000, |(_, own)| own);
            let amount = own + better * (step + chance.range(-5, 30));
            let may = naive.allows(at, paddle, amount);
            let reply = record.price(at, paddle, amount);
            assert_eq!(reply.is_ok(), may, "seed {seed}: {paddle} {amount} at {at}: {reply:?}");
            if may {
                naive.said.push((at, paddle, amount));
            }
            at += chance.pick(&[0, 1, 7, 20, 60]);
            record.pass(at);
        }
        assert_eq!(record.hall.outcome(), &naive.outcome(), "seed {seed}");
        record.replays();
    }
}
