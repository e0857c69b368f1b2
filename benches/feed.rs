//! One event to N readers: encoded once, handed to every reader's outbox.

#[path = "support/hot_lot.rs"]
mod hot_lot;
#[path = "support/record.rs"]
mod record;

use criterion::{BenchmarkId, Criterion, Throughput};
use hot_lot::hot_terms;
use matching::{Command, Paddle};
use record::{entries, quantile};
use std::sync::Arc;
use std::time::{Duration, Instant};
use sunbid::trading::feed::{Feed, OUTBOX_MAX};
use sunbid::trading::journal::{Act, Entry};
use tokio::sync::mpsc;
use uuid::Uuid;

const EVENTS: u64 = 200;

fn open(lot: Uuid) -> Arc<Feed> {
    let feed = Arc::new(Feed::default());
    let book = matching::Book::new(hot_terms());
    let at = matching::Moment(1_790_000_000_000);
    let entry = |n, act, result| Entry { n, at, lot, actor: None, device: None, network: None, act, result };
    feed.replay(&entry(0, Act::Publish(Box::new(hot_terms())), Ok(Vec::new())));
    let admit = Command::Admit { paddle: Paddle(101), priority: None };
    let admitted = book.decide(at, &admit);
    feed.replay(&entry(1, Act::Seat { account: Uuid::from_u128(7), command: admit }, admitted));
    feed.replay(&entry(2, Act::Command(Command::Open), book.decide(at, &Command::Open)));
    feed
}

fn main() {
    let lot = Uuid::from_u128(1);
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("feed/one event to readers");
    for readers in [1_u64, 100, 1_000, 10_000] {
        let feed = open(lot);
        let mut inboxes: Vec<mpsc::Receiver<_>> = (0..readers)
            .map(|reader| {
                let (outbox, inbox) = mpsc::channel(OUTBOX_MAX);
                assert!(feed.watch(lot, reader, None, &outbox, None), "the lot is open");
                inbox
            })
            .collect();
        inboxes.iter_mut().for_each(|inbox| drop(inbox.try_recv().expect("a snapshot")));
        let mut n = 3;
        let mut one = || {
            let entry = &entries(lot, n, 1)[0];
            n += 1;
            let since = Instant::now();
            feed.publish(entry);
            let took = since.elapsed();
            for inbox in &mut inboxes {
                inbox.try_recv().expect("each reader is told");
            }
            took
        };
        let mut samples: Vec<Duration> = (0..EVENTS).map(|_| one()).collect();
        let p50 = quantile(&mut samples, 0.5);
        println!(
            "{readers:>6} readers: {:>9.2} µs an event, {:.3} µs a reader",
            p50.as_secs_f64() * 1e6,
            p50.as_secs_f64() * 1e6 / readers as f64
        );
        group.throughput(Throughput::Elements(readers));
        group.bench_function(BenchmarkId::from_parameter(readers), |b| {
            b.iter_custom(|times| (0..times).map(|_| one()).sum());
        });
    }
    group.finish();
}
