//! 连续双向竞价: buyers and sellers, price before time, partial fills, orders taken back.

use super::AUCTIONS;
use super::dutch::Record;
use crate::support::{Chance, Hall, Reply, ceiling, fresh_seeds, money, refused, steps, with};
use matching::methods::exchange::{Room as Depth, Rules};
use matching::{
    CeilingThen, Command, Event, KEYS_MAX, Method, Offer, Outcome, Paddle, Phase, Room, Side, StepKind, Terms, Trade,
};
use uuid::Uuid;

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// A session of 10 s, prices in tens, up to 100 units an order.
fn session(change: impl FnOnce(&mut Terms, &mut Rules)) -> Terms {
    let mut rules = Rules { length_ms: 10_000, unit: 1, order_max: 100 };
    with(|terms| {
        terms.step = steps(StepKind::Multiple, &[(0, 10)]);
        change(terms, &mut rules);
        terms.phases = vec![Phase::Method(Method::Exchange(rules))];
    })
}

fn hall() -> Hall {
    Hall::opened(session(|_, _| {}))
}

fn ask(hall: &mut Hall, paddle: u32, offer: Offer) -> Reply {
    let key = hall.key();
    hall.ask(Command::Offer { paddle: Paddle(paddle), key, offer })
}

/// What a request did: the number under which it stands, and trades of maker, price and quantity.
fn done(reply: Reply) -> (Option<u64>, Vec<(u32, i64, u64)>) {
    let (mut stands, mut made) = (None, vec![]);
    for event in reply.expect("a good order") {
        match event {
            Event::Offered { order, .. } => stands = Some(order),
            Event::Traded { trades } => {
                made.extend(trades.iter().map(|trade| (trade.maker.0, trade.price.minor(), trade.quantity)));
            }
            _ => {}
        }
    }
    (stands, made)
}

fn limit(side: Side, price: i64, quantity: u64) -> Offer {
    Offer::Order { side, price: money(price), quantity }
}

/// The trades of a buyer, or of a seller.
fn buy(hall: &mut Hall, paddle: u32, price: i64, quantity: u64) -> Vec<(u32, i64, u64)> {
    done(ask(hall, paddle, limit(Side::Buy, price, quantity))).1
}

fn sell(hall: &mut Hall, paddle: u32, price: i64, quantity: u64) -> Vec<(u32, i64, u64)> {
    done(ask(hall, paddle, limit(Side::Sell, price, quantity))).1
}

fn depth(hall: &Hall) -> &Depth {
    match hall.book.room() {
        Room::Exchange(room) => room,
        room => panic!("no exchange: {room:?}"),
    }
}

fn levels(hall: &Hall, side: Side) -> Vec<(i64, u64)> {
    depth(hall).levels(side).map(|(price, quantity)| (price.minor(), quantity)).collect()
}

#[test]
fn a_trade_is_made_at_the_price_of_the_order_that_stood() {
    let mut hall = hall();
    sell(&mut hall, 1, 100, 5);
    assert_eq!(buy(&mut hall, 2, 120, 5), [(1, 100, 5)]);
    buy(&mut hall, 2, 130, 5);
    assert_eq!(sell(&mut hall, 1, 90, 5), [(2, 130, 5)]);
    assert_eq!(depth(&hall).last, Some(money(130)));
}

#[test]
fn the_better_price_comes_first_and_then_the_earlier_order() {
    let mut hall = hall();
    sell(&mut hall, 1, 110, 5);
    sell(&mut hall, 2, 100, 5);
    sell(&mut hall, 3, 100, 5);
    assert_eq!(levels(&hall, Side::Sell), [(100, 10), (110, 5)]);
    assert_eq!(buy(&mut hall, 4, 110, 12), [(2, 100, 5), (3, 100, 5), (1, 110, 2)]);
    assert_eq!(levels(&hall, Side::Sell), [(110, 3)]);
}

#[test]
fn prices_that_do_not_meet_make_no_trade() {
    let mut hall = hall();
    assert_eq!(sell(&mut hall, 1, 110, 5), []);
    assert_eq!(buy(&mut hall, 2, 100, 5), []);
    assert_eq!((levels(&hall, Side::Buy), levels(&hall, Side::Sell)), (vec![(100, 5)], vec![(110, 5)]));
}

#[test]
fn what_is_not_filled_stands_and_keeps_its_place() {
    let mut hall = hall();
    buy(&mut hall, 1, 100, 10);
    buy(&mut hall, 2, 100, 10);
    assert_eq!(sell(&mut hall, 3, 100, 4), [(1, 100, 4)]);
    assert_eq!(sell(&mut hall, 3, 90, 8), [(1, 100, 6), (2, 100, 2)]);
    assert_eq!(levels(&hall, Side::Buy), [(100, 8)]);
    assert_eq!(sell(&mut hall, 4, 100, 20), [(2, 100, 8)]);
    assert_eq!((levels(&hall, Side::Buy), levels(&hall, Side::Sell)), (vec![], vec![(100, 12)]));
}

#[test]
fn an_order_is_taken_back_by_its_owner_and_only_while_it_stands() {
    let mut hall = hall();
    let (order, _) = done(ask(&mut hall, 1, limit(Side::Sell, 100, 5)));
    let order = order.expect("nothing to trade with");
    let cancel = |hall: &mut Hall, paddle| ask(hall, paddle, Offer::Cancel { order });
    assert_eq!(refused(cancel(&mut hall, 2)), "NO_SUCH_ORDER");
    sell(&mut hall, 2, 100, 5);
    buy(&mut hall, 3, 100, 2);
    cancel(&mut hall, 1).expect("his own");
    assert_eq!(levels(&hall, Side::Sell), [(100, 5)]);
    assert_eq!(refused(cancel(&mut hall, 1)), "NO_SUCH_ORDER");
    // The place of an order that is gone goes to another, under another number.
    sell(&mut hall, 1, 120, 5);
    assert_eq!(refused(cancel(&mut hall, 1)), "NO_SUCH_ORDER");
    assert_eq!(buy(&mut hall, 4, 120, 10), [(2, 100, 5), (1, 120, 5)]);
    assert_eq!(refused(ask(&mut hall, 1, Offer::Cancel { order: u64::MAX })), "NO_SUCH_ORDER");
}

#[test]
fn an_order_asked_again_is_found_however_late_whether_it_stands_or_traded() {
    let mut hall = hall();
    let order = |key: u128, paddle, offer| Command::Offer { paddle: Paddle(paddle), key: Uuid::from_u128(key), offer };
    let stands = order(9_000, 1, limit(Side::Sell, 1_000, 5));
    let trades = order(9_001, 2, limit(Side::Buy, 1_000, 2));
    for command in [&stands, &trades] {
        hall.ask(command.clone()).expect("taken");
    }
    for n in 0..3 * KEYS_MAX as u128 {
        for paddle in [1, 2] {
            assert_eq!(refused(hall.ask(order(n, paddle, Offer::Cancel { order: 999 }))), "NO_SUCH_ORDER");
            let side = if paddle == 1 { Side::Sell } else { Side::Buy };
            hall.ask(order(1_000 + n, paddle, limit(side, if paddle == 1 { 2_000 } else { 10 }, 1))).expect("stands");
        }
    }
    let before = hall.book.clone();
    for command in [stands, trades] {
        assert!(hall.book.recall(&command).is_some_and(|known| known.answers(&command)));
        assert_eq!(refused(hall.ask(command)), "KEY_REUSED");
    }
    assert_eq!(hall.book, before);
}

#[test]
fn nobody_trades_with_himself() {
    let mut hall = hall();
    sell(&mut hall, 1, 100, 5);
    sell(&mut hall, 2, 110, 5);
    assert_eq!(refused(ask(&mut hall, 2, limit(Side::Buy, 110, 6))), "SELF_TRADE");
    assert_eq!(levels(&hall, Side::Sell), [(100, 5), (110, 5)], "no part of it is done");
    assert_eq!(buy(&mut hall, 2, 110, 5), [(1, 100, 5)], "he stops before his own order");
    assert_eq!(buy(&mut hall, 2, 100, 5), [], "and it does not reach his own");
}

#[test]
fn an_order_has_a_price_on_the_grid_and_whole_units_within_bounds() {
    let mut hall = Hall::opened(session(|_, rules| rules.unit = 2));
    for (price, quantity, code) in [
        (0, 2, "BELOW_START"),
        (105, 2, "NOT_ON_STEP"),
        (100, 0, "BELOW_QUANTITY"),
        (100, 1, "BELOW_QUANTITY"),
        (100, 3, "NOT_WHOLE_LOTS"),
        (100, 102, "ABOVE_QUANTITY"),
    ] {
        assert_eq!(refused(ask(&mut hall, 1, limit(Side::Buy, price, quantity))), code, "{price} {quantity}");
        assert_eq!(refused(ask(&mut hall, 1, limit(Side::Sell, price, quantity))), code, "{price} {quantity}");
    }
    assert_eq!(refused(hall.bid(1, 100)), "WRONG_OFFER");
    assert_eq!(refused(hall.leave_max(1, 100)), "WRONG_PHASE");
    assert_eq!(refused(ask(&mut hall, 9, limit(Side::Buy, 100, 2))), "NOT_ADMITTED");
    buy(&mut hall, 1, 10, 100);
    assert_eq!(refused(ask(hall.at(10_000), 1, limit(Side::Buy, 100, 2))), "TOO_LATE");
}

#[test]
fn the_session_ends_with_what_was_traded() {
    let mut hall = hall();
    sell(&mut hall, 1, 100, 5);
    buy(&mut hall, 2, 100, 3);
    buy(&mut hall, 3, 110, 7);
    assert_eq!(hall.pass(10_000).outcome(), &Outcome::Traded { trades: 2, volume: 5 });
}

#[test]
fn a_suspension_leaves_orders_standing_and_gives_the_time_back() {
    let mut hall = hall();
    let (order, _) = done(ask(&mut hall, 1, limit(Side::Sell, 100, 5)));
    hall.at(4_000).suspend().unwrap();
    assert_eq!(refused(ask(&mut hall, 2, limit(Side::Buy, 100, 5))), "LOT_SUSPENDED");
    assert_eq!(refused(ask(&mut hall, 1, Offer::Cancel { order: order.unwrap() })), "LOT_SUSPENDED");
    hall.at(9_000).resume(None).unwrap();
    assert_eq!((hall.ends(), levels(&hall, Side::Sell)), (15_000, vec![(100, 5)]));
    assert_eq!(buy(hall.at(14_999), 2, 100, 5), [(1, 100, 5)]);
    assert_eq!(hall.pass(15_000).outcome(), &Outcome::Traded { trades: 1, volume: 5 });
}

#[test]
fn terms_of_a_session_have_one_grid_and_no_other_phase() {
    let fault = |change: fn(&mut Terms, &mut Rules)| session(change).check().unwrap_err().field;
    assert_eq!(session(|_, _| {}).check(), Ok(()));
    assert_eq!(fault(|_, rules| rules.length_ms = 0), "exchange.length_ms");
    assert_eq!(fault(|_, rules| rules.unit = 0), "exchange.unit");
    assert_eq!(fault(|_, rules| (rules.unit, rules.order_max) = (3, 2)), "exchange.unit");
    assert_eq!(fault(|terms, _| terms.step.kind = StepKind::AtLeast), "step");
    assert_eq!(fault(|terms, _| terms.step = steps(StepKind::Multiple, &[(0, 10), (50, 20)])), "step");
    let mut twice = session(|_, _| {});
    twice.phases.push(twice.phases[0].clone());
    assert_eq!(twice.check().unwrap_err().field, "phases");
    let mut after = session(|_, _| {});
    (after.after_ceiling, after.phases) = (after.phases, with(|_| {}).phases);
    after.ceiling = ceiling(1_500, CeilingThen::SellToSingle);
    assert!(["phases", "after_ceiling"].contains(&after.check().unwrap_err().field));
}

/// A fill: order, maker, price, quantity.
type Fill = (u64, u32, i64, u64);

/// An order of the naive book: number, paddle, side, price, what is left.
type Order = (u64, u32, Side, i64, u64);

/// Every order that ever stood, in order of time. Each unit is traded by itself, with the best order
/// that a walk over all of them finds.
#[derive(Clone, Default)]
struct Naive(Vec<Order>);

impl Naive {
    fn best_against(&self, side: Side, price: i64) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (nth, &(_, _, of, standing, left)) in self.0.iter().enumerate() {
            let (meets, improves) = match side {
                Side::Buy => (standing <= price, best.is_none_or(|best| standing < self.0[best].3)),
                Side::Sell => (standing >= price, best.is_none_or(|best| standing > self.0[best].3)),
            };
            if of != side && left > 0 && meets && improves {
                best = Some(nth);
            }
        }
        best
    }

    /// Trades of order, maker, price and quantity, and what of it stands; `None` is a refusal.
    fn order(&mut self, rules: &Rules, step: i64, paddle: u32, offer: &Offer) -> Option<(Vec<Fill>, u64)> {
        let Offer::Order { side, price, quantity } = *offer else { return None };
        let (price, on_grid) = (price.minor(), price.minor() > 0 && price.minor() % step == 0);
        let whole = (rules.unit..=rules.order_max).contains(&quantity) && quantity % rules.unit == 0;
        let (mut after, mut trades, mut left) = (self.clone(), Vec::<Fill>::new(), quantity);
        while left > 0 && on_grid && whole {
            let Some(best) = after.best_against(side, price) else { break };
            let (order, maker, _, at, standing) = &mut after.0[best];
            if *maker == paddle {
                return None;
            }
            (*standing, left) = (*standing - 1, left - 1);
            match trades.last_mut().filter(|last| last.0 == *order) {
                Some(last) => last.3 += 1,
                None => trades.push((*order, *maker, *at, 1)),
            }
        }
        *self = after;
        (on_grid && whole && paddle <= 4).then_some((trades, left))
    }

    fn cancel(&mut self, paddle: u32, order: u64) -> bool {
        let own = self.0.iter_mut().find(|own| own.0 == order && own.1 == paddle && own.4 > 0);
        own.map(|own| own.4 = 0).is_some()
    }

    /// Prices and quantities, best first.
    fn levels(&self, side: Side) -> Vec<(i64, u64)> {
        let standing = || self.0.iter().filter(|order| order.2 == side && order.4 > 0);
        let mut prices: Vec<i64> = standing().map(|order| order.3).collect();
        prices.sort_by_key(|price| if side == Side::Buy { -price } else { *price });
        prices.dedup();
        let at = |price| standing().filter(|order| order.3 == price).map(|order| order.4).sum();
        prices.into_iter().map(|price| (price, at(price))).collect()
    }
}

fn trades(reply: &Reply) -> Vec<Trade> {
    let of = |event: &Event| match event {
        Event::Traded { trades } => trades.clone(),
        _ => vec![],
    };
    reply.iter().flatten().flat_map(of).collect()
}

#[test]
fn a_naive_list_of_orders_agrees_trade_by_trade() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let unit = chance.pick(&[1, 1, 2]);
        let rules = Rules { length_ms: 10_000, unit, order_max: unit * chance.range(1, 12) as u64 };
        // A narrow market trades at once; one with a gap between its sides grows many levels.
        let (step, width) = (chance.range(1, 20), chance.pick(&[3, 8, 30]));
        let gap = chance.pick(&[0, width / 2, width - 1]);
        let terms = session(|terms, of| (terms.step.bands[0].step, *of) = (money(step), rules.clone()));
        let (mut record, mut naive) = (Record::opened(seed, terms), Naive::default());
        let (mut at, mut count, mut volume, mut given) = (0, 0, 0, vec![]);
        for nth in 0..chance.range(0, 60) {
            at += chance.range(0, 100);
            let paddle = chance.pick(&[1, 1, 2, 2, 3, 3, 4, 4, 5]);
            if !given.is_empty() && chance.percent(25) {
                let order = chance.pick(&given) ^ u64::from(chance.percent(5));
                let reply = record.offer(at, paddle, Offer::Cancel { order });
                assert_eq!(reply.is_ok(), naive.cancel(paddle, order), "seed {seed}, {nth}: cancel {order}");
            } else {
                let (side, stray) = (chance.pick(&[Side::Buy, Side::Sell]), i64::from(chance.percent(5)));
                let near = chance.range(0, width) + if side == Side::Sell { gap } else { 0 };
                let price = step * (100 + near) * i64::from(!chance.percent(2)) + stray;
                let (whole, stray) = (unit * chance.range(1, 14) as u64, u64::from(chance.percent(5)));
                let (offer, before) = (limit(side, price, whole - stray), naive.clone());
                let expected = naive.order(&rules, step, paddle, &offer);
                let reply = record.offer(at, paddle, offer.clone());
                assert_eq!(reply.is_ok(), expected.is_some(), "seed {seed}, {nth}: {offer:?} on {:?}", before.0);
                let Some((expected, left)) = expected else {
                    naive = before;
                    continue;
                };
                let made = trades(&reply);
                let known = made.iter().map(|trade| (trade.order, trade.maker.0, trade.price.minor(), trade.quantity));
                assert_eq!(known.collect::<Vec<_>>(), expected, "seed {seed}, {nth}: {offer:?} on {:?}", before.0);
                let taker = |trade: &Trade| trade.taker.0 == paddle && trade.side == side && trade.maker.0 != paddle;
                assert!(made.iter().all(taker), "seed {seed}, {nth}: {made:?}");
                let fair = |trade: &Trade| match side {
                    Side::Buy => trade.price.minor() <= price,
                    Side::Sell => trade.price.minor() >= price,
                };
                assert!(made.iter().all(fair), "seed {seed}, {nth}: nobody pays more or gets less than he said");
                assert_eq!(made.iter().map(|trade| trade.quantity).sum::<u64>() + left, whole - stray);
                (count, volume) = (count + made.len() as u64, volume + whole - stray - left);
                let (stands, _) = done(reply);
                assert_eq!(stands.is_some(), left > 0, "seed {seed}, {nth}");
                if let Some(order) = stands {
                    assert!(!given.contains(&order), "seed {seed}, {nth}: number {order} once more");
                    naive.0.push((order, paddle, side, price, left));
                    given.push(order);
                }
            }
            for side in [Side::Buy, Side::Sell] {
                assert_eq!(levels(&record.hall, side), naive.levels(side), "seed {seed}, {nth}");
            }
            for paddle in 1..=4 {
                let mut standing: Vec<_> =
                    depth(&record.hall).standing(Paddle(paddle)).map(|own| (own.0, own.3)).collect();
                standing.sort_by_key(|(order, _)| given.iter().position(|known| known == order));
                let own = naive.0.iter().filter(|own| own.1 == paddle && own.4 > 0);
                assert_eq!(standing, own.map(|own| (own.0, own.4)).collect::<Vec<_>>(), "seed {seed}, {nth}");
            }
        }
        record.pass(at.max(10_000));
        assert_eq!(record.hall.outcome(), &Outcome::Traded { trades: count, volume }, "seed {seed}");
        record.replays();
    }
}
