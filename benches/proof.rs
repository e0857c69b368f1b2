//! What receipts cost: the same bids through the same floor without and with the log behind it, in
//! batches of 1, 16 and 128, replies framed as a connection frames them. CPU of all threads, per bid.

#[path = "support/disk.rs"]
mod disk;
#[path = "support/hot_lot.rs"]
mod hot_lot;

use disk::folder;
use hot_lot::{hot_terms, money};
use std::path::Path;
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
/// Measurements of each kind, taken in turn; the best of each is printed.
const ROUNDS: usize = 3;
const BUDGET_MICROS: f64 = 10.0;

/// CPU time of every thread of this process, in seconds.
fn cpu() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux tells the time of threads");
    let nanos = tasks.filter_map(|task| {
        let told = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<f64>().ok()
    });
    nanos.sum::<f64>() / 1e9
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

/// CPU per bid in microseconds, wall time per bid, bids per sync.
fn measure(batch: i64, with_log: bool) -> (f64, f64, f64) {
    let dir = folder("proof");
    let (door, _committed) = start(&dir, with_log);
    let (lot, account) = (Uuid::from_u128(1), Uuid::from_u128(2));
    call(&door, lot, Intent::Publish(Box::new(hot_terms())));
    call(&door, lot, Intent::Seat { account, paddle: matching::Paddle(101), priority: None });
    call(&door, lot, Intent::Staff(matching::Command::Open));
    let (reply, mut replies) = mpsc::channel::<Reply>(batch as usize);
    let (cpu_before, since) = (cpu(), Instant::now());
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
    let (spent, took) = ((cpu() - cpu_before) * 1e6 / bids as f64, since.elapsed().as_secs_f64() * 1e6 / bids as f64);
    let sql = rusqlite::Connection::open(dir.join("journal.db")).expect("a journal");
    let syncs: i64 = sql.query_row("select count(*) from journal", [], |row| row.get(0)).expect("rows");
    assert!(bytes > 0);
    drop(sql);
    drop(door);
    let _ = std::fs::remove_dir_all(dir);
    (spent, took, bids as f64 / syncs as f64)
}

fn main() {
    for batch in [1, 16, 128] {
        let (mut without, mut with) = ((f64::MAX, 0.0, 0.0), (f64::MAX, 0.0, 0.0));
        for _ in 0..ROUNDS {
            let (bare, proved) = (measure(batch, false), measure(batch, true));
            without = if bare.0 < without.0 { bare } else { without };
            with = if proved.0 < with.0 { proved } else { with };
        }
        let added = with.0 - without.0;
        println!(
            "{batch:>3} asked at once ({:.1} and {:.1} a sync): without {:.1} µs CPU, {:.1} µs wall; with receipts {:.1} µs CPU, \
             {:.1} µs wall; added {added:.1} µs CPU a bid ({})",
            without.2,
            with.2,
            without.0,
            without.1,
            with.0,
            with.1,
            if added <= BUDGET_MICROS { "within 10" } else { "over 10" }
        );
    }
}
