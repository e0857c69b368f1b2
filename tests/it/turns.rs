//! 督办时限: with whomever a card or an order lies, its days are counted, and nothing lies anywhere unseen.

use crate::cards::{age_cards, cards_of, overdue, unguarded, word};
use crate::house::{Person, Server, draft, open_lot, soon};
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;

/// Clocks and steps, which must be as many.
fn watched(who: &Person) -> u64 {
    let seen = who.ok("GET", "/api/cards/figures", Value::Null);
    assert_eq!(seen["open_clocks"], seen["open_steps"], "{seen}");
    seen["open_clocks"].as_u64().expect("a number")
}

/// Whose turn a card or an order is, and what is to be done.
fn turn(seen: &Value) -> (Option<&str>, Option<&str>) {
    (seen["turn"]["whose"].as_str(), seen["turn"]["to"].as_str())
}

/// Everything came to where it stands so long ago.
fn lie(server: &Server, days: i64) {
    let tables = server.tables();
    unguarded(&tables, "card_events_are_not_changed", || {
        tables.execute("update card_events set at = at - ?1", [days * DAY_MS]).expect("aged");
    });
    unguarded(&tables, "dispatch_events_are_not_changed", || {
        tables.execute("update dispatch_events set at = at - ?1", [days * DAY_MS]).expect("aged");
    });
    tables.execute("update cards set since = since - ?1", [days * DAY_MS]).expect("aged");
    tables.execute("update dispatch_orders set since = since - ?1", [days * DAY_MS]).expect("aged");
}

/// Lines that lead to a page.
fn told(who: &Person, path: &str) -> usize {
    let mine = who.ok("GET", "/api/me/cards", Value::Null);
    mine["messages"].as_array().expect("messages").iter().filter(|one| one["path"] == path).count()
}

#[test]
fn a_correction_that_does_not_do_is_sent_back_and_every_turn_has_its_days() {
    let (server, case) = overdue();
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let card = cards_of(&supervisor, &case).remove(0);
    assert_eq!(turn(&card), (Some("unit"), Some("answer")));
    let open = watched(&supervisor);
    let moved = |who: &Person, act: &str, note: &str| {
        let (status, moved) = word(who, &card, act, note);
        assert_eq!(status, 200, "{act}: {moved}");
        moved
    };
    assert_eq!(turn(&moved(&officer, "explain", "人手不足")), (Some("supervision"), Some("hear")));
    assert_eq!(told(&supervisor, &format!("/cards/{}", card["no"])), 1, "it is supervision's turn");
    assert_eq!(turn(&moved(&supervisor, "confirm", "理由不成立")), (Some("unit"), Some("correct")));
    assert_eq!(word(&supervisor, &card, "return", "尚未整改").1["code"], "CARD_NOT_NOW");
    assert_eq!(turn(&moved(&officer, "correct", "已提醒经办人")), (Some("supervision"), Some("check")));
    assert_eq!(watched(&supervisor), open, "one clock, whosever turn it is");
    assert_eq!(word(&officer, &card, "return", "再改").0, 403);
    assert_eq!(word(&supervisor, &card, "return", " ").1["code"], "CARD_NOTE_MISSING");
    let back = moved(&supervisor, "return", "办件仍未办结，请办结后反馈");
    assert_eq!((back["state"].as_str(), turn(&back)), (Some("confirmed"), (Some("unit"), Some("correct"))));
    let line = officer.ok("GET", "/api/me/cards", Value::Null)["messages"][0]["zh"].clone();
    assert!(line.as_str().is_some_and(|zh| zh.contains("整改未通过")), "{line}");
    moved(&officer, "correct", "已办结");
    let closed = moved(&supervisor, "close", "");
    assert_eq!(closed["turn"], Value::Null);
    assert_eq!(watched(&supervisor), open - 1);
}

#[test]
fn a_confirmed_card_nobody_puts_right_draws_a_red_one() {
    let (server, case) = overdue();
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let card = cards_of(&supervisor, &case).remove(0);
    word(&officer, &card, "explain", "人手不足");
    word(&supervisor, &card, "confirm", "理由不成立");
    lie(&server, 14);
    let server = Server::start_on(Server::start_on(server.kill()).kill());
    let supervisor = server.sign_in("supervisor");
    let reds: Vec<Value> = cards_of(&supervisor, &case).into_iter().filter(|card| card["level"] == "red").collect();
    assert_eq!((reds.len(), reds[0]["reason"].as_str()), (1, Some("uncorrected")), "once: {reds:?}");
    let seen = supervisor.ok("GET", &format!("/api/cards/{}", card["no"]), Value::Null);
    assert_eq!(seen["turn"]["is_late"], true);
    let rises = seen["events"].as_array().expect("events").iter().filter(|event| event["act"] == "escalate").count();
    assert_eq!(rises, 1);
    watched(&supervisor);
}

#[test]
fn what_lies_with_supervision_is_told_above_it() {
    let (server, case) = overdue();
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let card = cards_of(&supervisor, &case).remove(0);
    let path = format!("/cards/{}", card["no"]);
    word(&officer, &card, "explain", "人手不足");
    // Five working days are its own: some number of days back leaves one of them or none.
    let mut server = server;
    for _ in 0..16 {
        lie(&server, 1);
        server = Server::start_on(server.kill());
        if told(&server.sign_in("supervisor"), &path) > 1 {
            break;
        }
    }
    let (supervisor, admin) = (server.sign_in("supervisor"), server.sign_in("admin"));
    assert_eq!((told(&supervisor, &path), told(&admin, &path)), (2, 0), "reminded, and nobody above is told yet");
    assert_eq!(supervisor.ok("GET", "/api/cards/figures", Value::Null)["late"]["cards"], 0);
    lie(&server, 14);
    let server = Server::start_on(Server::start_on(server.kill()).kill());
    let (supervisor, admin) = (server.sign_in("supervisor"), server.sign_in("admin"));
    assert_eq!((told(&supervisor, &path), told(&admin, &path)), (3, 1), "told once each");
    assert_eq!(supervisor.ok("GET", "/api/cards/figures", Value::Null)["late"]["cards"], 1);
    assert_eq!(word(&supervisor, &card, "confirm", "理由不成立").0, 200, "late is not too late");
    assert_eq!(supervisor.ok("GET", "/api/cards/figures", Value::Null)["late"]["cards"], 0);
    watched(&supervisor);
}

/// Who lets the days to answer pass is heard by his silence; that is supervision's turn.
#[test]
fn a_card_nobody_answers_becomes_supervisions_turn() {
    let (server, case) = overdue();
    age_cards(&server.tables(), 30);
    let server = Server::start_on(server.kill());
    let (supervisor, admin) = (server.sign_in("supervisor"), server.sign_in("admin"));
    let cards = cards_of(&supervisor, &case);
    let yellow = cards.iter().find(|card| card["level"] == "yellow").expect("the card");
    assert_eq!((turn(yellow), yellow["turn"]["is_late"].as_bool()), ((Some("supervision"), Some("hear")), Some(true)));
    assert_eq!(told(&admin, &format!("/cards/{}", yellow["no"])), 1);
    watched(&supervisor);
}

#[test]
fn an_answered_suspension_holds_its_lot_and_supervisions_days_are_counted() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let supervisor = server.person("supervisor", "supervisor");
    let admin = server.sign_in("admin");
    let lot = open_lot(&clerk, &checker, &[], draft("TURN-1", 3_600_000));
    let center = server.anyone().ok("GET", "/api/centers", Value::Null)[0]["id"].clone();
    let new = |kind: &str, lot: Value| {
        supervisor.ok(
            "POST",
            "/api/dispatch/orders",
            json!({"key": uuid::Uuid::new_v4(), "kind": kind, "center": center, "lot": lot, "words": "请核查",
                "limit": {"hours": 4}}),
        )
    };
    let open = watched(&supervisor);
    let (order, question) = (new("suspend", json!(lot)), new("explain", Value::Null));
    let path = format!("/api/dispatch/orders/{}", order["no"]);
    let act = |who: &Person, order: &Value, act: &str| {
        let word = json!({"act": act, "note": "已核查"});
        who.ok("POST", &format!("/api/dispatch/orders/{}/acts", order["no"]), word)
    };
    for order in [&order, &question] {
        act(&clerk, order, "acknowledge");
        assert_eq!(turn(&act(&clerk, order, "answer")).0, Some("supervision"));
    }
    assert_eq!(turn(&supervisor.ok("GET", &path, Value::Null)), (Some("supervision"), Some("release")));
    assert_eq!(watched(&supervisor), open + 2);
    lie(&server, 12);
    let line = format!("/orders/{}", order["no"]);
    soon(|| (told(&admin, &line) == 1).then_some(()));
    let late = soon(|| {
        let seen = supervisor.ok("GET", "/api/cards/figures", Value::Null)["late"].clone();
        (seen["orders"] == 2).then_some(seen)
    });
    assert_eq!((&late["named"][0]["number"], &late["named"][0]["holds_lot"]), (&order["number"], &json!(true)));
    assert_eq!(late["named"][1]["holds_lot"], false);
    // It is told, and never let go by itself.
    let (status, said) = clerk.call("POST", &format!("/api/desk/lots/{lot}/resume"), json!({}));
    assert_eq!((status, said["code"].as_str()), (409, Some("LOT_HELD")));
    assert_eq!(turn(&act(&supervisor, &order, "accept")), (Some("supervision"), Some("close")));
    assert_eq!(supervisor.ok("GET", "/api/cards/figures", Value::Null)["late"]["orders"], 1);
    act(&supervisor, &order, "close");
    act(&supervisor, &question, "lift");
    assert_eq!(watched(&supervisor), open);
    assert_eq!(told(&admin, &line), 1, "told once");
}
