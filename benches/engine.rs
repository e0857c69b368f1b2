//! The engine beside two published order books, doing the same work in the same run: each new bid
//! is the best one, on one lot and round-robin over 10,000. Ours decides under a lot's full rules
//! (admission, step, extension, reserve, idempotency key) and takes the decision in; theirs add a
//! limit buy order above all others, in books sized for the run beforehand where they allow it.
//! `cargo bench --bench engine` ends with lines of medians, ratios and 99th percentiles.

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use hdrhistogram::Histogram;
use matching::{
    Band, Book, Command, Direction, Extension, Moment, Money, Paddle, Phase, ProxyRule, Restart, Resume, StepKind,
    StepRule, Terms,
};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

const LOTS: usize = 10_000;
const PADDLES: u32 = 64;
/// Orders prepared outside the clock, then placed inside it: two clock readings a block cost nothing.
const BLOCK: u64 = 10_000;
/// Bids before the books are replaced, so that books which keep every order stay in memory.
const BIDS_MAX_ONE_LOT: u64 = 500_000;
/// 200 a lot: every paddle bids more than once.
const BIDS_MAX_ALL_LOTS: u64 = 2_000_000;
/// Blocks behind each printed median.
const BLOCKS: usize = 101;
/// Single placements behind each printed percentile.
const SAMPLES: u64 = 500_000;

/// A set of books, one to a lot.
trait Books {
    const NAME: &'static str;
    type Order;
    fn open(lots: usize, orders_per_lot: usize) -> Self;
    /// The `n`th order of this set, at `price`: the best on its lot.
    fn order(n: u64, price: u64) -> Self::Order;
    fn place(&mut self, lot: usize, order: Self::Order);
}

struct Engine(Vec<Book>);

impl Books for Engine {
    const NAME: &'static str = "engine";
    type Order = (Moment, Command);

    fn open(lots: usize, _orders_per_lot: usize) -> Engine {
        let money = |minor| Money::new(minor).expect("small");
        let period_ms = 300_000;
        let terms = Terms {
            scale: 2,
            direction: Direction::Ascending,
            start_price: money(1_000),
            step: StepRule { kind: StepKind::AtLeast, bands: vec![Band { from: Money::ZERO, step: money(50) }] },
            reserve: Some(money(1_000_000)),
            ceiling: None,
            proxy: ProxyRule::Step,
            self_outbid: false,
            phases: vec![Phase::Open { length_ms: period_ms, extension: Extension::Restart { period_ms } }],
            after_ceiling: Vec::new(),
            reserve_entry: None,
            reserve_offer_ms: None,
            follows: None,
            opens_at: None,
            resume: Resume { quick_ms: 3_600_000, notice_ms: 86_400_000, restart: Restart::Timed },
        };
        let mut book = Book::new(terms);
        let admissions = (0..PADDLES).map(|nth| Command::Admit { paddle: drawn(nth), priority: None });
        for command in admissions.chain([Command::Open]) {
            let result = book.decide(Moment(0), &command);
            book.apply(Moment(0), &command, &result);
        }
        Engine(vec![book; lots])
    }

    fn order(n: u64, price: u64) -> (Moment, Command) {
        let paddle = drawn((price / 50 % u64::from(PADDLES)) as u32);
        let amount = Money::new(price as i64).expect("small");
        (Moment(n as i64 / 1_000), Command::Bid { paddle, key: key(n), amount, expect: None })
    }

    fn place(&mut self, lot: usize, (at, command): (Moment, Command)) {
        let book = &mut self.0[lot];
        let result = book.decide(at, &command);
        assert!(result.is_ok());
        book.apply(at, &command, &result);
        black_box(book.top());
    }
}

struct Lobster(Vec<lobster::OrderBook>);

impl Books for Lobster {
    const NAME: &'static str = "lobster";
    type Order = lobster::OrderType;

    fn open(lots: usize, orders_per_lot: usize) -> Lobster {
        Lobster((0..lots).map(|_| lobster::OrderBook::new(orders_per_lot, 1, false)).collect())
    }

    fn order(n: u64, price: u64) -> lobster::OrderType {
        lobster::OrderType::Limit { id: key(n).as_u128(), side: lobster::Side::Bid, qty: 1, price }
    }

    fn place(&mut self, lot: usize, order: lobster::OrderType) {
        let book = &mut self.0[lot];
        black_box(book.execute(order));
        black_box(book.max_bid());
    }
}

struct OrderbookRs(Vec<orderbook_rs::OrderBook>);

impl Books for OrderbookRs {
    const NAME: &'static str = "orderbook-rs";
    type Order = (orderbook_rs::Id, u128);

    fn open(lots: usize, _orders_per_lot: usize) -> OrderbookRs {
        OrderbookRs((0..lots).map(|lot| orderbook_rs::OrderBook::new(&lot.to_string())).collect())
    }

    fn order(n: u64, price: u64) -> (orderbook_rs::Id, u128) {
        (orderbook_rs::Id::from_uuid(key(n)), u128::from(price))
    }

    fn place(&mut self, lot: usize, (id, price): (orderbook_rs::Id, u128)) {
        let book = &self.0[lot];
        let added = book.add_limit_order(id, price, 1, orderbook_rs::Side::Buy, orderbook_rs::TimeInForce::Gtc, None);
        assert!(added.is_ok());
        black_box(book.best_bid());
    }
}

/// Paddles are drawn from three digits: gaps between them, and no order in time.
fn drawn(nth: u32) -> Paddle {
    Paddle(100 + nth * 367 % 900)
}

/// Unique, and scattered as random identifiers are: splitmix64 twice.
fn key(n: u64) -> Uuid {
    let mix = |mut z: u64| {
        z = z.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    Uuid::from_u64_pair(mix(2 * n + 1), mix(2 * n + 2))
}

struct Run<B: Books> {
    books: B,
    lots: usize,
    placed: u64,
    bids_max: u64,
}

impl<B: Books> Run<B> {
    fn new(lots: usize) -> Run<B> {
        let bids_max = if lots == 1 { BIDS_MAX_ONE_LOT } else { BIDS_MAX_ALL_LOTS };
        Run { books: B::open(lots, bids_max as usize / lots), lots, placed: 0, bids_max }
    }

    /// The next orders, in books that have room for them.
    fn prepare(&mut self, count: u64) -> Vec<(usize, B::Order)> {
        if self.placed + count > self.bids_max {
            *self = Run::new(self.lots);
        }
        let lots = self.lots as u64;
        let orders = self.placed..self.placed + count;
        self.placed += count;
        orders.map(|n| ((n % lots) as usize, B::order(n, 1_000 + n / lots * 50))).collect()
    }

    fn place(&mut self, count: u64) -> Duration {
        let orders = self.prepare(count);
        let began = Instant::now();
        for (lot, order) in orders {
            self.books.place(lot, order);
        }
        began.elapsed()
    }

    fn place_many(&mut self, mut count: u64) -> Duration {
        let mut spent = Duration::ZERO;
        while count > 0 {
            let block = count.min(BLOCK);
            spent += self.place(block);
            count -= block;
        }
        spent
    }

    /// Nanoseconds by single placement, each with one reading of the clock inside it.
    fn percentiles(&mut self) -> Histogram<u64> {
        let mut nanos = histogram();
        for _ in 0..SAMPLES / BLOCK {
            for (lot, order) in self.prepare(BLOCK) {
                let began = Instant::now();
                self.books.place(lot, order);
                nanos.saturating_record(began.elapsed().as_nanos() as u64);
            }
        }
        nanos
    }
}

fn throughput<B: Books>(group: &mut BenchmarkGroup<WallTime>, lots: usize) {
    let mut run = Run::<B>::new(lots);
    group.throughput(Throughput::Elements(1));
    group.bench_function(B::NAME, |bencher| bencher.iter_custom(|count| run.place_many(count)));
}

/// Medians of blocks placed in turn, so that all three meet the same weather.
fn compare(lots: usize, name: &str) {
    let (mut engine, mut lobster, mut orderbook) =
        (Run::<Engine>::new(lots), Run::<Lobster>::new(lots), Run::<OrderbookRs>::new(lots));
    let mut spent: [Vec<f64>; 3] = Default::default();
    for _ in 0..BLOCKS {
        let blocks = [engine.place(BLOCK), lobster.place(BLOCK), orderbook.place(BLOCK)];
        for (spent, block) in spent.iter_mut().zip(blocks) {
            spent.push(block.as_nanos() as f64 / BLOCK as f64);
        }
    }
    let median = spent.map(|mut nanos| {
        nanos.sort_by(f64::total_cmp);
        nanos[nanos.len() / 2]
    });
    let percentiles = [engine.percentiles(), lobster.percentiles(), orderbook.percentiles()];
    for ((name_of, nanos), histogram) in
        [Engine::NAME, Lobster::NAME, OrderbookRs::NAME].into_iter().zip(median).zip(&percentiles)
    {
        println!(
            "{name_of} {name}: {:.2} M bids/s, median {nanos:.0} ns; single bid p50 {} ns, p99 {} ns, p99.9 {} ns",
            1_000.0 / nanos,
            histogram.value_at_quantile(0.5),
            histogram.value_at_quantile(0.99),
            histogram.value_at_quantile(0.999),
        );
    }
    println!("engine {name} vs lobster: {:.2}×", median[1] / median[0]);
    println!("engine {name} vs orderbook-rs: {:.2}×", median[2] / median[0]);
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("a minute, three digits")
}

fn clock_cost() -> u64 {
    let mut nanos = histogram();
    for _ in 0..SAMPLES {
        let began = Instant::now();
        nanos.saturating_record(began.elapsed().as_nanos() as u64);
    }
    nanos.value_at_quantile(0.5)
}

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for (name, lots) in [("1 lot", 1), ("10,000 lots", LOTS)] {
        let mut group = criterion.benchmark_group(name);
        throughput::<Engine>(&mut group, lots);
        throughput::<Lobster>(&mut group, lots);
        throughput::<OrderbookRs>(&mut group, lots);
        group.finish();
    }
    criterion.final_summary();
    // Without `--bench` this is a test run: everything was tried once. A profile wants one thing only.
    let asked = |name: &str| std::env::args().any(|argument| argument == name);
    if asked("--bench") && !asked("--profile-time") {
        println!("\none reading of the clock: {} ns, inside every single-bid figure", clock_cost());
        compare(1, "1 lot");
        compare(LOTS, "10,000 lots");
    }
}
