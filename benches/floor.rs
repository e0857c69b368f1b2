//! The whole way of a bid in process: door, floor, book, journal, reply. One bid at a time against
//! a raw write and fdatasync of the same bytes; then one hot lot as fast as it goes; then a restart.

#[path = "support/disk.rs"]
mod disk;
#[path = "support/hot_lot.rs"]
mod hot_lot;
#[path = "support/record.rs"]
mod record;

use disk::folder;
use hot_lot::{hot_terms, money};
use record::{entries, quantile};
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};
use sunbid::trading::floor::{Answer, Ask, Door, Intent, Lots, Origin, Reply, floor, tell_at_once};
use sunbid::trading::journal::{Committed, Journal};
use tokio::sync::mpsc;
use uuid::Uuid;

const ONE_BY_ONE: i64 = 2_000;
const HOT: i64 = 1_000_000;
/// Bidders in turn, each outbidding the one before.
const BIDDERS: i64 = 64;
/// What a door lets one connection have under way.
const IN_FLIGHT: i64 = 16;

struct Hall {
    door: Door,
    lot: Uuid,
}

fn account(of: i64) -> Uuid {
    Uuid::from_u128(1_000 + (of % BIDDERS) as u128)
}

impl Hall {
    fn bid(&self, amount: i64, reply: &mpsc::Sender<Reply>) {
        let intent = Intent::Bid { key: Uuid::from_u128(amount as u128), amount: money(amount), expect: None };
        let actor = Some(account(amount));
        let mut ask = Some(Ask { lot: self.lot, actor, origin: Origin::default(), intent, reply: reply.clone() });
        while let Some(again) = ask.take() {
            let copy =
                Ask { intent: again.intent.clone(), origin: Origin::default(), reply: again.reply.clone(), ..again };
            if self.door.ask(again).is_err() {
                std::thread::yield_now();
                ask = Some(copy);
            }
        }
    }

    fn call(&self, intent: Intent) -> Answer {
        let (reply, mut answer) = mpsc::channel(1);
        let ask = Ask { lot: self.lot, actor: None, origin: Origin::default(), intent, reply };
        self.door.ask(ask).expect("an empty inbox");
        answer.blocking_recv().expect("an answer").answer
    }
}

fn main() {
    let dir = folder("floor");
    let path = dir.join("journal.db");
    let journal = Journal::open(&path, |_| {}).expect("opens");
    let committed = Committed::new(path.clone(), journal.next_n());
    let (door, floor) = floor(journal, Lots::default(), committed, tell_at_once());
    let thread = std::thread::spawn(move || floor.run(None));
    let hall = Hall { door, lot: Uuid::from_u128(1) };
    hall.call(Intent::Publish(Box::new(hot_terms())));
    for nth in 0..BIDDERS {
        hall.call(Intent::Seat { account: account(nth), paddle: matching::Paddle(101 + nth as u32), priority: None });
    }
    hall.call(Intent::Staff(matching::Command::Open));

    let mut raw = File::create(dir.join("raw")).expect("creates");
    let line = serde_json::to_vec(&entries(hall.lot, 0, 1)[0]).expect("serializes");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (reply, mut replies) = mpsc::channel((BIDDERS * IN_FLIGHT) as usize);
    for amount in 100..100 + ONE_BY_ONE {
        let since = Instant::now();
        hall.bid(amount, &reply);
        let told = replies.blocking_recv().expect("a reply");
        ours.push(since.elapsed());
        assert!(matches!(told.answer, Answer::Done { .. }), "{told:?}");
        let since = Instant::now();
        raw.write_all(&line).expect("writes");
        raw.sync_data().expect("syncs");
        theirs.push(since.elapsed());
    }
    let (p50, p99) = (quantile(&mut ours, 0.5), quantile(&mut ours, 0.99));
    let raw50 = quantile(&mut theirs, 0.5);
    println!(
        "one durable bid: p50 {:.1} µs, p99 {:.1} µs; raw write+fdatasync p50 {:.1} µs; ratio {:.2}",
        micros(p50),
        micros(p99),
        micros(raw50),
        p50.as_secs_f64() / raw50.as_secs_f64()
    );

    let since = Instant::now();
    let mut sent = 0;
    let mut done = 0;
    while done < HOT {
        while sent < HOT && sent - done < BIDDERS * IN_FLIGHT {
            hall.bid(100 + ONE_BY_ONE + sent, &reply);
            sent += 1;
        }
        let told = replies.blocking_recv().expect("a reply");
        assert!(matches!(told.answer, Answer::Done { .. }), "{told:?}");
        done += 1;
        while let Ok(told) = replies.try_recv() {
            assert!(matches!(told.answer, Answer::Done { .. }), "{told:?}");
            done += 1;
        }
    }
    let took = since.elapsed();
    println!(
        "one hot lot: {:.0} durable bids/s ({HOT} bids in {:.2} s)",
        HOT as f64 / took.as_secs_f64(),
        took.as_secs_f64()
    );

    drop(hall);
    thread.join().expect("the floor ends with its last door");
    let since = Instant::now();
    let mut lots = Lots::default();
    let journal = Journal::open(&path, |entry| lots.apply(&entry)).expect("replays");
    println!("restart: {} entries replayed and checked in {:.2} s", journal.next_n(), since.elapsed().as_secs_f64());
    drop(journal);
    std::fs::remove_dir_all(dir).expect("removes");
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
