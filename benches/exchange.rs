//! A continuous double auction beside a published order book, on one mixed stream in the same run:
//! orders that stand near the price, orders that trade, orders taken back. Ours decides under a lot's
//! full rules (admission, grid, key) and takes the decision in.
//! `cargo bench --bench exchange` prints medians of blocks placed in turn, and their ratio.

#[path = "support/chance.rs"]
mod chance;

use chance::Chance;
use matching::methods::exchange;
use matching::{
    Band, Book, Command, Direction, Event, Method, Moment, Money, Offer, Paddle, Phase, ProxyRule, Restart, Resume,
    Side, StepKind, StepRule, Terms,
};
use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;

const BLOCK: usize = 10_000;
/// Blocks of one book; then both begin anew, so that neither grows without end.
const BLOCKS_PER_BOOK: usize = 50;
const BOOKS: usize = 3;
/// So many that nobody comes to the most orders one bidder may have standing.
const PADDLES: u32 = 1_000;
const MIDDLE: i64 = 100_000;

#[derive(Clone, Copy)]
enum Act {
    Order {
        side: Side,
        price: i64,
        quantity: u64,
    },
    /// The order of an earlier act.
    Cancel {
        act: usize,
    },
}

/// Half of the orders stand, a quarter trade, a quarter of the acts take one back.
fn stream(seed: u64, count: usize) -> Vec<Act> {
    let mut chance = Chance::new(seed);
    (0..count)
        .map(|at| {
            if at > 100 && chance.percent(25) {
                return Act::Cancel { act: at - 1 - chance.below(2_000.min(at as u64)) as usize };
            }
            let side = if chance.percent(50) { Side::Buy } else { Side::Sell };
            let away = chance.below(50) as i64 + 1;
            let away = if chance.percent(33) { -away } else { away };
            let price = if side == Side::Buy { MIDDLE - away } else { MIDDLE + away };
            Act::Order { side, price, quantity: 1 + chance.below(100) }
        })
        .collect()
}

struct Ours {
    book: Book,
    /// The order number of each act, where it stands.
    numbers: Vec<u64>,
}

impl Ours {
    fn new(count: usize) -> Ours {
        let rules = exchange::Rules { length_ms: 86_400_000, unit: 1, order_max: 1_000 };
        let mut book = Book::new(Terms {
            scale: 2,
            direction: Direction::Ascending,
            start_price: money(1),
            step: StepRule { kind: StepKind::Multiple, bands: vec![Band { from: Money::ZERO, step: money(1) }] },
            reserve: None,
            ceiling: None,
            proxy: ProxyRule::None,
            self_outbid: false,
            phases: vec![Phase::Method(Method::Exchange(rules))],
            after_ceiling: Vec::new(),
            reserve_entry: None,
            reserve_offer_ms: None,
            follows: None,
            opens_at: None,
            resume: Resume { quick_ms: 0, notice_ms: 0, restart: Restart::Timed },
        });
        let admissions = (1..=PADDLES).map(|paddle| Command::Admit { paddle: Paddle(paddle), priority: None });
        for command in admissions.chain([Command::Open]) {
            let result = book.decide(Moment(0), &command);
            book.apply(Moment(0), &command, &result);
        }
        Ours { book, numbers: vec![u64::MAX; count] }
    }

    /// Buyers hold even paddles, sellers odd ones: nobody trades with himself.
    fn command(&self, at: usize, act: Act) -> Command {
        let key = Uuid::from_u64_pair(at as u64, (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let holder = |at: usize, side| Paddle(1 + (at as u32 % (PADDLES / 2)) * 2 + u32::from(side == Side::Buy));
        match act {
            Act::Order { side, price, quantity } => {
                let offer = Offer::Order { side, price: money(price), quantity };
                Command::Offer { paddle: holder(at, side), key, offer }
            }
            Act::Cancel { act } => {
                // The holder of that act, whichever side he was on, is found by its own command.
                Command::Offer { paddle: Paddle(0), key, offer: Offer::Cancel { order: act as u64 } }
            }
        }
    }

    fn place(&mut self, at: usize, command: &mut Command, holders: &[Paddle]) {
        if let Command::Offer { paddle, offer: Offer::Cancel { order }, .. } = command {
            let act = *order as usize;
            *paddle = holders[act];
            *order = self.numbers[act];
        }
        let result = self.book.decide(Moment(1), command);
        if let Ok(events) = &result
            && let Some(Event::Offered { order, .. }) = events.last()
        {
            self.numbers[at] = *order;
        }
        self.book.apply(Moment(1), command, &result);
        black_box(&self.book);
    }
}

fn lobster_order(at: usize, act: Act) -> lobster::OrderType {
    match act {
        Act::Order { side, price, quantity } => {
            let side = if side == Side::Buy { lobster::Side::Bid } else { lobster::Side::Ask };
            lobster::OrderType::Limit { id: at as u128, side, qty: quantity, price: price as u64 }
        }
        Act::Cancel { act } => lobster::OrderType::Cancel { id: act as u128 },
    }
}

fn money(minor: i64) -> Money {
    Money::new(minor).expect("small")
}

fn main() {
    let (mut ours_ns, mut theirs_ns) = (Vec::new(), Vec::new());
    let (mut trades, mut volume, mut their_volume) = (0, 0, 0);
    for seed in 0..BOOKS as u64 {
        let count = BLOCK * BLOCKS_PER_BOOK;
        let acts = stream(seed, count);
        let mut ours = Ours::new(count);
        let mut theirs = lobster::OrderBook::new(count, 64, false);
        let mut holders: Vec<Paddle> = Vec::with_capacity(count);
        for from in (0..count).step_by(BLOCK) {
            let block = &acts[from..from + BLOCK];
            let mut commands: Vec<Command> =
                block.iter().enumerate().map(|(nth, act)| ours.command(from + nth, *act)).collect();
            holders.extend(commands.iter().map(|command| command.signature().expect("an offer").0));
            let since = Instant::now();
            for (nth, command) in commands.iter_mut().enumerate() {
                ours.place(from + nth, command, &holders);
            }
            ours_ns.push(since.elapsed().as_nanos() as f64 / BLOCK as f64);
            let orders: Vec<_> = block.iter().enumerate().map(|(nth, act)| lobster_order(from + nth, *act)).collect();
            let since = Instant::now();
            for order in orders {
                their_volume += match black_box(theirs.execute(order)) {
                    lobster::OrderEvent::Filled { filled_qty, .. }
                    | lobster::OrderEvent::PartiallyFilled { filled_qty, .. } => filled_qty,
                    _ => 0,
                };
            }
            theirs_ns.push(since.elapsed().as_nanos() as f64 / BLOCK as f64);
        }
        if let matching::Room::Exchange(room) = ours.book.room() {
            trades += room.trades;
            volume += room.volume;
        }
    }
    // The same work: both books traded the same quantity.
    assert_eq!(volume, their_volume, "the two books differ");
    let median = |nanos: &mut Vec<f64>| {
        nanos.sort_by(f64::total_cmp);
        nanos[nanos.len() / 2]
    };
    let (ours, theirs) = (median(&mut ours_ns), median(&mut theirs_ns));
    println!("exchange, mixed stream: {trades} trades of {volume} units");
    println!("engine  {:.2} M acts/s, median {ours:.0} ns", 1_000.0 / ours);
    println!("lobster {:.2} M acts/s, median {theirs:.0} ns", 1_000.0 / theirs);
    println!("engine vs lobster: {:.2}×", theirs / ours);
}
