//! A lot that has closed keeps its result; what only its running needed is let go some time after.

use matching::{Book, Command, Moment, Paddle, Stage};
use sunbid::trading::feed::Feed;
use sunbid::trading::floor::Lots;
use sunbid::trading::journal::{Act, Entry, Note};
use sunbid::trading::sketch::{ascending, yuan};
use sunbid::trading::wire::StageName;
use uuid::Uuid;

const LOT: Uuid = Uuid::from_u128(1);

fn bid() -> Command {
    Command::Bid { paddle: Paddle(816), key: Uuid::from_u128(7), amount: yuan(1_000), expect: None }
}

fn entry(n: usize, at: Moment, lot: Uuid, act: Act, book: &mut Book) -> Entry {
    let mut entry = Entry {
        n: n as u64,
        at,
        lot,
        actor: None,
        device: None,
        network: None,
        leaves: 0,
        act,
        result: Ok(Vec::new()),
    };
    if let Some(command) = entry.command().cloned() {
        entry.result = book.decide(at, &command);
        book.apply(at, &command, &entry.result);
    }
    entry
}

/// A lot with one bid, sold to it.
fn sold() -> Vec<Entry> {
    let terms = ascending(yuan(1_000), yuan(10), 60_000, 1_000);
    let mut book = Book::new(terms.clone());
    let admitted = Command::Admit { paddle: Paddle(816), priority: None };
    let acts = [
        (0, Act::Publish(Box::new(terms))),
        (1, Act::Seat { account: Uuid::from_u128(2), command: admitted }),
        (2, Act::Command(Command::Open)),
        (3, Act::Command(bid())),
        (60_002, Act::Command(Command::Tick)),
    ];
    acts.into_iter().enumerate().map(|(n, (at, act))| entry(n, Moment(at), LOT, act, &mut book)).collect()
}

#[test]
fn keys_of_a_closed_lot_are_let_go_by_the_records_own_time() {
    let entries = sold();
    let closed_at = entries[4].at;
    let mut lots = Lots::default();
    entries.iter().for_each(|entry| lots.apply(entry));
    let mut later = |after: i64| {
        let note = Note { kind: "notice_json".into(), id: String::new(), version: 1, sha256: "ab".repeat(32) };
        let (at, act) = (closed_at.plus_ms(after), Act::Note(Box::new(note)));
        lots.apply(&entry(5, at, Uuid::nil(), act, &mut Book::new(ascending(yuan(1), yuan(1), 1_000, 1))));
        let book = &lots.by_id[&LOT].book;
        let top = book.top().map(|top| (top.paddle, top.price));
        (book.recall(&bid()).is_some(), matches!(book.stage(), Stage::Closed(_)), top)
    };
    let top = Some((Paddle(816), yuan(1_000)));
    assert_eq!(later(3_599_999), (true, true, top));
    assert_eq!(later(3_600_000), (false, true, top), "the result stays");
}

#[test]
fn a_closed_lot_tells_its_events_for_ten_minutes_and_its_result_for_good() {
    let (feed, entries) = (Feed::default(), sold());
    entries.iter().for_each(|entry| feed.publish(entry));
    let closed_at = entries[4].at;
    let seen = |after: i64| {
        feed.catch_up(closed_at.plus_ms(after));
        feed.look(LOT, |lot| (lot.since(0).is_some(), lot.since(lot.book.seq()).is_some())).expect("a room")
    };
    assert_eq!(seen(599_999), (true, true));
    assert_eq!(seen(600_000), (false, true), "who saw the last event has missed nothing");
    assert_eq!(feed.state(LOT).map(|state| state.stage), Some(StageName::Sold));
}
