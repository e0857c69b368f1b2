//! A page that takes nothing is heard all the same; what an account puts on record for nothing has an end.

use crate::house::{Server, Socket, draft, open_lot, soon};
use serde_json::{Value, json};
use std::thread::park_timeout;
use std::time::{Duration, Instant};

/// A socket that takes nothing for ten seconds is closed.
const CLOSED_AFTER: Duration = Duration::from_secs(12);
/// Bids in one breath: what one connection may have under way.
const BREATH: usize = 16;
/// Far above what an account may put on record for nothing in one breath.
const ASKS_MAX: usize = 10_000;

/// The server's time.
fn now(socket: &mut Socket) -> i64 {
    socket.send(json!({"type": "ping", "at": 0}));
    socket.until("pong")["now"].as_i64().expect("a moment")
}

/// Sends sixteen frames at once; the answers, in the order they came.
fn breath(socket: &mut Socket, frame: impl Fn() -> Value) -> Vec<Value> {
    for _ in 0..BREATH {
        let mut frame = frame();
        frame["key"] = json!(uuid::Uuid::new_v4());
        socket.send(frame);
    }
    (0..BREATH).map(|_| socket.until_any(&["reply", "error"])).collect()
}

#[test]
fn a_bid_is_dated_when_it_arrives_though_its_page_takes_nothing() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (lively, slow) = (server.person("b1", "bidder"), server.person("b2", "bidder"));
    let mut terms = draft("S-1", 3_600_000);
    terms["terms"]["self_outbid"] = json!(true);
    let watched = open_lot(&writes, &checks, &[&lively], terms);
    let wanted = open_lot(&writes, &checks, &[&slow], draft("S-2", 3_600_000));

    let mut page = slow.socket();
    page.send(json!({"type": "watch", "lot": watched}));
    page.until("snapshot");
    let mut hall = lively.socket();
    let mut amount = 1_000;
    for _ in 0..120 {
        for _ in 0..BREATH {
            let (key, bid) = (uuid::Uuid::new_v4(), format!("{amount}.00"));
            hall.send(json!({"type": "bid", "lot": watched, "key": key, "amount": bid}));
            amount += 1;
        }
        for _ in 0..BREATH {
            assert_eq!(hall.until("reply")["accepted"], true);
        }
    }

    // All that fits into the wire is in it. The page draws, and its bidder bids elsewhere.
    let sent_at = now(&mut hall);
    page.send(json!({"type": "bid", "lot": wanted, "key": uuid::Uuid::new_v4(), "amount": "1000.00"}));
    park_until(Instant::now() + CLOSED_AFTER);
    assert!(page.ended_before(now(&mut hall)), "the page was never held up");
    let bids = soon(|| {
        let page = lively.ok("GET", &format!("/api/lots/{wanted}/bids"), Value::Null);
        page["items"].as_array().filter(|items| !items.is_empty()).cloned()
    });
    let late_ms = bids[0]["at"].as_i64().expect("a moment") - sent_at;
    assert!(late_ms < 2_000, "dated {late_ms} ms late");
}

fn park_until(until: Instant) {
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        park_timeout(left);
    }
}

#[test]
fn who_asked_is_charged_whoever_speaks_when_the_answer_comes() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let bidder = server.person("b1", "bidder");
    let lot = open_lot(&writes, &checks, &[&bidder], draft("B-1", 3_600_000));
    let token = bidder.token.clone().expect("signed in");
    let mut socket = bidder.socket();
    let too_low = json!({"type": "bid", "lot": lot, "amount": "1.00"});
    let mut asked = 0;
    loop {
        for _ in 0..BREATH {
            let mut bid = too_low.clone();
            bid["key"] = json!(uuid::Uuid::new_v4());
            socket.send(bid);
        }
        socket.send(json!({"type": "hello"}));
        let answers: Vec<Value> = (0..BREATH).map(|_| socket.until_any(&["reply", "error"])).collect();
        if answers.iter().any(|answer| answer["code"] == "TOO_MANY_REFUSED") {
            return;
        }
        asked += BREATH;
        assert!(asked < ASKS_MAX, "{asked} refusals on record");
        socket.send(json!({"type": "hello", "token": token}));
        while socket.until("welcome")["account"].is_null() {}
    }
}

#[test]
fn who_hangs_up_before_the_answer_is_charged() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let bidder = server.person("b1", "bidder");
    let lot = open_lot(&writes, &checks, &[&bidder], draft("B-2", 3_600_000));
    let too_low = json!({"type": "bid", "lot": lot, "amount": "1.00"});
    for _ in 0..ASKS_MAX / BREATH {
        let mut socket = bidder.socket();
        for _ in 0..BREATH {
            let mut bid = too_low.clone();
            bid["key"] = json!(uuid::Uuid::new_v4());
            socket.send(bid);
        }
        // Those behind the last place in the budget are refused by the door itself, at once.
        if socket.hang_up().iter().any(|answer| answer["code"] == "TOO_MANY_REFUSED") {
            return;
        }
    }
    panic!("{ASKS_MAX} refusals on record");
}

#[test]
fn changes_nobody_sees_have_an_end_and_bids_go_on() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (leader, other) = (server.person("b1", "bidder"), server.person("b2", "bidder"));
    let lot = open_lot(&writes, &checks, &[&leader, &other], draft("B-3", 3_600_000));
    let mut socket = leader.socket();
    let max = std::cell::Cell::new(1_000_000);
    let mut taken = 0;
    loop {
        let answers = breath(&mut socket, || {
            max.set(max.get() + 1);
            json!({"type": "proxy", "lot": lot, "max": format!("{}.00", max.get())})
        });
        if answers.iter().any(|answer| answer["code"] == "TOO_MANY_REFUSED") {
            break;
        }
        taken += BREATH;
        assert!(taken < ASKS_MAX, "{taken} changes of a maximum on record");
    }
    assert_eq!(other.socket().bid(&lot, "1500.00")["accepted"], true, "his neighbour is not held to it");
}
