//! 荷兰式: the price falls by the clock, the first acceptance wins. And the record the random
//! auctions of several methods are kept in.

use super::AUCTIONS;
use super::sealed::sealed;
use crate::support::{Chance, Hall, Reply, fresh_seeds, money, refused, sold, with};
use matching::methods::dutch::Rules;
use matching::methods::sealed::Who;
use matching::{
    Book, Command, Direction, Event, Method, Moment, Notice, Offer, Outcome, Paddle, Phase, PhaseAt, Room, Terms,
    UnsoldReason,
};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// A random auction on record. Each request is checked for what holds under every method.
pub struct Record {
    pub hall: Hall,
    lines: Vec<(Moment, Command, Reply)>,
}

impl Record {
    /// Paddles 1 to 4 are in and the first phase runs from 0.
    pub fn opened(seed: u64, terms: Terms) -> Record {
        println!("seed {seed}");
        assert_eq!(terms.check(), Ok(()), "seed {seed}");
        let mut record = Record { hall: Hall::announced(terms), lines: vec![] };
        for paddle in 1..=4 {
            record.ask(0, Command::Admit { paddle: Paddle(paddle), priority: None }).expect("a free paddle");
        }
        record.ask(0, Command::Open).expect("it opens");
        record
    }

    pub fn ask(&mut self, at: i64, command: Command) -> Reply {
        let before = self.hall.book.clone();
        let reply = self.hall.at(at).ask(command.clone());
        if reply.is_err() {
            assert_eq!(face(&before), face(&self.hall.book), "a refusal changes nothing: {command:?}");
        }
        if command.signature().is_some_and(|(paddle, _)| before.seat(paddle).is_some()) {
            assert_eq!(refused(self.hall.book.decide(Moment(at), &command)), "KEY_REUSED");
        }
        self.lines.push((Moment(at), command, reply.clone()));
        reply
    }

    pub fn offer(&mut self, at: i64, paddle: u32, offer: Offer) -> Reply {
        let key = self.hall.key();
        self.ask(at, Command::Offer { paddle: Paddle(paddle), key, offer })
    }

    pub fn price(&mut self, at: i64, paddle: u32, amount: i64) -> Reply {
        let key = self.hall.key();
        self.ask(at, Command::Bid { paddle: Paddle(paddle), key, amount: money(amount), expect: None })
    }

    pub fn pass(&mut self, now: i64) {
        while self.hall.book.next_deadline().is_some_and(|deadline| deadline.0 <= now) {
            assert!(!self.ask(now, Command::Tick).expect("a tick is never refused").is_empty());
        }
    }

    /// Taken in again from its text, the record makes the same book.
    pub fn replays(&self) {
        let terms = serde_json::to_string(self.hall.book.terms()).expect("terms have no failing part");
        let mut book = Book::new(serde_json::from_str(&terms).expect("terms read back"));
        for line in &self.lines {
            let text = serde_json::to_string(line).expect("a line has no failing part");
            let (at, command, reply): (Moment, Command, Reply) =
                serde_json::from_str(&text).expect("a line reads back");
            book.apply(at, &command, &reply);
        }
        assert_eq!(book, self.hall.book);
        assert_eq!(book.state_hash(), self.hall.book.state_hash());
    }
}

/// All of a book but the memory of keys.
fn face(book: &Book) -> impl PartialEq + std::fmt::Debug {
    let seats = (1..=9).filter_map(|paddle| book.seat(Paddle(paddle)));
    let seats: Vec<_> = seats
        .map(|seat| (seat.paddle, seat.last, seat.quoted_at, seat.quoted_nth, seat.answer, seat.entered))
        .collect();
    let prices = (book.top(), book.second(), book.reserve(), book.opens_at());
    (prices, book.stage().clone(), book.room().clone(), book.seq(), book.bids(), book.next_deadline(), seats)
}

/// From 1000 in four steps of 100, each shown for 60 s.
fn falling(change: impl FnOnce(&mut Terms)) -> Terms {
    with(|terms| {
        let rules = Rules { drop: money(100), every_ms: 60_000, steps: 4 };
        terms.phases = vec![Phase::Method(Method::Dutch(rules))];
        change(terms);
    })
}

/// The price shown.
pub fn shown(hall: &Hall) -> i64 {
    match hall.book.room() {
        Room::Dutch(room) => room.shown.minor(),
        room => panic!("no price is shown: {room:?}"),
    }
}

#[test]
fn a_dutch_price_falls_by_its_step_and_the_first_to_take_it_wins() {
    let mut hall = Hall::opened(falling(|_| {}));
    assert_eq!((shown(&hall), hall.ends()), (1_000, 240_000));
    let told = hall.at(60_000).ask(Command::Tick).unwrap();
    assert_eq!(told, [Event::Told(Notice::Price { price: money(900) })]);
    assert_eq!(shown(hall.pass(179_999)), 800);
    hall.bid(3, 800).unwrap();
    assert_eq!(hall.outcome(), &sold(3, 800));
    assert_eq!(refused(hall.bid(4, 800)), "LOT_CLOSED");
}

#[test]
fn a_buyers_dutch_price_rises() {
    let mut hall = Hall::opened(falling(|terms| terms.direction = Direction::Descending));
    assert_eq!(shown(hall.pass(60_000)), 1_100);
    hall.bid(1, 1_100).unwrap();
    assert_eq!(hall.outcome(), &sold(1, 1_100));
}

#[test]
fn only_the_price_shown_can_be_taken() {
    let mut hall = Hall::opened(falling(|_| {}));
    hall.pass(60_000);
    for amount in [1_000, 901, 899, 800] {
        let refusal = hall.bid(1, amount).unwrap_err();
        assert_eq!((refusal.code(), refusal.minimum()), ("PRICE_NOT_SHOWN", Some(money(900))));
    }
    let key = hall.key();
    let text = Command::Offer { paddle: Paddle(1), key, offer: Offer::Seed { seed: "900".into() } };
    assert_eq!(refused(hall.ask(text)), "WRONG_OFFER");
    assert_eq!(refused(hall.bid(9, 900)), "NOT_ADMITTED");
    assert_eq!(refused(hall.leave_max(1, 900)), "WRONG_PHASE");
}

#[test]
fn a_step_that_is_due_counts_before_its_tick() {
    let mut hall = Hall::opened(falling(|_| {}));
    assert_eq!(refused(hall.at(60_000).bid(1, 1_000)), "PRICE_NOT_SHOWN");
    assert_eq!(hall.at(239_999).bid(1, 900).unwrap_err().minimum(), Some(money(700)));
    assert!(hall.at(59_999).bid(1, 1_000).is_ok());
}

#[test]
fn nobody_takes_it_and_it_is_unsold() {
    let mut hall = Hall::opened(falling(|_| {}));
    assert_eq!(shown(hall.pass(239_999)), 700);
    assert_eq!(refused(hall.at(240_000).bid(1, 700)), "TOO_LATE");
    assert_eq!(hall.pass(240_000).outcome(), &Outcome::Unsold { reason: UnsoldReason::NoBid });
}

#[test]
fn below_the_reserve_it_is_unsold_or_offered_at_the_reserve() {
    let mut hall = Hall::opened(falling(|terms| terms.reserve = Some(money(1_000))));
    hall.pass(60_000).bid(1, 900).unwrap();
    assert_eq!(hall.outcome(), &Outcome::Unsold { reason: UnsoldReason::BelowReserve });
    let offered = |terms: &mut Terms| (terms.reserve, terms.reserve_offer_ms) = (Some(money(1_000)), Some(300_000));
    let mut hall = Hall::opened(falling(offered));
    hall.pass(60_000).bid(1, 900).unwrap();
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Reserve, 360_000));
    hall.at(359_999).answer(2, true).unwrap();
    assert_eq!(hall.outcome(), &sold(2, 1_000));
}

#[test]
fn a_suspension_holds_the_price() {
    let mut hall = Hall::opened(falling(|_| {}));
    hall.pass(90_000).suspend().unwrap();
    assert_eq!(refused(hall.at(100_000).bid(1, 900)), "LOT_SUSPENDED");
    hall.pass(500_000).resume(None).unwrap();
    assert_eq!((shown(&hall), hall.ends()), (900, 650_000));
    assert_eq!(shown(hall.pass(529_999)), 900);
    assert_eq!(shown(hall.pass(530_000)), 800);
}

#[test]
fn an_outage_shows_a_price_longer_and_never_shorter() {
    let mut hall = Hall::opened(falling(|_| {}));
    hall.pass(61_000);
    hall.ask(Command::Outage { since: Moment(50_000), ground: "fault".into() }).unwrap();
    hall.at(70_000).resume(None).unwrap();
    assert_eq!(shown(hall.pass(139_999)), 900);
    assert_eq!(shown(hall.pass(140_000)), 800);
}

#[test]
fn a_hybrid_dutch_sale_ends_with_the_best_bid_of_the_dutch_winner() {
    let falls = Phase::Method(Method::Dutch(Rules { drop: money(1), every_ms: 1_000, steps: 81 }));
    let everyone_else = sealed(|rules| (rules.who, rules.changes_max) = (Who::AllButFirst, 9));
    let best_bid = sealed(|rules| (rules.who, rules.length_ms) = (Who::FirstOnly, 5_000));
    let phases = vec![falls, everyone_else, best_bid];
    let terms = falling(|terms| (terms.start_price, terms.phases) = (money(100), phases));
    assert_eq!(terms.check(), Ok(()));
    let dutch = || {
        let mut hall = Hall::opened(terms.clone());
        hall.pass(20_000).bid(2, 80).unwrap();
        assert_eq!((hall.phase(), hall.top()), (PhaseAt::Index(1), Some((2, 80))));
        hall
    };
    let mut hall = dutch();
    assert_eq!(refused(hall.bid(2, 90)), "NOT_YOUR_TURN");
    assert_eq!(refused(hall.bid(3, 80)), "BELOW_STEP");
    hall.bid(3, 95).unwrap();
    hall.bid(3, 85).unwrap();
    hall.pass(30_000);
    assert_eq!((hall.top(), hall.ends()), (Some((3, 85)), 35_000), "the last one counts");
    assert_eq!(refused(hall.bid(3, 99)), "NOT_YOUR_TURN");
    assert_eq!(refused(hall.bid(2, 85)), "BELOW_STEP");
    hall.bid(2, 86).unwrap();
    assert_eq!(hall.pass(35_000).outcome(), &sold(2, 86));
    let mut hall = dutch();
    hall.bid(1, 85).unwrap();
    assert_eq!(hall.pass(35_000).outcome(), &sold(1, 85), "he lets it go");
    assert_eq!(dutch().pass(35_000).outcome(), &sold(2, 80), "nobody passed him");
}

#[test]
fn terms_fall_to_zero_and_no_further() {
    let of = |drop, every_ms, steps| {
        falling(|terms| terms.phases = vec![Phase::Method(Method::Dutch(Rules { drop: money(drop), every_ms, steps }))])
            .check()
            .map_err(|fault| fault.field)
    };
    assert_eq!(of(100, 1, 11), Ok(()));
    assert_eq!(of(100, 1, 12), Err("dutch.drop"));
    assert_eq!(of(0, 1, 2), Err("dutch.drop"));
    assert_eq!(of(1, 0, 2), Err("dutch.steps"));
    assert_eq!(of(1, 1, 0), Err("dutch.steps"));
    assert_eq!(of(0, 1, 10_001), Err("dutch.steps"));
}

/// The whole price list, written out beforehand: the first who names the price of his moment has it.
fn naive(terms: &Terms, rules: &Rules, asked: &[(i64, u32, i64)]) -> (Vec<bool>, Outcome) {
    let mut list = vec![];
    for step in 0..i64::from(rules.steps) {
        let moved = step * rules.drop.minor();
        let price = terms.start_price.minor() + if terms.direction == Direction::Ascending { -moved } else { moved };
        list.extend((0..rules.every_ms).map(|_| price));
    }
    let taken = |&&(at, paddle, price): &&(i64, u32, i64)| paddle <= 4 && list.get(at as usize) == Some(&price);
    let Some(&(_, paddle, price)) = asked.iter().find(taken) else {
        return (vec![false; asked.len()], Outcome::Unsold { reason: UnsoldReason::NoBid });
    };
    let first = asked.iter().position(|asked| taken(&asked)).expect("found just now");
    let replies = (0..asked.len()).map(|nth| nth == first).collect();
    let missed = |reserve: &matching::Money| terms.direction.better(*reserve, money(price));
    match terms.reserve.filter(missed) {
        Some(_) => (replies, Outcome::Unsold { reason: UnsoldReason::BelowReserve }),
        None => (replies, sold(paddle, price)),
    }
}

#[test]
fn a_naive_price_list_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let rules = Rules {
            drop: money(chance.range(1, 20)),
            every_ms: chance.range(1, 50),
            steps: chance.range(1, 12) as u32,
        };
        let direction = chance.pick(&[Direction::Ascending, Direction::Descending]);
        // A reserve passes the start or equals it, so it is seldom met.
        let reserve = chance.percent(20).then(|| money(220));
        let terms = falling(|terms| {
            terms.phases = vec![Phase::Method(Method::Dutch(rules.clone()))];
            (terms.direction, terms.start_price, terms.reserve) = (direction, money(220), reserve);
        });
        let mut record = Record::opened(seed, terms.clone());
        let (mut at, mut asked, mut replies) = (0, vec![], vec![]);
        for _ in 0..chance.range(0, 25) {
            at += chance.range(0, 30);
            // Often the tick comes first, and not always.
            if chance.percent(80) {
                record.pass(at);
            }
            let steps = if chance.percent(70) { at / rules.every_ms } else { chance.range(0, 12) };
            let moved = steps * rules.drop.minor();
            let price = (220 + if direction == Direction::Ascending { -moved } else { moved }).max(0);
            let price = if chance.percent(75) { price + 1 } else { price };
            let paddle = chance.range(1, 6) as u32;
            asked.push((at, paddle, price));
            replies.push(record.price(at, paddle, price).is_ok());
        }
        record.pass(1_000);
        let (expected, outcome) = naive(&terms, &rules, &asked);
        assert_eq!(replies, expected, "seed {seed}: {asked:?}");
        assert_eq!(record.hall.outcome(), &outcome, "seed {seed}");
        record.replays();
    }
}
