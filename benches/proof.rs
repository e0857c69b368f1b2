//! What receipts cost: the same bids through the same floor without and with the log behind it, in
//! batches of 1, 16 and 128, replies framed as a connection frames them. CPU of all threads, per bid.
//! Each measurement is a process of its own, whose threads all live until the last reading: nothing that
//! ran before or ended meanwhile is counted or lost.

#[path = "support/disk.rs"]
mod disk;
#[path = "support/hot_lot.rs"]
mod hot_lot;

use disk::folder;
use hot_lot::{hot_terms, money};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use sunbid::trading::floor::{Ask, Door, Intent, Lots, Origin, Reply, Tell, floor, tell_at_once};
use sunbid::trading::journal::{Committed, Journal};
use sunbid::trading::log::{Folder, Log, replaying, sealer};
use sunbid::trading::wire::{ReplyFrame, ServerFrame};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Bids of one measurement, divided among its batches.
const BIDS: i64 = 40_960;
/// Measurements of each kind, taken in turn; the middle one of each is printed.
const ROUNDS: usize = 5;
const BUDGET_MICROS: f64 = 10.0;

/// CPU time of each thread of this process so far, in nanoseconds, by its number.
fn cpu() -> BTreeMap<String, u64> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux tells the time of threads");
    let told = tasks.map(|task| {
        let task = task.expect("a thread");
        let told = std::fs::read_to_string(task.path().join("schedstat")).expect("this process' own threads live");
        let nanos = told.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("nanoseconds");
        (task.file_name().to_string_lossy().into_owned(), nanos)
    });
    told.collect()
}

/// Between two readings, in microseconds. A thread that ended in between would take its time with it.
fn spent(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> f64 {
    assert!(before.keys().all(|thread| after.contains_key(thread)), "a thread has ended");
    (after.values().sum::<u64>() - before.values().sum::<u64>()) as f64 / 1e3
}

fn call(door: &Door, lot: Uuid, intent: Intent) {
    let (reply, mut answer) = mpsc::channel(1);
    assert!(door.ask(Ask { lot, actor: None, origin: Origin::default(), intent, reply }).is_ok(), "an empty inbox");
    answer.blocking_recv().expect("an answer");
}

/// The floor's thread and its way out to the replies.
fn start(dir: &Path, with_log: bool) -> (Door, Arc<Committed>) {
    let path = dir.join("journal.db");
    let log_folder = Folder::of(dir);
    let sealed = with_log.then(|| replaying(&log_folder).expect("a log"));
    let journal = Journal::open(&path, |_| {}).expect("opens");
    let tell: Tell = match sealed {
        None => tell_at_once(),
        Some(check) => {
            let (growth, _) = check.end(0).expect("an empty record");
            let log = Arc::new(Log::new(log_folder.signer().expect("a key"), growth));
            sealer::start(log, &log_folder, 0, journal.head(), |fault| panic!("{fault}")).expect("starts")
        }
    };
    let committed = Committed::new(path, journal.next_n());
    let (door, floor) = floor(journal, Lots::default(), committed.clone(), tell);
    std::thread::spawn(move || floor.run(None));
    (door, committed)
}

fn measure(batch: i64, with_log: bool) -> Cost {
    let dir = folder("proof");
    let (door, _committed) = start(&dir, with_log);
    let (lot, account) = (Uuid::from_u128(1), Uuid::from_u128(2));
    call(&door, lot, Intent::Publish(Box::new(hot_terms())));
    call(&door, lot, Intent::Seat { account, paddle: matching::Paddle(101), priority: None });
    call(&door, lot, Intent::Staff(matching::Command::Open));
    let (reply, mut replies) = mpsc::channel::<Reply>(batch as usize);
    let (before, since) = (cpu(), Instant::now());
    let mut amount = 100;
    let mut bytes = 0;
    // One bid at a time waits for its sync: fewer of them tell as much.
    let bids = if batch == 1 { BIDS / 10 } else { BIDS };
    for _ in 0..bids / batch {
        for _ in 0..batch {
            let intent = Intent::Bid { key: Uuid::from_u128(amount as u128), amount: money(amount), expect: None };
            let ask = Ask { lot, actor: Some(account), origin: Origin::default(), intent, reply: reply.clone() };
            assert!(door.ask(ask).is_ok(), "the inbox holds a batch");
            amount += 1;
        }
        for _ in 0..batch {
            let told = replies.blocking_recv().expect("a reply");
            assert_eq!(told.proof.receipt.is_some(), with_log, "{told:?}");
            bytes += ServerFrame::Reply(ReplyFrame::new(&told)).text().len();
        }
    }
    let (spent, took) = (spent(&before, &cpu()), since.elapsed().as_secs_f64() * 1e6);
    let sql = rusqlite::Connection::open(dir.join("journal.db")).expect("a journal");
    let syncs: i64 = sql.query_row("select count(*) from journal", [], |row| row.get(0)).expect("rows");
    assert!(bytes > 0);
    drop(sql);
    drop(door);
    let _ = std::fs::remove_dir_all(dir);
    let bids = bids as f64;
    Cost { cpu: spent / bids, wall: took / bids, a_sync: bids / syncs as f64 }
}

/// Of one bid, in microseconds.
#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    wall: f64,
    /// Bids under one sync.
    a_sync: f64,
}

/// A measurement in a new process.
fn measured(batch: i64, with_log: bool) -> Cost {
    let own = std::env::current_exe().expect("this program");
    let output = Command::new(own).args([CHILD, &batch.to_string(), &with_log.to_string()]).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let figures: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a figure")).collect();
    let [cpu, wall, a_sync] = figures[..] else { panic!("{text}") };
    Cost { cpu, wall, a_sync }
}

fn middle(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|one, other| one.cpu.total_cmp(&other.cpu));
    costs[costs.len() / 2]
}

/// What the program calls itself with.
const CHILD: &str = "one-measurement";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == CHILD) {
        let with_log = arguments[at + 2].parse().expect("true or false");
        let cost = measure(arguments[at + 1].parse().expect("a number"), with_log);
        return println!("{} {} {}", cost.cpu, cost.wall, cost.a_sync);
    }
    for batch in [1, 16, 128] {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            without.push(measured(batch, false));
            with.push(measured(batch, true));
        }
        let (without, with) = (middle(without), middle(with));
        let added = with.cpu - without.cpu;
        println!(
            "{batch:>3} asked at once ({:.1} and {:.1} a sync): without {:.1} µs CPU, {:.1} µs wall; with receipts {:.1} µs CPU, \
             {:.1} µs wall; added {added:.1} µs CPU a bid ({})",
            without.a_sync,
            with.a_sync,
            without.cpu,
            without.wall,
            with.cpu,
            with.wall,
            if added <= BUDGET_MICROS { "within 10" } else { "over 10" }
        );
    }
}
