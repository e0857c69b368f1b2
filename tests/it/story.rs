//! Auctions told as stories.

use crate::house::{Server, draft, open_lot, soon, verify};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn a_bid_is_told_to_its_bidder_and_to_everyone_watching() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann, &bo], draft("S-1", 3_600_000));

    let mut public = server.anyone().socket();
    public.send(json!({"type": "watch", "lot": lot}));
    let snapshot = public.until("snapshot");
    assert_eq!(snapshot["state"]["minimum"], "1000.00");
    assert!(snapshot.get("you").is_none());

    let (mut a, mut b) = (ann.socket(), bo.socket());
    let reply = a.bid(&lot, "1000.00");
    assert_eq!(reply["accepted"], true, "{reply}");
    let event = public.until("event");
    assert_eq!(event["kind"], "bid");
    assert_eq!(event["state"]["price"], "1000.00");
    assert_eq!(event["seq"], reply["seq"]);
    assert_eq!(event["bid"]["paddle"], reply["leader"]);

    let low = b.bid(&lot, "1000.50");
    assert_eq!(
        (&low["accepted"], &low["code"], &low["minimum"]),
        (&json!(false), &json!("BELOW_STEP"), &json!("1001.00"))
    );
    assert_eq!(b.bid(&lot, "1001.00")["accepted"], true);
    assert_eq!(public.until("event")["state"]["leader"], b.bid(&lot, "1002.00")["leader"]);
    public.close();

    let page = soon(|| {
        let page = server.anyone().ok("GET", &format!("/api/lots/{lot}/bids"), Value::Null);
        (page["items"].as_array().expect("items").len() == 2).then_some(page)
    });
    assert_eq!(page["items"][1]["amount"], "1001.00");
}

#[test]
fn the_same_key_gets_the_same_reply_even_after_a_power_cut() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("S-2", 3_600_000));
    let key = "7d9f3a52-98c7-4a8e-9d5a-0f3c1f1f9a11";
    let mut socket = ann.socket();
    let first = socket.bid_as(&lot, "1000.00", key);
    let again = socket.bid_as(&lot, "1000.00", key);
    assert_eq!((&again["accepted"], &again["again"], &again["seq"]), (&json!(true), &json!(true), &first["seq"]));
    assert_eq!(again["at"], first["at"], "it was accepted when it was accepted");
    assert_eq!(socket.bid_as(&lot, "1005.00", key)["code"], "KEY_REUSED");

    let server = Server::start_on(server.kill());
    let mut socket = server.sign_in("ann").socket();
    let after = socket.bid_as(&lot, "1000.00", key);
    assert_eq!((&after["accepted"], &after["again"], &after["seq"]), (&json!(true), &json!(true), &first["seq"]));
    soon(|| {
        let page = server.anyone().ok("GET", &format!("/api/lots/{lot}/bids"), Value::Null);
        (page["items"].as_array().expect("items").len() == 1).then_some(())
    });
    let data = server.kill();
    let (whole, said) = verify(&data.path().join("data"));
    assert!(whole, "{said}");
}

#[test]
fn a_viewer_who_was_away_gets_what_he_missed_by_number() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let mut terms = draft("S-3", 3_600_000);
    terms["terms"]["self_outbid"] = json!(true);
    let lot = open_lot(&writes, &checks, &[&ann], terms);
    let mut socket = ann.socket();
    let seen = socket.bid(&lot, "1000.00")["seq"].as_u64().expect("a seq");
    for amount in ["1001.00", "1002.00", "1003.00"] {
        socket.bid(&lot, amount);
    }
    let mut back = server.anyone().socket();
    back.send(json!({"type": "hello", "resume": [{"lot": lot, "seq": seen}]}));
    let missed: Vec<Value> = (0..3).map(|_| back.until("event")).collect();
    let seqs: Vec<u64> = missed.iter().map(|event| event["seq"].as_u64().expect("a seq")).collect();
    assert_eq!(seqs, [seen + 1, seen + 2, seen + 3]);
    back.send(json!({"type": "hello", "resume": [{"lot": lot, "seq": u64::MAX}]}));
    assert_eq!(back.until("snapshot")["state"]["seq"], seen + 3, "a number from nowhere gets the present");
}

#[test]
fn nobody_checks_what_they_wrote_and_frozen_terms_stay() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let lot = writes.ok("POST", "/api/desk/lots", draft("S-4", 3_600_000));
    let path = format!("/api/desk/lots/{}", lot["card"]["id"].as_str().expect("an id"));
    assert_eq!(writes.call("POST", &format!("{path}/check"), json!({})).0, 409);
    assert_eq!(writes.call("POST", &format!("{path}/publish"), json!({})).0, 409, "unchecked");
    checks.ok("POST", &format!("{path}/check"), json!({}));
    writes.ok("PUT", &path, draft("S-4", 7_200_000));
    assert_eq!(writes.call("POST", &format!("{path}/publish"), json!({})).0, 409, "a changed draft is checked again");
    checks.call("POST", &format!("{path}/check"), json!({}));
    writes.ok("POST", &format!("{path}/publish"), json!({}));
    assert_eq!(writes.call("PUT", &path, draft("S-4", 1_000)).0, 409);
    let desk = writes.ok("GET", &path, Value::Null);
    assert!(desk.get("draft").is_none() && desk["terms"].get("reserve").is_none(), "{desk}");
}

#[test]
fn the_watch_sees_refusals_and_raises_alerts_with_evidence() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let supervisor = server.person("sue", "supervisor");
    let lot = open_lot(&writes, &checks, &[&ann, &bo], draft("S-5", 3_600_000));
    let mut wall = supervisor.socket();
    wall.send(json!({"type": "supervise"}));
    let (mut a, mut b) = (ann.socket(), bo.socket());
    for (socket, person) in [(&mut a, &ann), (&mut b, &bo)] {
        socket.send(json!({"type": "hello", "token": person.token, "device": "one-computer"}));
        socket.until("welcome");
    }
    a.bid(&lot, "1000.00");
    b.bid(&lot, "900.00");
    let refused = loop {
        let trace = wall.until("trace");
        if trace["kind"] == "refused" {
            break trace;
        }
    };
    assert_eq!(refused["code"], "BELOW_STEP");
    b.bid(&lot, "1600.00");
    let mut rules = BTreeSet::new();
    while !(rules.contains("premium_over_half") && rules.contains("shared_device")) {
        rules.insert(wall.until("alert")["rule"].as_str().expect("a rule").to_string());
    }
    let alerts = supervisor.ok("GET", &format!("/api/supervision/alerts?lot={lot}"), Value::Null);
    let evidence = alerts["items"][0]["evidence"][0].as_u64().expect("an entry");
    let record = supervisor.ok("GET", &format!("/api/supervision/record?lot={lot}&from_n={evidence}"), Value::Null);
    assert_eq!(record["items"][0]["n"], evidence);
    let first = supervisor.ok("GET", &format!("/api/supervision/record?lot={lot}&limit=2"), Value::Null);
    let next = first["next_n"].as_u64().expect("there is more");
    let second = supervisor.ok("GET", &format!("/api/supervision/record?lot={lot}&from_n={next}&limit=1"), Value::Null);
    assert!(second["items"][0]["n"].as_u64() > first["items"][1]["n"].as_u64());
}

#[test]
fn a_supervisor_never_reads_a_standing_maximum() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let supervisor = server.person("sue", "supervisor");
    let lot = open_lot(&writes, &checks, &[&ann], draft("S-6", 3_600_000));
    let mut wall = supervisor.socket();
    wall.send(json!({"type": "supervise"}));
    let mut a = ann.socket();
    for max in ["7777.00", "6666.00"] {
        a.send(json!({"type": "proxy", "lot": lot, "key": uuid::Uuid::new_v4(), "max": max}));
        a.until("reply");
    }
    let mut traces = Vec::new();
    while traces.last().is_none_or(|trace: &Value| trace["code"] != "PROXY_NOT_RAISED") {
        traces.push(wall.until("trace"));
    }
    let record = supervisor.ok("GET", &format!("/api/supervision/record?lot={lot}"), Value::Null);
    let told = json!([traces, record]).to_string();
    assert!(!told.contains("7777") && !told.contains("6666"), "{told}");
}

#[test]
fn who_loses_the_right_to_supervise_sees_no_more() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("S-7", 3_600_000));
    let mut wall = server.person("sue", "supervisor").socket();
    wall.send(json!({"type": "supervise"}));
    wall.send(json!({"type": "watch", "lot": lot}));
    wall.until("snapshot");
    wall.send(json!({"type": "hello"}));
    wall.until("welcome");
    ann.socket().bid(&lot, "1000.00");
    assert_eq!(wall.until_any(&["event", "trace"])["type"], "event");
    wall.send(json!({"type": "ping", "at": 1}));
    assert_eq!(wall.until_any(&["trace", "pong"])["type"], "pong", "no trace came in between");
}

#[test]
fn a_session_is_renewed_and_ended_by_its_cookie() {
    let server = Server::start();
    server.person("ann", "bidder");
    let browser = server.anyone();
    let (status, _) = browser.call("POST", "/api/session", json!({"login": "ann", "password": crate::house::PASSWORD}));
    assert_eq!(status, 200);
    let (status, renewed) = browser.call("POST", "/api/session/refresh", Value::Null);
    assert_eq!((status, renewed["account"]["login"].as_str()), (200, Some("ann")));
    assert_eq!(browser.call("DELETE", "/api/session", Value::Null).0, 204);
    let (status, refused) = browser.call("POST", "/api/session/refresh", Value::Null);
    assert_eq!((status, refused["code"].as_str()), (401, Some("NOT_SIGNED_IN")));
}

#[test]
fn a_clerk_sees_only_his_own_centers_lots() {
    let server = Server::start();
    let admin = server.sign_in("admin");
    let centers = admin.ok("GET", "/api/centers", Value::Null);
    let new = |login: &str, center: &Value| json!({"login": login, "password": crate::house::PASSWORD, "name": login, "role": "clerk", "center_id": center});
    let (city, district) =
        (server.staff(new("city", &centers[0]["id"])), server.staff(new("district", &centers[1]["id"])));
    let (status, body) = admin.call("POST", "/api/accounts", new("nowhere", &Value::Null));
    assert_eq!((status, body["field"].as_str()), (400, Some("center_id")));
    let lot = city.ok("POST", "/api/desk/lots", draft("S-8", 1_000));
    let path = format!("/api/desk/lots/{}", lot["card"]["id"].as_str().expect("an id"));
    assert_eq!(district.call("GET", &path, Value::Null).0, 404);
    assert_eq!(district.call("POST", &format!("{path}/check"), json!({})).0, 404);
    assert_eq!(district.ok("GET", "/api/desk/lots", Value::Null)["total"], 0);
    assert_eq!(city.ok("GET", "/api/desk/lots", Value::Null)["total"], 1);
}

#[test]
fn a_viewer_who_reads_nothing_ends_on_the_latest_state() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let mut terms = draft("S-9", 3_600_000);
    terms["terms"]["self_outbid"] = json!(true);
    let lot = open_lot(&writes, &checks, &[&ann], terms);
    let mut slow = server.anyone().socket();
    slow.send(json!({"type": "watch", "lot": lot}));
    let mut socket = ann.socket();
    // More than a viewer's outbox and the kernel hold for him, and over before he is given up: by the breath, so that
    // the disk's pace is not the test's.
    let mut last = Value::Null;
    for breath in (1_000..3_000).collect::<Vec<u32>>().chunks(sunbid::trading::wire::IN_FLIGHT_MAX) {
        for amount in breath {
            let (key, amount) = (uuid::Uuid::new_v4(), format!("{amount}.00"));
            socket.send(json!({"type": "bid", "lot": lot, "key": key, "amount": amount}));
        }
        for _ in breath {
            last = socket.until("reply")["seq"].clone();
        }
    }
    let mut snapshots = 0;
    let seen = loop {
        let frame = slow.until_any(&["event", "snapshot"]);
        snapshots += u32::from(frame["type"] == "snapshot");
        let seq = if frame["type"] == "event" { frame["seq"].clone() } else { frame["state"]["seq"].clone() };
        if seq == last {
            break frame;
        }
    };
    assert_eq!(seen["state"]["price"], "2999.00");
    assert!(snapshots > 1, "he missed nothing, so this has shown nothing");
}

#[test]
fn an_outage_over_the_close_ends_nothing() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("S-10", 2_000));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
    let ends_at = server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"]["ends_at"].clone();
    let dir = server.kill();
    let ends_at = ends_at.as_i64().expect("a moment");
    while sunbid::clock::now().0 < ends_at {
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    let server = Server::start_on(dir);
    let state = soon(|| {
        let lot = server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null);
        (lot["state"]["stage"] == "suspended").then(|| lot["state"].clone())
    });
    assert!(state["suspended_at"].as_i64().is_some_and(|since| since <= ends_at), "{state}");
    let clerk = server.sign_in("c1");
    let resumed = clerk.ok("POST", &format!("/api/desk/lots/{lot}/resume"), json!({}));
    assert!(resumed["card"]["stage"].is_string());
    soon(|| {
        let lot = server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null);
        (lot["state"]["stage"] == "sold").then_some(())
    });
}
