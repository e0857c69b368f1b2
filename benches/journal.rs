//! The journal against the least any durable record costs: one write and one fdatasync of the same
//! bytes, turn and turn about in the same run.

#[path = "support/disk.rs"]
mod disk;
#[path = "support/record.rs"]
mod record;

use criterion::Criterion;
use disk::folder;
use record::{entries, quantile};
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};
use sunbid::trading::journal::{Entry, Journal};
use uuid::Uuid;

const ROUNDS: u64 = 400;

fn bytes(entries: &[Entry]) -> Vec<u8> {
    let mut body = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut body, entry).expect("serializes");
        body.push(b'\n');
    }
    body
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("journal/encode 128 entries", |b| {
        let batch = entries(Uuid::from_u128(1), 0, 128);
        b.iter(|| black_box(bytes(black_box(&batch))));
    });

    println!("\nbatch   journal p50   raw write+fdatasync p50   ratio   entries/s");
    for size in [1, 16, 128, 1_024] {
        let dir = folder("journal");
        let mut journal = Journal::open(&dir.join("journal.db"), |_| {}).expect("opens");
        let mut raw = File::create(dir.join("raw")).expect("creates");
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let batch = entries(Uuid::from_u128(1), journal.next_n(), size);
            let body = bytes(&batch);
            ours.push(timed(|| journal.append(&batch).expect("appends")));
            theirs.push(timed(|| {
                raw.write_all(&body).expect("writes");
                raw.sync_data().expect("syncs");
            }));
        }
        let total: Duration = ours.iter().sum();
        let (ours, theirs) = (quantile(&mut ours, 0.5), quantile(&mut theirs, 0.5));
        println!(
            "{size:>5}   {:>8.1} µs   {:>20.1} µs   {:>5.2}   {:>9.0}",
            ours.as_secs_f64() * 1e6,
            theirs.as_secs_f64() * 1e6,
            ours.as_secs_f64() / theirs.as_secs_f64(),
            (ROUNDS * size) as f64 / total.as_secs_f64(),
        );
        std::fs::remove_dir_all(dir).expect("removes");
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let since = Instant::now();
    work();
    since.elapsed()
}
