//! 时钟拍卖: round prices rise where demand passes supply.

use super::AUCTIONS;
use super::dutch::Record;
use crate::support::{Chance, Hall, Reply, fresh_seeds, money, refused, with};
use matching::methods::rising::{Product, Room as Round, Rules};
use matching::{
    Award, Command, Direction, Event, Method, Notice, Offer, Outcome, Paddle, Phase, Room, Terms, UnsoldReason,
};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// `supply` units from `start`, `step` a round, each worth `points`.
fn product(supply: u32, start: i64, step: i64, points: u32) -> Product {
    let (name_zh, name_en) = ("频段".into(), "band".into());
    Product { name_zh, name_en, supply, start: money(start), step: money(step), points }
}

/// At most five rounds of 10 s; 5 of the first product, 4 of the second at double points.
fn clock(change: impl FnOnce(&mut Terms, &mut Rules)) -> Terms {
    let products = vec![product(5, 100, 10, 1), product(4, 200, 20, 2)];
    let mut rules = Rules { round_ms: 10_000, rounds_max: 5, products, points_first: 20 };
    with(|terms| {
        change(terms, &mut rules);
        terms.phases = vec![Phase::Method(Method::Rising(rules))];
    })
}

fn hall() -> Hall {
    Hall::opened(clock(|_, _| {}))
}

fn demand(quantities: &[u32]) -> Offer {
    Offer::Demand { quantities: quantities.to_vec() }
}

fn want(hall: &mut Hall, paddle: u32, quantities: &[u32]) -> Reply {
    let (key, offer) = (hall.key(), demand(quantities));
    hall.ask(Command::Offer { paddle: Paddle(paddle), key, offer })
}

fn round(hall: &Hall) -> &Round {
    match hall.book.room() {
        Room::Rising(room) => room,
        room => panic!("no clock auction: {room:?}"),
    }
}

fn prices(hall: &Hall) -> Vec<i64> {
    round(hall).prices.iter().map(|price| price.minor()).collect()
}

/// Awards of product, paddle, quantity and price.
fn allotted(awards: &[(u32, u32, u64, i64)]) -> Outcome {
    if awards.is_empty() {
        return Outcome::Unsold { reason: UnsoldReason::NoBid };
    }
    let award = |&(product, paddle, quantity, price): &(u32, u32, u64, i64)| Award {
        paddle: Paddle(paddle),
        product,
        quantity,
        price: money(price),
    };
    Outcome::Allotted { awards: awards.iter().map(award).collect(), price: None }
}

#[test]
fn a_price_rises_by_its_step_where_demand_passes_supply() {
    let mut hall = hall();
    want(&mut hall, 1, &[3, 4]).unwrap();
    want(&mut hall, 2, &[3, 0]).unwrap();
    let told = hall.at(10_000).ask(Command::Tick).unwrap();
    let notice = Notice::Round { round: 1, prices: vec![money(110), money(200)], demand: vec![6, 4] };
    assert_eq!(told, [Event::Told(notice)]);
    assert_eq!(hall.book.next_deadline().map(|at| at.0), Some(20_000));
}

#[test]
fn it_ends_in_the_round_in_which_nothing_is_over_demanded() {
    let mut hall = hall();
    want(&mut hall, 1, &[3, 4]).unwrap();
    want(&mut hall, 2, &[3, 0]).unwrap();
    hall.pass(10_000);
    want(&mut hall, 1, &[2, 4]).unwrap();
    want(&mut hall, 2, &[3, 0]).unwrap();
    assert_eq!(hall.pass(20_000).outcome(), &allotted(&[(0, 1, 2, 110), (0, 2, 3, 110), (1, 1, 4, 200)]));
}

#[test]
fn what_a_step_left_over_goes_to_the_earlier_of_those_who_gave_up_at_the_price_before() {
    let mut hall = hall();
    want(&mut hall, 1, &[3, 0]).unwrap();
    want(&mut hall, 2, &[3, 0]).unwrap();
    want(&mut hall, 3, &[2, 0]).unwrap();
    hall.pass(10_000);
    want(&mut hall, 3, &[2, 0]).unwrap();
    want(&mut hall, 2, &[1, 0]).unwrap();
    // Paddle 1 is silent: he gave up 3 and 2 gave up 2; 2 of the 5 units are left for them.
    assert_eq!(hall.pass(20_000).outcome(), &allotted(&[(0, 3, 2, 110), (0, 2, 1, 110), (0, 1, 2, 100)]));
    let mut hall = self::hall();
    (1..=2).for_each(|paddle| drop(want(&mut hall, paddle, &[3, 0]).unwrap()));
    assert_eq!(hall.pass(20_000).outcome(), &allotted(&[(0, 1, 3, 100), (0, 2, 2, 100)]), "nobody goes on");
}

#[test]
fn nobody_wants_more_than_he_was_active_for() {
    let mut hall = hall();
    assert_eq!(
        refused(want(&mut Hall::opened(clock(|_, rules| rules.points_first = 12)), 1, &[5, 4])),
        "ACTIVITY_EXCEEDED"
    );
    want(&mut hall, 1, &[5, 0]).unwrap();
    want(&mut hall, 2, &[3, 3]).unwrap();
    hall.pass(10_000);
    assert_eq!(refused(want(&mut hall, 1, &[4, 1])), "ACTIVITY_EXCEEDED", "4 + 2 points, and he had 5");
    want(&mut hall, 1, &[3, 1]).expect("points move between products");
    assert_eq!(refused(want(&mut hall, 3, &[1, 0])), "ACTIVITY_EXCEEDED", "silent in the first round");
    want(&mut hall, 3, &[0, 0]).unwrap();
    want(&mut hall, 2, &[3, 3]).unwrap();
    hall.pass(20_000);
    assert_eq!(refused(want(&mut hall, 1, &[5, 1])), "ACTIVITY_EXCEEDED", "what he last wanted, not the most");
}

#[test]
fn silence_wants_nothing_and_cannot_come_back() {
    let mut hall = hall();
    (1..=3).for_each(|paddle| drop(want(&mut hall, paddle, &[5, 0]).unwrap()));
    hall.pass(10_000);
    (1..=2).for_each(|paddle| drop(want(&mut hall, paddle, &[5, 0]).unwrap()));
    hall.pass(20_000);
    assert_eq!(refused(want(&mut hall, 3, &[1, 0])), "ACTIVITY_EXCEEDED");
    assert_eq!(round(&hall).told, [10, 0]);
}

#[test]
fn a_demand_changed_within_a_round_takes_a_new_place_in_time() {
    let mut hall = Hall::opened(clock(|_, rules| rules.rounds_max = 1));
    want(&mut hall, 1, &[4, 0]).unwrap();
    want(&mut hall, 2, &[4, 0]).unwrap();
    want(&mut hall, 1, &[3, 0]).unwrap();
    // The last round leaves more demand than supply: the earlier first.
    assert_eq!(hall.pass(10_000).outcome(), &allotted(&[(0, 2, 4, 100), (0, 1, 1, 100)]));
}

#[test]
fn a_demand_names_every_product_and_no_more_than_there_is() {
    let mut hall = hall();
    assert_eq!(refused(want(&mut hall, 1, &[1])), "WRONG_OFFER");
    assert_eq!(refused(want(&mut hall, 1, &[1, 1, 1])), "WRONG_OFFER");
    assert_eq!(refused(hall.bid(1, 100)), "WRONG_OFFER");
    assert_eq!(refused(want(&mut hall, 1, &[6, 0])), "ABOVE_QUANTITY");
    assert_eq!(refused(want(&mut hall, 1, &[0, 5])), "ABOVE_QUANTITY");
    assert_eq!(refused(want(&mut hall, 9, &[1, 1])), "NOT_ADMITTED");
    assert!(want(&mut hall, 1, &[1, 1]).unwrap().iter().all(|event| !event.is_public()), "hidden till the round ends");
    assert_eq!(self::hall().pass(10_000).outcome(), &allotted(&[]), "nobody wants anything");
}

#[test]
fn a_round_is_over_with_its_clock_and_not_with_its_tick() {
    let mut hall = hall();
    want(hall.at(9_999), 1, &[3, 0]).unwrap();
    let late = want(hall.at(10_000), 2, &[3, 0]).unwrap_err();
    assert_eq!((late.code(), late.moment().map(|at| at.0)), ("TOO_LATE", Some(10_000)));
    assert_eq!(hall.pass(10_000).outcome(), &allotted(&[(0, 1, 3, 100)]));
}

#[test]
fn a_suspension_gives_the_round_its_time_back() {
    let mut hall = hall();
    (1..=2).for_each(|paddle| drop(want(&mut hall, paddle, &[5, 0]).unwrap()));
    hall.pass(14_000).suspend().unwrap();
    assert_eq!(refused(want(&mut hall, 1, &[5, 0])), "LOT_SUSPENDED");
    hall.pass(50_000).resume(None).unwrap();
    assert_eq!((prices(&hall), hall.ends()), (vec![110, 200], 86_000));
    want(hall.at(55_999), 1, &[5, 0]).unwrap();
    assert_eq!(hall.pass(56_000).outcome(), &allotted(&[(0, 1, 5, 110)]));
}

#[test]
fn terms_of_a_clock_auction_are_bounded() {
    let fault = |change: fn(&mut Terms, &mut Rules)| clock(change).check().unwrap_err().field;
    assert_eq!(clock(|_, _| {}).check(), Ok(()));
    assert_eq!(fault(|_, rules| rules.round_ms = 0), "rising.rounds_max");
    assert_eq!(fault(|_, rules| rules.rounds_max = 1_001), "rising.rounds_max");
    assert_eq!(fault(|_, rules| rules.round_ms = i64::MAX), "rising.rounds_max");
    assert_eq!(fault(|_, rules| rules.products = vec![]), "rising.products");
    assert_eq!(fault(|_, rules| rules.products[1].supply = 0), "rising.products");
    assert_eq!(fault(|_, rules| rules.products[1].step = money(0)), "rising.products");
    assert_eq!(fault(|_, rules| rules.products[1].points = u32::MAX), "rising.points");
    assert_eq!(fault(|terms, _| terms.direction = Direction::Descending), "rising");
}

/// Who wants how much, in the order of the last change.
type Wants = Vec<(u32, Vec<u32>)>;

fn wanted(wants: &Wants, paddle: u32, product: usize) -> u32 {
    wants.iter().find(|(known, _)| *known == paddle).map_or(0, |(_, quantities)| quantities[product])
}

/// The rounds of a naive auction: each one's prices and what was wanted at them.
struct Naive<'a> {
    rules: &'a Rules,
    rounds: Vec<(Vec<i64>, Wants)>,
}

impl Naive<'_> {
    fn take(&mut self, paddle: u32, quantities: &[u32]) -> bool {
        let points =
            |of: &[u32]| of.iter().zip(&self.rules.products).map(|(n, of)| u64::from(n * of.points)).sum::<u64>();
        let before = self.rounds.len().checked_sub(2).map(|before| &self.rounds[before].1);
        let own = |wants: &Wants| wants.iter().find(|(known, _)| *known == paddle).map_or(0, |(_, own)| points(own));
        let most = before.map_or(self.rules.points_first, own);
        let there = quantities.len() == self.rules.products.len()
            && quantities.iter().zip(&self.rules.products).all(|(wanted, of)| *wanted <= of.supply);
        let taken = paddle <= 4 && there && points(quantities) <= most;
        if let Some((_, wants)) = self.rounds.last_mut().filter(|_| taken) {
            wants.retain(|(known, _)| *known != paddle);
            wants.push((paddle, quantities.to_vec()));
        }
        taken
    }

    /// The next round, unless this one is the last.
    fn over(&mut self) -> bool {
        let (prices, wants) = &self.rounds[self.rounds.len() - 1];
        let total = |product| wants.iter().map(|(_, quantities)| quantities[product]).sum::<u32>();
        let (mut next, mut risen) = (prices.clone(), false);
        for (product, of) in self.rules.products.iter().enumerate() {
            if total(product) > of.supply {
                (next[product], risen) = (next[product] + of.step.minor(), true);
            }
        }
        let over = !risen || self.rounds.len() as u32 == self.rules.rounds_max;
        self.rounds.extend((!over).then_some((next, vec![])));
        over
    }

    /// Single units one after another, up to the supply, and what was given up within the activity.
    fn awards(&self) -> Vec<(u32, u32, u64, i64)> {
        let (prices, now) = &self.rounds[self.rounds.len() - 1];
        let mut sold: Vec<(u32, u32, i64)> = vec![];
        let units =
            |sold: &[(u32, u32, i64)], product: u32| sold.iter().filter(|unit| unit.0 == product).count() as u32;
        for (product, of) in (0..).zip(&self.rules.products) {
            for (paddle, quantities) in now {
                for _ in 0..quantities[product as usize] {
                    if units(&sold, product) < of.supply {
                        sold.push((product, *paddle, prices[product as usize]));
                    }
                }
            }
        }
        let points = |units: &[(u32, u32, i64)], paddle: u32| -> u32 {
            let own = units.iter().filter(|unit| unit.1 == paddle);
            own.map(|unit| self.rules.products[unit.0 as usize].points).sum()
        };
        let [.., (prices_before, before), _] = &self.rounds[..] else { return runs(&sold) };
        for (product, of) in (0..).zip(&self.rules.products) {
            let at = product as usize;
            for (paddle, quantities) in before.iter().filter(|_| prices_before[at] < prices[at]) {
                let all = quantities.iter().zip(&self.rules.products).map(|(n, of)| n * of.points).sum::<u32>();
                for _ in wanted(now, *paddle, at)..quantities[at] {
                    if units(&sold, product) < of.supply && points(&sold, *paddle) + of.points <= all {
                        sold.push((product, *paddle, prices_before[at]));
                    }
                }
            }
        }
        runs(&sold)
    }
}

/// Units in a row for the same bidder at the same price.
fn runs(sold: &[(u32, u32, i64)]) -> Vec<(u32, u32, u64, i64)> {
    sold.chunk_by(|a, b| a == b).map(|run| (run[0].0, run[0].1, run.len() as u64, run[0].2)).collect()
}

fn random(chance: &mut Chance) -> Rules {
    let mut of =
        |_| product(chance.range(1, 8) as u32, chance.range(0, 200), chance.range(1, 30), chance.range(0, 4) as u32);
    let products: Vec<Product> = (0..3).map(&mut of).collect();
    let products = products[..chance.range(1, 4) as usize].to_vec();
    let points_first = chance.range(5, 60) as u64;
    Rules { round_ms: chance.range(20, 60), rounds_max: chance.range(1, 9) as u32, products, points_first }
}

/// Fewer as the price rises.
fn moderate(chance: &mut Chance, rules: &Rules, round: usize) -> Vec<u32> {
    let most = |of: &Product| (i64::from(of.supply) + 1 - round as i64 / 2).max(1);
    rules.products.iter().map(|of| chance.range(0, most(of)) as u32).collect()
}

#[test]
fn a_naive_row_of_rounds_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let rules = random(&mut chance);
        let mut record = Record::opened(seed, clock(|_, of| *of = rules.clone()));
        let start = rules.products.iter().map(|of| of.start.minor()).collect();
        let mut naive = Naive { rules: &rules, rounds: vec![(start, vec![])] };
        let (mut at, mut closes_at) = (0, None);
        for _ in 0..80 {
            at += chance.range(0, 12);
            let mut quantities = moderate(&mut chance, &rules, naive.rounds.len());
            match chance.range(0, 25) {
                0 => quantities.push(1),
                1 => quantities[0] = 8,
                _ => {}
            }
            let paddle = chance.pick(&[1, 1, 2, 2, 3, 3, 4, 4, 5]);
            if record.hall.book.next_deadline().is_some_and(|due| due.0 <= at) {
                assert!(record.offer(at, paddle, demand(&quantities)).is_err(), "seed {seed}: a round is over");
            }
            record.pass(at);
            while closes_at.is_none() && at >= naive.rounds.len() as i64 * rules.round_ms {
                closes_at = Some(at).filter(|_| naive.over());
            }
            let taken = closes_at.is_none() && naive.take(paddle, &quantities);
            let reply = record.offer(at, paddle, demand(&quantities));
            assert_eq!(reply.is_ok(), taken, "seed {seed}: {paddle} {quantities:?} at {at} of {:?}", naive.rounds);
            assert_eq!(prices(&record.hall), naive.rounds[naive.rounds.len() - 1].0, "seed {seed} at {at}");
        }
        at = at.max(10_000);
        record.pass(at);
        while closes_at.is_none() {
            closes_at = Some(at).filter(|_| naive.over());
        }
        let awards = naive.awards();
        assert_eq!(record.hall.outcome(), &allotted(&awards), "seed {seed}: {:?}", naive.rounds);
        for (product, of) in (0..).zip(&rules.products) {
            let sold = || awards.iter().filter(|award| award.0 == product);
            assert!(sold().map(|award| award.2).sum::<u64>() <= u64::from(of.supply), "seed {seed}: {product}");
            for &(_, paddle, quantity, price) in sold() {
                // Some round's price was at least this, and he wanted as many at it.
                let said = |(prices, wants): &(Vec<i64>, Wants)| {
                    prices[product as usize] >= price && u64::from(wanted(wants, paddle, product as usize)) >= quantity
                };
                assert!(naive.rounds.iter().any(said), "seed {seed}: {paddle} pays {price}");
            }
        }
        record.replays();
    }
}

#[test]
fn the_order_of_arrival_moves_no_price() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        println!("seed {seed}");
        let mut chance = Chance::new(seed);
        let rules = random(&mut chance);
        let plan: Vec<Vec<Vec<u32>>> =
            (1..9).map(|round| (0..4).map(|_| moderate(&mut chance, &rules, round)).collect()).collect();
        let play = |forward: bool| {
            let mut hall = Hall::opened(clock(|_, of| *of = rules.clone()));
            for (nth, wants) in (0..).zip(&plan) {
                hall.pass(nth * rules.round_ms);
                let paddles: Vec<u32> = if forward { (1..=4).collect() } else { (1..=4).rev().collect() };
                // A refusal comes to the same bidder either way.
                paddles.into_iter().for_each(|paddle| drop(want(&mut hall, paddle, &wants[paddle as usize - 1])));
            }
            hall.pass(10_000);
            (prices(&hall), round(&hall).told.clone())
        };
        assert_eq!(play(true), play(false), "seed {seed}");
    }
}
