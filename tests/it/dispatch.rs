//! 指挥调度: an order reaches the floor at once and the center in its inbox, and rises when nobody answers.

use crate::house::{Person, Server, draft, open_lot, soon};
use crate::life::{Desk, file};
use serde_json::{Value, json};
use std::time::Duration;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn center(server: &Server, place: usize) -> String {
    let centers = server.anyone().ok("GET", "/api/centers", Value::Null);
    centers[place]["id"].as_str().expect("an id").to_string()
}

fn suspension(center: &str, lot: &str, key: &str) -> Value {
    json!({"key": key, "kind": "suspend", "center": center, "lot": lot, "words": "疑似串通，立即中止", "limit": {"hours": 4}})
}

fn word(who: &Person, order: &Value, act: &str, note: &str) -> (u16, Value) {
    who.call("POST", &format!("/api/dispatch/orders/{}/acts", order["no"]), json!({"act": act, "note": note}))
}

fn stage(who: &Person, lot: &str) -> Value {
    who.ok("GET", &format!("/api/lots/{lot}"), Value::Null)["card"]["stage"].clone()
}

/// How often the record says that a lot was suspended.
fn suspensions(who: &Person, lot: &str) -> usize {
    let record = who.ok("GET", &format!("/api/supervision/record?lot={lot}&limit=500"), Value::Null);
    record["items"].as_array().expect("a list").iter().filter(|row| row["kind"] == "suspended").count()
}

#[test]
fn a_supervisor_suspends_a_live_lot_and_the_center_answers() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let (supervisor, bidder) = (server.person("supervisor", "supervisor"), server.person("bidder", "bidder"));
    let lot = open_lot(&clerk, &checker, &[&bidder], draft("ORDER-1", 600_000));
    let center = center(&server, 0);
    let key = uuid::Uuid::new_v4().to_string();
    let order = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center, &lot, &key));
    assert_eq!((order["state"].as_str(), order["floor"]["result"].as_str()), (Some("issued"), Some("done")), "{order}");
    let number = order["number"].as_str().expect("a number").to_string();
    soon(|| (stage(&supervisor, &lot) == "suspended").then_some(()));
    let refused = bidder.socket().bid(&lot, "1000.00");
    assert_eq!(refused["accepted"], false, "{refused}");

    // The same key is the same order, and the floor hears of it once.
    let again = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center, &lot, &key));
    assert_eq!(again["no"], order["no"]);
    let (status, said) = supervisor.call(
        "POST",
        "/api/dispatch/orders",
        json!({"key": key, "kind": "explain", "center": center,
            "words": "另一件事", "limit": {"wd": 1}}),
    );
    assert_eq!((status, said["code"].as_str()), (409, Some("ORDER_KEY_USED")));
    assert_eq!(suspensions(&supervisor, &lot), 1);

    let told = clerk.ok("GET", "/api/me/cards", Value::Null);
    assert!(told["messages"][0]["zh"].as_str().is_some_and(|zh| zh.contains(&number)), "{told}");
    assert_eq!(word(&clerk, &order, "answer", "正在核查").1["code"], "ORDER_NOT_ACKNOWLEDGED");
    assert_eq!(word(&supervisor, &order, "acknowledge", "").0, 403);
    assert_eq!(word(&clerk, &order, "acknowledge", "").0, 200);
    assert_eq!(word(&clerk, &order, "answer", "已通知竞买人").0, 200);
    assert_eq!(word(&clerk, &order, "accept", "").0, 403);
    assert_eq!(word(&supervisor, &order, "return", "请附核查记录").1["state"], "returned");
    assert_eq!(word(&clerk, &order, "lift", "无需中止").0, 403);
    assert_eq!(word(&clerk, &order, "answer", "核查记录见附件").0, 200);
    assert_eq!(word(&supervisor, &order, "close", "").1["code"], "ORDER_NOT_NOW");
    word(&supervisor, &order, "accept", "");
    let (_, closed) = word(&supervisor, &order, "close", "");
    let acts: Vec<&str> =
        closed["events"].as_array().expect("events").iter().filter_map(|e| e["act"].as_str()).collect();
    assert_eq!(acts, ["issue", "floor_done", "acknowledge", "answer", "return", "answer", "accept", "close"]);
    // Going on is the center's own act, by its own rules.
    clerk.ok("POST", &format!("/api/desk/lots/{lot}/resume"), json!({}));
    soon(|| (stage(&supervisor, &lot) == "bidding").then_some(()));
}

#[test]
fn a_lot_suspended_by_order_goes_on_only_when_supervision_lets_it() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let (supervisor, bidder) = (server.person("supervisor", "supervisor"), server.person("bidder", "bidder"));
    let center = center(&server, 0);
    let ordered = |lot: &str| {
        let key = uuid::Uuid::new_v4().to_string();
        let order = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center, lot, &key));
        soon(|| (stage(&supervisor, lot) == "suspended").then_some(()));
        order
    };
    let resume = |lot: &str| clerk.call("POST", &format!("/api/desk/lots/{lot}/resume"), json!({}));
    let held = |lot: &str| {
        let (status, said) = resume(lot);
        assert_eq!((status, said["code"].as_str()), (409, Some("LOT_HELD")), "{said}");
    };
    let lot = open_lot(&clerk, &checker, &[&bidder], draft("HOLD-1", 3_600_000));
    let order = ordered(&lot);
    // Whatever the center does alone, the lot stands still; its desk says why before anybody asks.
    held(&lot);
    let desk = clerk.ok("GET", &format!("/api/desk/lots/{lot}"), Value::Null);
    let waits = desk["not_yet"].as_array().expect("a list").iter().find(|one| one["action"] == "resume");
    assert!(waits.is_some_and(|one| one["reason"]["zh"].as_str().is_some_and(|zh| zh.contains("监督指令"))), "{desk}");
    word(&clerk, &order, "acknowledge", "");
    held(&lot);
    word(&clerk, &order, "answer", "已核查");
    held(&lot);
    word(&supervisor, &order, "return", "请附记录");
    held(&lot);
    word(&clerk, &order, "answer", "记录见附件");
    assert_eq!(word(&supervisor, &order, "accept", "").0, 200);
    assert_eq!(resume(&lot).0, 200);
    soon(|| (stage(&supervisor, &lot) == "bidding").then_some(()));

    // Two orders on one lot: both must let go. A lifted one says why.
    let (first, second) = (ordered(&lot), {
        let key = uuid::Uuid::new_v4().to_string();
        supervisor.ok("POST", "/api/dispatch/orders", suspension(&center, &lot, &key))
    });
    assert_eq!(second["floor"]["code"], "ALREADY_SUSPENDED", "{second}");
    assert_eq!(word(&supervisor, &first, "lift", "").1["code"], "ORDER_NOTE_MISSING");
    assert_eq!(word(&supervisor, &first, "lift", "线索不实").1["state"], "closed");
    held(&lot);
    word(&supervisor, &second, "lift", "线索不实");
    assert_eq!(resume(&lot).0, 200);
    soon(|| (stage(&supervisor, &lot) == "bidding").then_some(()));
}

/// The moment to go on was announced before the order came.
#[test]
fn an_order_drops_the_resumption_that_was_announced_and_nobody_ends_the_lot_under_it() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let supervisor = server.person("supervisor", "supervisor");
    let lot = open_lot(&clerk, &checker, &[], draft("HOLD-2", 3_600_000));
    clerk.ok("POST", &format!("/api/desk/lots/{lot}/suspend"), json!({"ground": "网络检修"}));
    let at = sunbid::clock::now().0 + 2_000;
    clerk.ok("POST", &format!("/api/desk/lots/{lot}/resume"), json!({"at": at}));
    let key = uuid::Uuid::new_v4().to_string();
    let order = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center(&server, 0), &lot, &key));
    assert_eq!(order["floor"]["result"], "done", "{order}");
    let terminate = || clerk.call("POST", &format!("/api/desk/lots/{lot}/terminate"), json!({"ground": "委托人撤回"}));
    let (status, said) = terminate();
    assert_eq!((status, said["code"].as_str()), (409, Some("LOT_HELD")), "{said}");
    let desk = clerk.ok("GET", &format!("/api/desk/lots/{lot}"), Value::Null);
    let waits: Vec<_> = desk["not_yet"].as_array().expect("a list").iter().map(|one| one["action"].clone()).collect();
    assert_eq!(waits, [json!("resume"), json!("terminate")], "the desk says so before anybody asks");

    soon(|| (sunbid::clock::now().0 > at + 500).then_some(()));
    assert_eq!(stage(&supervisor, &lot), "suspended");
    let record = supervisor.ok("GET", &format!("/api/supervision/record?lot={lot}&limit=500"), Value::Null);
    let kinds: Vec<_> = record["items"].as_array().expect("a list").iter().map(|row| row["kind"].clone()).collect();
    let went_on = kinds.iter().filter(|kind| **kind == "resumed").count();
    assert_eq!(went_on, 1, "announced, and never done: {kinds:?}");

    word(&supervisor, &order, "lift", "线索不实");
    assert_eq!(terminate().0, 200);
}

/// Whatever lets a held lot go on: it is suspended again, and supervision is told.
#[test]
fn a_held_lot_that_goes_on_all_the_same_is_suspended_again() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let supervisor = server.person("supervisor", "supervisor");
    let lot = open_lot(&clerk, &checker, &[], draft("HOLD-3", 3_600_000));
    let key = uuid::Uuid::new_v4().to_string();
    let order = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center(&server, 0), &lot, &key));
    word(&supervisor, &order, "lift", "线索不实");
    clerk.ok("POST", &format!("/api/desk/lots/{lot}/resume"), json!({}));
    soon(|| (stage(&supervisor, &lot) == "bidding").then_some(()));
    // No door lets a lot go on under its hold, so the test puts the hold back where it was.
    server
        .tables()
        .execute_batch("drop trigger lot_holds_are_released_once; update lot_holds set released_at = null")
        .expect("held");
    let path = format!("/api/dispatch/orders/{}", order["no"]);
    soon(|| {
        let seen = supervisor.ok("GET", &path, Value::Null);
        seen["events"].as_array().expect("events").iter().find(|event| event["act"] == "floor_again").map(|_| ())
    });
    soon(|| (stage(&supervisor, &lot) == "suspended").then_some(()));
}

#[test]
fn the_floors_refusal_is_kept_with_the_order() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let supervisor = server.person("supervisor", "supervisor");
    let lot = open_lot(&clerk, &checker, &[], draft("ORDER-2", 600_000));
    let center_id = center(&server, 0);
    clerk.ok("POST", &format!("/api/desk/lots/{lot}/terminate"), json!({"ground": "撤回"}));
    let key = uuid::Uuid::new_v4().to_string();
    let order = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center_id, &lot, &key));
    assert_eq!(order["floor"]["result"], "refused", "{order}");
    assert!(order["floor"]["code"].is_string() && order["floor"]["zh"].is_string());
    let other = center(&server, 1);
    let (status, said) =
        supervisor.call("POST", "/api/dispatch/orders", suspension(&other, &lot, &uuid::Uuid::new_v4().to_string()));
    assert_eq!((status, said["field"].as_str()), (400, Some("lot")), "another center's lot");
}

#[test]
fn an_order_cut_off_on_its_way_is_sent_once() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let supervisor = server.person("supervisor", "supervisor");
    let (done, lost) = (
        open_lot(&clerk, &checker, &[], draft("ORDER-3", 3_600_000)),
        open_lot(&clerk, &checker, &[], draft("ORDER-4", 3_600_000)),
    );
    let center_id = center(&server, 0);
    let key = uuid::Uuid::new_v4().to_string();
    let first = supervisor.ok("POST", "/api/dispatch/orders", suspension(&center_id, &done, &key));
    // The power goes after the floor has done it and before its word is kept; and of a second order, before the
    // floor was asked. The first was lifted since, and the center has resumed its lot.
    assert_eq!(word(&supervisor, &first, "lift", "已核实").0, 200);
    clerk.ok("POST", &format!("/api/desk/lots/{done}/resume"), json!({}));
    soon(|| (stage(&supervisor, &done) == "bidding").then_some(()));
    let dir = server.kill();
    let tables = crate::house::tables(dir.path());
    tables.execute_batch("drop trigger dispatch_floor_speaks_once").expect("off");
    tables.execute("update dispatch_floor set result = null, at = null", []).expect("forgotten");
    tables
        .execute(
            "insert into dispatch_orders (number, key, kind, center, lot, words, hours, issued_by, issued_at, runs_from)
             select 'ZL2000-0001', ?1, kind, center, ?2, words, hours, issued_by, issued_at, runs_from from dispatch_orders",
            [uuid::Uuid::new_v4().to_string(), lost.clone()],
        )
        .expect("written");
    tables
        .execute(
            "insert into dispatch_floor (order_no, from_n, asked_at, again_at) select max(no), 0, 1, 1 from dispatch_orders",
            [],
        )
        .expect("intended");
    tables
        .execute("insert into lot_holds (held_by, lot, held_at) values ('ZL2000-0001', ?1, 1)", [lost.clone()])
        .expect("held");
    drop(tables);
    let server = Server::start_on(dir);
    let supervisor = server.sign_in("supervisor");
    soon(|| (stage(&supervisor, &lost) == "suspended").then_some(()));
    assert_eq!(stage(&supervisor, &done), "bidding", "done once is not done again");
    let seen = supervisor.ok("GET", &format!("/api/dispatch/orders/{}", first["no"]), Value::Null);
    assert_eq!(seen["floor"]["result"], "done", "{seen}");
    assert_eq!(suspensions(&supervisor, &done), 1);
}

/// Another word for the lot is with the floor, and stays until it is freed.
fn busy(server: &Server, lot: &str) {
    let never = i64::MAX / 2;
    let sql = "insert into life_dues (id, lot, word, by, at)
               select ?1, ?1, '{\"word\":\"resume\",\"at\":null}', id, ?2 from accounts limit 1";
    server.tables().execute(sql, rusqlite::params![lot, never]).expect("busy");
}

fn free(server: &Server, lot: &str) {
    server.tables().execute("delete from life_dues where lot = ?1", [lot]).expect("free");
}

#[test]
fn an_order_that_met_a_busy_floor_is_done_refused_or_dropped_within_a_round() {
    let desk = Desk::of(Server::start_rehearsal());
    let server = &desk.server;
    let (supervisor, center) = (server.person("supervisor", "supervisor"), center(server, 0));
    let opened = |number: &str, open_ms: i64| {
        let lot = desk.lot(number, open_ms, json!({}), file("pre"));
        desk.ready(&lot);
        desk.act(&lot, "announce");
        desk.open(&lot, &[]);
        lot
    };
    let (lifted, stands) = (opened("BUSY-1", 3_600_000), opened("BUSY-2", 3_600_000));
    let over = opened("BUSY-3", 100);
    soon(|| (stage(&supervisor, &over) == "unsold").then_some(()));
    let order = |lot: &str| {
        let key = uuid::Uuid::new_v4().to_string();
        supervisor.ok("POST", "/api/dispatch/orders", suspension(&center, lot, &key))
    };
    let orders = [&lifted, &stands, &over].map(|lot| {
        busy(server, lot);
        let order = order(lot);
        assert!(order["floor"]["result"].is_null(), "{order}");
        order
    });
    assert_eq!(word(&supervisor, &orders[0], "lift", "线索不实").0, 200);
    for lot in [&lifted, &stands, &over] {
        free(server, lot);
    }
    let result = |order: &Value, wanted: &str| {
        let path = format!("/api/dispatch/orders/{}", order["no"]);
        let floor = || supervisor.ok("GET", &path, Value::Null)["floor"].clone();
        soon(|| Some(floor()).filter(|floor| floor["result"] == wanted))
    };
    let done = result(&orders[1], "done");
    let waited_ms = done["at"].as_i64().zip(orders[1]["issued_at"].as_i64()).map(|(at, since)| at - since);
    assert!(waited_ms < Some(30_000), "a busy floor took nothing: it is asked again at the next round, {waited_ms:?}");
    soon(|| (stage(&supervisor, &stands) == "suspended").then_some(()));
    result(&orders[0], "dropped");
    assert_eq!((stage(&supervisor, &lifted), suspensions(&supervisor, &lifted)), (json!("bidding"), 0));
    result(&orders[2], "refused");
    let told = supervisor.ok("GET", "/api/me/cards", Value::Null)["messages"].to_string();
    let said =
        |nth: usize, what: &str| told.contains(&format!("{}{what}", orders[nth]["number"].as_str().expect("a number")));
    assert!(said(1, "已送达场内") && said(2, "未能中止标的"), "who gave it hears what came later: {told}");

    // The floor is free again while who gives the order still waits.
    busy(server, &lifted);
    let order = std::thread::scope(|scope| {
        let given = scope.spawn(|| order(&lifted));
        std::thread::park_timeout(Duration::from_millis(500));
        free(server, &lifted);
        given.join().expect("given")
    });
    assert_eq!(order["floor"]["result"], "done", "{order}");
}

/// It is answered between the round's look and the card.
#[test]
fn an_order_answered_just_now_has_no_card() {
    let server = Server::start();
    let (clerk, supervisor) = (server.person("clerk", "clerk"), server.person("supervisor", "supervisor"));
    let order = supervisor.ok(
        "POST",
        "/api/dispatch/orders",
        json!({"key": uuid::Uuid::new_v4(), "kind": "explain", "center": center(&server, 0),
            "words": "说明底价录入经过", "limit": {"hours": 1}}),
    );
    let path = format!("/api/dispatch/orders/{}", order["no"]);
    let seen = || supervisor.ok("GET", &path, Value::Null);
    let mut tables = server.tables();
    let aged = "update dispatch_orders set runs_from = runs_from - ?1";
    tables.execute(aged, [2 * HOUR_MS]).expect("aged");
    soon(|| (seen()["escalated"] == 1).then_some(()));
    // Shortly before the next round the tables are locked: it reads the order, and waits to write.
    std::thread::park_timeout(Duration::from_secs(7));
    tables.execute(aged, [20 * DAY_MS]).expect("aged");
    let lock = tables.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("the lock");
    std::thread::park_timeout(Duration::from_secs(5));
    lock.execute("update dispatch_orders set state = 'answered'", []).expect("answered");
    lock.commit().expect("unlocked");
    std::thread::park_timeout(Duration::from_secs(1));
    assert_eq!(seen()["escalated"], 1);
    assert_eq!(clerk.ok("GET", "/api/me/cards", Value::Null)["cards"], json!([]));
}

#[test]
fn an_unanswered_order_rises_to_all_supervisors_and_then_to_a_card_on_the_center() {
    let server = Server::start();
    let clerk = server.person("clerk", "clerk");
    let (issues, watches) = (server.person("issues", "supervisor"), server.person("watches", "supervisor"));
    let center_id = center(&server, 0);
    let order = issues.ok(
        "POST",
        "/api/dispatch/orders",
        json!({"key": uuid::Uuid::new_v4(), "kind": "explain",
        "center": center_id, "words": "说明底价录入经过", "limit": {"hours": 1}}),
    );
    let path = format!("/api/dispatch/orders/{}", order["no"]);
    let age = |ms: i64| {
        let tables = server.tables();
        tables.execute("update dispatch_orders set runs_from = runs_from - ?1", [ms]).expect("aged");
    };
    age(2 * HOUR_MS);
    soon(|| (issues.ok("GET", &path, Value::Null)["escalated"] == 1).then_some(()));
    let told = watches.ok("GET", "/api/me/cards", Value::Null);
    assert_eq!(told["messages"].as_array().map(Vec::len), Some(1), "{told}");
    age(20 * DAY_MS);
    soon(|| (issues.ok("GET", &path, Value::Null)["escalated"] == 2).then_some(()));
    let mine = clerk.ok("GET", "/api/me/cards", Value::Null);
    assert_eq!(
        (mine["cards"][0]["level"].as_str(), mine["cards"][0]["reason"].as_str()),
        (Some("yellow"), Some("order_unanswered")),
        "{mine}"
    );
    let centers = watches.ok("GET", "/api/dispatch/centers", Value::Null);
    assert_eq!((centers[0]["overdue_orders"].as_u64(), centers[0]["yellow"].as_u64()), (Some(1), Some(1)));
    let again = watches.ok("GET", "/api/me/cards", Value::Null);
    assert_eq!(again["messages"].as_array().map(Vec::len), Some(1), "told once: {again}");
}
