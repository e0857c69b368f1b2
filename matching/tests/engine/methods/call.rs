//! 集合竞价: many units, hidden orders, one clearing at the end.

use super::AUCTIONS;
use super::dutch::Record;
use crate::support::{Chance, Hall, Reply, fresh_seeds, money, refused, steps, with};
use matching::methods::call::{MEAN_OF_MIN, Pays, Room as Kept, Rules, Short, Ties};
use matching::{
    Award, Command, Direction, Event, KEYS_MAX, Method, Notice, Offer, Outcome, Paddle, Phase, Room, Side, StepKind,
    Terms, UnsoldReason,
};
use rust_decimal::{Decimal, RoundingStrategy};
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use uuid::Uuid;

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// Ten units for 10 s, from 100 in steps of 10, at one price.
fn call(change: impl FnOnce(&mut Terms, &mut Rules)) -> Terms {
    let mut rules = Rules {
        length_ms: 10_000,
        supply: 10,
        unit: 1,
        cap: 10,
        orders_max: 3,
        changes_max: 0,
        pays: Pays::Uniform,
        ties: Ties::Time,
        short: Short::Partial,
        broadcasts_ms: vec![],
        trim_percent: 10,
    };
    with(|terms| {
        (terms.start_price, terms.step) = (money(100), steps(StepKind::Multiple, &[(0, 10)]));
        change(terms, &mut rules);
        terms.phases = vec![Phase::Method(Method::Call(rules))];
    })
}

fn offer(hall: &mut Hall, paddle: u32, offer: Offer) -> Reply {
    let key = hall.key();
    hall.ask(Command::Offer { paddle: Paddle(paddle), key, offer })
}

fn order(hall: &mut Hall, paddle: u32, price: i64, quantity: u64) -> Reply {
    offer(hall, paddle, Offer::Order { side: Side::Buy, price: money(price), quantity })
}

/// Orders of paddle, price and quantity, one after another, then the clearing.
fn cleared(terms: Terms, orders: &[(u32, i64, u64)]) -> Outcome {
    let mut hall = Hall::opened(terms);
    for &(paddle, price, quantity) in orders {
        order(&mut hall, paddle, price, quantity).expect("a good order");
    }
    hall.pass(10_000).outcome().clone()
}

/// Awards of paddle, quantity and price.
fn allotted(price: Option<i64>, awards: &[(u32, u64, i64)]) -> Outcome {
    let award = |&(paddle, quantity, price): &(u32, u64, i64)| Award {
        paddle: Paddle(paddle),
        product: 0,
        quantity,
        price: money(price),
    };
    Outcome::Allotted { awards: awards.iter().map(award).collect(), price: price.map(money) }
}

const UNSOLD: fn(UnsoldReason) -> Outcome = |reason| Outcome::Unsold { reason };

/// 3.8: one bid and two amendments, pay as bid, from 10,000 in whole hundreds, till 15:00:00.
fn plates(quota: u64) -> Terms {
    call(|terms, rules| {
        (terms.scale, terms.start_price) = (0, money(10_000));
        terms.step = steps(StepKind::Multiple, &[(0, 100)]);
        (rules.length_ms, rules.supply, rules.cap) = (clock(15, 0, 0), quota, 1);
        (rules.orders_max, rules.changes_max, rules.pays) = (1, 2, Pays::Own);
        rules.broadcasts_ms = vec![clock(11, 0, 0), clock(13, 0, 0)];
    })
}

fn clock(hours: i64, minutes: i64, seconds: i64) -> i64 {
    ((hours * 60 + minutes) * 60 + seconds) * 1_000
}

fn kept(hall: &Hall) -> &Kept {
    match hall.book.room() {
        Room::Call(room) => room,
        room => panic!("no call: {room:?}"),
    }
}

#[test]
fn plate_quota_2_and_3() {
    let [a, b, c, d, e, f, g] = [1, 2, 3, 4, 5, 6, 7];
    let day = [
        (clock(10, 0, 0), c, 61_000, None),
        (clock(10, 0, 1), d, 9_900, Some("BELOW_START")),
        (clock(10, 0, 2), e, 10_050, Some("NOT_ON_STEP")),
        (clock(11, 0, 0), f, 52_000, None),
        (clock(12, 0, 0), g, 10_000, None),
        (clock(14, 59, 57), b, 52_000, None),
        (clock(14, 59, 58), a, 52_000, None),
    ];
    for (quota, won, last) in [
        (2, &[(c, 1, 61_000), (f, 1, 52_000)][..], clock(11, 0, 0)),
        (3, &[(c, 1, 61_000), (f, 1, 52_000), (b, 1, 52_000)], clock(14, 59, 57)),
    ] {
        let mut hall = Hall::opened(plates(quota));
        (e..=g).for_each(|paddle| drop(hall.admit(paddle, None).expect("a free paddle")));
        for (at, paddle, price, code) in day {
            let reply = order(hall.pass(at), paddle, price, 1);
            assert_eq!(reply.err().map(|refusal| refusal.code()), code, "paddle {paddle}");
        }
        let told = hall.at(clock(15, 0, 0)).ask(Command::Tick).expect("a tick");
        assert_eq!(hall.outcome(), &allotted(None, won));
        let [Event::Told(Notice::Opened { offers, .. }), _] = &told[..] else { panic!("an opening: {told:?}") };
        let marginal = &offers[won.len() - 1];
        assert_eq!((marginal.price, marginal.at.0), (money(52_000), last));
        let total: i64 = won.iter().map(|(.., price)| price).sum();
        assert_eq!((total, total / quota as i64), if quota == 2 { (113_000, 56_500) } else { (165_000, 55_000) });
    }
}

#[test]
fn trimmed_mean() {
    let mut hall = Hall::opened(plates(2));
    (5..=12).for_each(|paddle| drop(hall.admit(paddle, None).expect("a free paddle")));
    for (paddle, thousands) in (1..).zip([10, 20, 30, 40, 41, 42, 43, 44, 45, 90, 91, 92]) {
        order(&mut hall, paddle, thousands * 1_000, 1).expect("a good order");
    }
    let told = hall.at(clock(11, 0, 0)).ask(Command::Tick).expect("a tick");
    assert_eq!(told, [Event::Told(Notice::Mean { mean: Some(money(48_600)), offers: 12 })]);
    assert_eq!(hall.book.next_deadline().map(|at| at.0), Some(clock(13, 0, 0)));
}

#[test]
fn a_mean_is_told_in_whole_yuan_half_up_and_of_nobody_is_none() {
    let told = |prices: &[i64]| {
        let mut hall = Hall::opened(call(|_, rules| rules.broadcasts_ms = vec![5_000]));
        (5..=6).for_each(|paddle| drop(hall.admit(paddle, None).expect("a free paddle")));
        (1..).zip(prices).for_each(|(paddle, price)| drop(order(&mut hall, paddle, *price, 1).unwrap()));
        kept(hall.pass(5_000)).mean.map(|mean| mean.minor())
    };
    assert_eq!(told(&[]), None);
    assert_eq!(told(&[10_000, 10_000, 10_000, 10_100]), None, "of four each would know too much");
    assert_eq!(told(&[10_000, 10_000, 10_000, 10_100, 10_100, 10_100]), Some(10_100), "100.50 yuan");
    assert_eq!(told(&[10_000, 10_000, 10_000, 10_000, 10_100, 10_100]), Some(10_000), "100.33 yuan");
    assert_eq!(told(&[10_000, 10_000, 10_000, 10_090, 10_090, 10_090]), Some(10_000), "100.45 yuan");
}

#[test]
fn uniform_price() {
    // Tonnes at fen; bidders A to E are paddles 1 to 5.
    let carbon = |start, reserve: Option<i64>| {
        call(|terms, rules| {
            (terms.start_price, terms.reserve) = (money(start), reserve.map(money));
            terms.step = steps(StepKind::Multiple, &[(0, 1)]);
            (rules.supply, rules.unit, rules.cap) = (100_000, 1_000, 50_000);
        })
    };
    let orders = [(1, 1_550, 40_000), (2, 1_620, 30_000), (3, 1_500, 50_000), (4, 1_550, 30_000)];
    let expected = allotted(Some(1_550), &[(2, 30_000, 1_550), (1, 40_000, 1_550), (4, 30_000, 1_550)]);
    for (terms, below) in [(carbon(1_280, None), Some("BELOW_START")), (carbon(1_000, Some(1_280)), None)] {
        let mut hall = Hall::opened(terms);
        hall.admit(5, None).expect("a free paddle");
        for (paddle, price, quantity) in orders {
            order(&mut hall, paddle, price, quantity).expect("a good order");
        }
        assert_eq!(order(&mut hall, 5, 1_200, 9_000).err().map(|refusal| refusal.code()), below);
        assert_eq!(hall.pass(10_000).outcome(), &expected);
    }
}

#[test]
fn the_marginal_order_is_filled_in_part() {
    let orders = [(1, 120, 6), (2, 110, 7), (3, 100, 1)];
    assert_eq!(cleared(call(|_, _| {}), &orders), allotted(Some(110), &[(1, 6, 110), (2, 4, 110)]));
    let own = call(|_, rules| rules.pays = Pays::Own);
    assert_eq!(cleared(own, &orders), allotted(None, &[(1, 6, 120), (2, 4, 110)]));
}

#[test]
fn nobody_orders_more_than_his_cap_or_too_often() {
    let mut hall = Hall::opened(call(|_, rules| rules.cap = 5));
    assert_eq!(refused(order(&mut hall, 1, 100, 6)), "ABOVE_QUANTITY");
    order(&mut hall, 1, 100, 3).unwrap();
    assert_eq!(refused(order(&mut hall, 1, 100, 3)), "ABOVE_QUANTITY");
    order(&mut hall, 1, 130, 1).unwrap();
    order(&mut hall, 1, 120, 1).unwrap();
    assert_eq!(refused(order(&mut hall, 1, 100, 1)), "ORDERS_SPENT");
    assert_eq!(hall.pass(10_000).outcome(), &allotted(Some(100), &[(1, 1, 100), (1, 1, 100), (1, 3, 100)]));
}

#[test]
fn quantities_are_whole_units_and_only_buyers_order() {
    let mut hall = Hall::opened(call(|_, rules| (rules.unit, rules.supply) = (2, 10)));
    for (quantity, code) in [(0, "BELOW_QUANTITY"), (1, "BELOW_QUANTITY"), (3, "NOT_WHOLE_LOTS")] {
        assert_eq!(refused(order(&mut hall, 1, 100, quantity)), code);
    }
    assert_eq!(refused(order(&mut hall, 9, 100, 2)), "NOT_ADMITTED");
    assert_eq!(refused(hall.bid(1, 100)), "WRONG_OFFER");
    let sale = Offer::Order { side: Side::Sell, price: money(100), quantity: 2 };
    assert_eq!(refused(offer(&mut hall, 1, sale)), "WRONG_OFFER");
    assert_eq!(refused(offer(&mut hall, 1, Offer::Cancel { order: 0 })), "WRONG_OFFER", "irrevocable");
    assert_eq!(refused(order(hall.at(10_000), 1, 100, 2)), "TOO_LATE");
}

#[test]
fn an_order_asked_again_after_many_others_is_not_a_second_one() {
    let mut hall = Hall::opened(call(|_, rules| (rules.orders_max, rules.unit, rules.cap) = (100, 10, 10_000)));
    let ask = |hall: &mut Hall, key: u128, quantity| {
        let offer = Offer::Order { side: Side::Buy, price: money(1_000), quantity };
        hall.ask(Command::Offer { paddle: Paddle(1), key: Uuid::from_u128(key), offer })
    };
    ask(&mut hall, 1, 10).expect("taken");
    for key in 2..2 + 2 * KEYS_MAX as u128 {
        ask(&mut hall, key, 11).expect_err("no whole units");
    }
    for key in 100..100 + 2 * KEYS_MAX as u128 {
        ask(&mut hall, key, 10).expect("taken");
    }
    assert_eq!(refused(ask(&mut hall, 1, 10)), "KEY_REUSED");
}

#[test]
fn amendments_are_spent_and_the_last_valid_one_counts_from_its_own_time() {
    let mut hall = Hall::opened(plates(1));
    order(&mut hall, 1, 20_000, 1).unwrap();
    order(&mut hall, 2, 30_000, 1).unwrap();
    order(&mut hall, 1, 40_000, 1).unwrap();
    assert_eq!(refused(order(&mut hall, 1, 40_050, 1)), "NOT_ON_STEP");
    order(&mut hall, 1, 30_000, 1).unwrap();
    assert_eq!(refused(order(&mut hall, 1, 50_000, 1)), "CHANGES_SPENT");
    assert_eq!(kept(&hall).orders.len(), 2);
    assert_eq!(hall.pass(clock(15, 0, 0)).outcome(), &allotted(None, &[(2, 1, 30_000)]));
}

#[test]
fn short_demand_is_sold_or_voids_the_sale() {
    let orders = [(1, 120, 6), (2, 110, 3)];
    assert_eq!(cleared(call(|_, _| {}), &orders), allotted(Some(110), &[(1, 6, 110), (2, 3, 110)]));
    let void = || call(|_, rules| rules.short = Short::Void);
    assert_eq!(cleared(void(), &orders), UNSOLD(UnsoldReason::TooFew));
    assert_eq!(cleared(void(), &[(1, 120, 6), (2, 110, 4)]), allotted(Some(110), &[(1, 6, 110), (2, 4, 110)]));
}

#[test]
fn the_reserve_is_met_by_equality_or_nothing_is_sold() {
    let reserve = |short| call(|terms, rules| (terms.reserve, rules.short) = (Some(money(120)), short));
    assert_eq!(cleared(reserve(Short::Partial), &[(1, 120, 1), (2, 110, 9)]), allotted(Some(120), &[(1, 1, 120)]));
    assert_eq!(cleared(reserve(Short::Void), &[(1, 120, 1), (2, 110, 9)]), UNSOLD(UnsoldReason::TooFew));
    assert_eq!(cleared(reserve(Short::Partial), &[(2, 110, 9)]), UNSOLD(UnsoldReason::BelowReserve));
    assert_eq!(cleared(reserve(Short::Partial), &[]), UNSOLD(UnsoldReason::NoBid));
}

#[test]
fn ties_go_to_the_earlier_or_by_a_lottery_fixed_before() {
    let orders = [(1, 120, 10), (2, 120, 10), (3, 120, 10)];
    assert_eq!(cleared(call(|_, _| {}), &orders), allotted(Some(120), &[(1, 10, 120)]));
    for seed in ["sun", "moon", "rain"] {
        let first = (1..=3).min_by_key(|paddle| draw(seed, *paddle)).expect("three");
        for orders in [orders, [orders[2], orders[1], orders[0]]] {
            let drawn = call(|_, rules| rules.ties = Ties::Drawn { seed: seed.into() });
            assert_eq!(cleared(drawn, &orders), allotted(Some(120), &[(first, 10, 120)]), "{seed}");
        }
    }
}

#[test]
fn orders_are_hidden_until_opened_and_a_suspension_gives_the_time_back() {
    let mut hall = Hall::opened(call(|_, rules| rules.broadcasts_ms = vec![5_000]));
    assert!(order(&mut hall, 1, 120, 1).unwrap().iter().all(|event| !event.is_public()));
    hall.at(4_000).suspend().unwrap();
    assert_eq!(refused(order(&mut hall, 2, 120, 1)), "LOT_SUSPENDED");
    hall.pass(7_000).resume(None).unwrap();
    assert_eq!((hall.ends(), hall.book.next_deadline().map(|at| at.0)), (13_000, Some(8_000)));
    assert_eq!(hall.pass(13_000).outcome(), &allotted(Some(120), &[(1, 1, 120)]));
}

#[test]
fn terms_of_a_call_have_units_a_grid_and_broadcasts_within() {
    let fault = |change: fn(&mut Terms, &mut Rules)| call(change).check().unwrap_err().field;
    assert_eq!(call(|_, _| {}).check(), Ok(()));
    assert_eq!(fault(|_, rules| rules.length_ms = 0), "call.length_ms");
    assert_eq!(fault(|_, rules| rules.supply = 0), "call.supply");
    assert_eq!(fault(|_, rules| (rules.unit, rules.cap) = (3, 2)), "call.supply");
    assert_eq!(fault(|_, rules| rules.orders_max = 0), "call.orders_max");
    assert_eq!(fault(|_, rules| rules.trim_percent = 50), "call.trim_percent");
    assert_eq!(fault(|_, rules| rules.broadcasts_ms = vec![2, 1]), "call.broadcasts_ms");
    assert_eq!(fault(|_, rules| rules.broadcasts_ms = vec![10_000]), "call.broadcasts_ms");
    assert_eq!(fault(|terms, _| terms.step.kind = StepKind::AtLeast), "call");
    assert_eq!(fault(|terms, _| terms.direction = Direction::Descending), "call");
}

fn draw(seed: &str, paddle: u32) -> Vec<u8> {
    Sha256::digest(format!("{seed} {paddle}")).to_vec()
}

/// When, who, side, price and quantity.
type Asked = (i64, u32, Side, i64, u64);

/// Every order taken, in order; what stands is picked out anew each time.
struct Naive<'a> {
    terms: &'a Terms,
    rules: &'a Rules,
    taken: Vec<Asked>,
}

impl Naive<'_> {
    fn take(&mut self, (at, paddle, side, price, quantity): Asked) -> bool {
        let Rules { unit, cap, orders_max, changes_max, .. } = *self.rules;
        let own = || self.taken.iter().filter(|own| own.1 == paddle);
        let (start, step) = (self.terms.start_price.minor(), self.terms.step.bands[0].step.minor());
        let (held, most) = match orders_max {
            1 => (0, changes_max + 1),
            _ => (own().map(|own| own.4).sum(), orders_max),
        };
        let good = side == Side::Buy && at < self.rules.length_ms && paddle <= 4 && own().count() < most as usize;
        let whole = quantity > 0 && quantity % unit == 0 && quantity + held <= cap;
        let taken = good && whole && price >= start && (price - start) % step == 0;
        self.taken.extend(taken.then_some((at, paddle, side, price, quantity)));
        taken
    }

    /// What stood before `until`.
    fn standing(&self, until: i64) -> Vec<Asked> {
        let before: Vec<Asked> = self.taken.iter().copied().filter(|order| order.0 < until).collect();
        let changed = |nth: usize| before[nth + 1..].iter().any(|later| later.1 == before[nth].1);
        (0..before.len()).filter(|nth| self.rules.orders_max > 1 || !changed(*nth)).map(|nth| before[nth]).collect()
    }

    fn mean(&self, until: i64) -> Option<i64> {
        let mut prices: Vec<i64> = self.standing(until).iter().map(|order| order.3).collect();
        prices.sort_unstable();
        for _ in 0..prices.len() * self.rules.trim_percent as usize / 100 {
            prices.pop();
            prices.remove(0);
        }
        let mean = Decimal::new(prices.iter().sum(), 2).checked_div(Decimal::from(prices.len()))?;
        i64::try_from(mean.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero) * Decimal::from(100)).ok()
    }

    /// A ticket for every single unit wanted, all of them put in one queue.
    fn outcome(&self, standing: &[Asked]) -> Outcome {
        let lot = |paddle| match &self.rules.ties {
            Ties::Time => vec![],
            Ties::Drawn { seed } => draw(seed, paddle),
        };
        let mut queue = vec![];
        for (nth, &(_, paddle, _, price, quantity)) in standing.iter().enumerate() {
            (0..quantity).for_each(|_| queue.push((Reverse(price), lot(paddle), nth)));
        }
        queue.retain(|(price, ..)| self.terms.reserve.is_none_or(|reserve| price.0 >= reserve.minor()));
        queue.sort();
        let short = (queue.len() as u64) < self.rules.supply && self.rules.short == Short::Void;
        queue.truncate(self.rules.supply as usize);
        match queue.last().map(|last| last.0.0) {
            None if standing.is_empty() => UNSOLD(UnsoldReason::NoBid),
            None => UNSOLD(UnsoldReason::BelowReserve),
            Some(_) if short => UNSOLD(UnsoldReason::TooFew),
            Some(lowest) => {
                let one_price = (self.rules.pays == Pays::Uniform).then_some(lowest);
                let award = |run: &[(Reverse<i64>, Vec<u8>, usize)]| {
                    (standing[run[0].2].1, run.len() as u64, one_price.unwrap_or(run[0].0.0))
                };
                allotted(one_price, &queue.chunk_by(|a, b| a.2 == b.2).map(award).collect::<Vec<_>>())
            }
        }
    }
}

fn random(chance: &mut Chance) -> Terms {
    call(|terms, rules| {
        let (start, unit) = (chance.range(0, 200), chance.pick(&[1, 1, 2, 3]));
        (terms.start_price, terms.step.bands[0].step) = (money(start), money(chance.range(1, 20)));
        terms.reserve = chance.percent(30).then_some(money(start + chance.range(0, 60)));
        (rules.length_ms, rules.trim_percent) = (chance.range(20, 400), chance.pick(&[0, 10, 25, 49]));
        (rules.unit, rules.supply) = (unit, unit * chance.range(1, 15) as u64);
        (rules.cap, rules.orders_max) = (unit + chance.range(0, 15) as u64, chance.pick(&[1, 1, 2, 5]));
        (rules.changes_max, rules.pays) = (chance.range(0, 4) as u32, chance.pick(&[Pays::Uniform, Pays::Own]));
        rules.ties = chance.pick(&[Ties::Time, Ties::Drawn { seed: "sun".into() }, Ties::Drawn { seed: "sea".into() }]);
        rules.short = chance.pick(&[Short::Partial, Short::Void]);
        rules.broadcasts_ms = (1..=chance.range(0, 4)).map(|nth| nth * 5).collect();
    })
}

#[test]
fn a_naive_queue_of_single_units_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let terms = random(&mut chance);
        let Phase::Method(Method::Call(rules)) = &terms.phases[0] else { panic!("a call") };
        let mut record = Record::opened(seed, terms.clone());
        let mut naive = Naive { terms: &terms, rules, taken: vec![] };
        let mut at = 0;
        for _ in 0..chance.range(0, 25) {
            at += chance.range(0, 12);
            record.pass(at);
            let paddle = chance.pick(&[1, 1, 2, 2, 3, 3, 4, 4, 5]);
            let side = if chance.percent(4) { Side::Sell } else { Side::Buy };
            let stray = if chance.percent(10) { chance.range(-9, 10) } else { 0 };
            let grid = terms.step.bands[0].step.minor() * chance.range(-1, 6);
            let price = (terms.start_price.minor() + grid + stray).max(0);
            let quantity = chance.range(0, 6) as u64 * rules.unit + u64::from(chance.percent(10));
            let offer = Offer::Order { side, price: money(price), quantity };
            let (asked, reply) = ((at, paddle, side, price, quantity), record.offer(at, paddle, offer));
            assert_eq!(reply.is_ok(), naive.take(asked), "seed {seed}: {asked:?} after {:?}", naive.taken);
        }
        record.pass(at.max(rules.length_ms));
        let (last, standing) = (rules.broadcasts_ms.last(), naive.standing(i64::MAX));
        let mean =
            last.filter(|until| naive.standing(**until).len() >= MEAN_OF_MIN).and_then(|until| naive.mean(*until));
        assert_eq!(kept(&record.hall).mean.map(|mean| mean.minor()), mean, "seed {seed}");
        let outcome = naive.outcome(&standing);
        assert_eq!(record.hall.outcome(), &outcome, "seed {seed}: {:?}", naive.taken);
        if let Outcome::Allotted { awards, .. } = &outcome {
            assert!(awards.iter().map(|award| award.quantity).sum::<u64>() <= rules.supply, "seed {seed}");
            for award in awards {
                let of_his = |order: &Asked| order.1 == award.paddle.0 && order.3 >= award.price.minor();
                assert!(standing.iter().any(of_his), "seed {seed}: nobody pays more than he said: {award:?}");
                let own = awards.iter().filter(|own| own.paddle == award.paddle);
                assert!(own.map(|own| own.quantity).sum::<u64>() <= rules.cap, "seed {seed}: {award:?}");
            }
        }
        record.replays();
        // Arrival counts only between equal prices, and for a draw not at all.
        let once = |nth: usize| standing[..nth].iter().all(|other| other.3 != standing[nth].3);
        if (0..standing.len()).all(once) || (rules.ties != Ties::Time && rules.orders_max == 1) {
            let mut hall = Hall::opened(terms.clone());
            for &(_, paddle, _, price, quantity) in standing.iter().rev() {
                order(&mut hall, paddle, price, quantity).expect("taken before");
            }
            assert_eq!(hall.pass(rules.length_ms).outcome(), &outcome, "seed {seed}: {standing:?}");
        }
    }
}
