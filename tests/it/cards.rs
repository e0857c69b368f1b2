//! 红黄牌: limits pass, people are told, answer, and are heard; nothing escapes.

use crate::approval::{act, begin, registration, upload};
use crate::enforcement::{ANN, Brigade};
use crate::house::{Person, Server, draft, open_lot, soon};
use crate::with_police::{approved, send};
use rusqlite::Connection;
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;

/// A registration filed and received; its id.
fn received(server: &Server, bidder: &str, officer: &Person) -> String {
    let bidder = server.person(bidder, "bidder");
    let case = begin(&bidder, "BIDDER-REGISTRATION", None, registration("甲公司", "91440300708461136T"));
    upload(&bidder, &case, "identity");
    act(&bidder, &case, json!({"act": "file"}));
    act(officer, &case, json!({"act": "accept"}));
    case
}

/// What time would do, where the record forbids it: its guard is off for that moment.
pub fn unguarded(tables: &Connection, guard: &str, change: impl FnOnce()) {
    let asked = "select sql from sqlite_master where name = ?1";
    let text: String = tables.query_row(asked, [guard], |row| row.get(0)).expect("the guard");
    tables.execute_batch(&format!("drop trigger {guard}")).expect("off");
    change();
    tables.execute_batch(&text).expect("on again");
}

/// A case over its promised limit and within the law's, after the round that found it so.
pub fn overdue() -> (Server, String) {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    server.person("supervisor", "supervisor");
    let case = received(&server, "late", &officer);
    age(&server.tables(), &case, 14);
    (Server::start_on(server.kill()), case)
}

/// Everything of this case happened so long ago.
fn age(tables: &Connection, case: &str, days: i64) {
    let earlier = rusqlite::params![days * DAY_MS, case];
    unguarded(tables, "case_events_are_not_changed", || {
        tables.execute("update case_events set at = at - ?1 where case_id = ?2", earlier).expect("aged");
    });
    tables.execute("update cases set filed_at = filed_at - ?1 where id = ?2", earlier).expect("aged");
}

/// Every card was raised so long ago.
pub fn age_cards(tables: &Connection, days: i64) {
    unguarded(tables, "cards_are_not_rewritten", || {
        tables
            .execute("update cards set raised_at = raised_at - ?1, since = since - ?1", [days * DAY_MS])
            .expect("aged");
    });
}

/// A criminal transfer came to where it stands so long ago.
fn age_transfer(tables: &Connection, transfer: &str, hours: i64) {
    let earlier =
        "update criminal_transfers set place = json_set(place, '$.since', place ->> '$.since' - ?1) where id = ?2";
    tables.execute(earlier, rusqlite::params![hours * DAY_MS / 24, transfer]).expect("aged");
}

pub fn cards_of(who: &Person, case: &str) -> Vec<Value> {
    let board = who.ok("GET", "/api/cards", Value::Null);
    let items = board["items"].as_array().expect("a list").clone();
    items.into_iter().filter(|card| card["subject"] == case).collect()
}

pub fn word(who: &Person, card: &Value, act: &str, note: &str) -> (u16, Value) {
    who.call("POST", &format!("/api/cards/{}/acts", card["no"]), json!({"act": act, "note": note}))
}

/// Lines told of cards: a unit that failed last month is advised beside them.
fn told_of_cards(mine: &Value) -> usize {
    let lines = mine["messages"].as_array().expect("a list");
    lines.iter().filter(|one| one["path"].as_str().is_some_and(|path| path.starts_with("/cards/"))).count()
}

#[test]
fn an_overdue_case_raises_its_card_once_and_the_officer_is_heard() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    server.person("supervisor", "supervisor");
    let agency = server.agency(&server.sign_in("admin"), "11440300123456788X");
    server.officer("head", &agency, &["decide"]);
    let (late, very_late) = (received(&server, "late", &officer), received(&server, "very-late", &officer));
    let timely = received(&server, "timely", &officer);
    // Three working days are promised, twenty are the law's.
    age(&server.tables(), &late, 14);
    age(&server.tables(), &very_late, 60);
    // A restart makes the round before the doors open; the next one raises nothing twice.
    let server = Server::start_on(Server::start_on(server.kill()).kill());
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let yellow = cards_of(&supervisor, &late);
    assert_eq!(yellow.len(), 1, "{yellow:?}");
    assert_eq!((yellow[0]["level"].as_str(), yellow[0]["reason"].as_str()), (Some("yellow"), Some("over_promised")));
    assert_eq!(yellow[0]["state"], "notified");
    let red = cards_of(&supervisor, &very_late);
    assert_eq!((red.len(), red[0]["level"].as_str(), red[0]["reason"].as_str()), (1, Some("red"), Some("over_legal")));
    assert_eq!(cards_of(&supervisor, &timely).len(), 0);

    // What is red is told above as well: to supervision, and to who decides for the unit.
    let told = |who: &Person| {
        let mine = who.ok("GET", "/api/me/cards", Value::Null);
        let lines = mine["messages"].as_array().expect("messages").clone();
        let paths = lines.iter().map(|line| line["path"].as_str().expect("a path").to_string());
        // The ended months of this unit tell their own.
        paths.filter(|path| path.starts_with("/cards/")).collect::<Vec<_>>()
    };
    let above = [format!("/cards/{}", red[0]["no"])];
    assert_eq!((told(&supervisor), told(&server.sign_in("head"))), (above.to_vec(), above.to_vec()));
    let mine = officer.ok("GET", "/api/me/cards", Value::Null);
    assert_eq!(mine["cards"].as_array().map(Vec::len), Some(2), "{mine}");
    assert_eq!(told_of_cards(&mine), 2, "told once of each: {mine}");
    let card = &yellow[0];
    assert_eq!(word(&supervisor, card, "confirm", "逾期").1["code"], "CARD_NOT_HEARD");
    assert_eq!(word(&officer, card, "confirm", "逾期").0, 403);
    assert_eq!(word(&officer, card, "explain", " ").1["code"], "CARD_NOTE_MISSING");
    assert_eq!(word(&officer, card, "notify", "").0, 403, "the platform's own act");
    word(&officer, card, "explain", "专家当日未到");
    assert_eq!(word(&officer, card, "explain", "再说").1["code"], "CARD_NOT_NOW");
    assert_eq!(word(&supervisor, card, "confirm", "理由不成立").0, 200);
    assert_eq!(word(&officer, card, "correct", "已办结并致歉").0, 200);
    let (_, closed) = word(&supervisor, card, "close", "");
    assert_eq!(closed["state"], "closed");
    let acts: Vec<&str> =
        closed["events"].as_array().expect("events").iter().filter_map(|e| e["act"].as_str()).collect();
    assert_eq!(acts, ["raise", "notify", "explain", "confirm", "correct", "close"]);
    assert_eq!(word(&supervisor, &red[0], "withdraw", "系统停机所致").1["state"], "withdrawn");

    let erased = server.tables().execute("delete from card_events", []);
    assert!(erased.is_err_and(|error| error.to_string().contains("append_only")));
}

#[test]
fn a_card_is_its_peoples_and_supervisions() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    let admin = server.sign_in("admin");
    let other_agency = server.agency(&admin, "12440300123456788T");
    server.officer("stranger", &other_agency, &["receive", "review", "decide"]);
    server.person("supervisor", "supervisor");
    let case = received(&server, "late", &officer);
    age(&server.tables(), &case, 14);
    let server = Server::start_on(server.kill());
    let (stranger, reader) = (server.sign_in("stranger"), server.sign_in("supervisor"));
    let card = cards_of(&reader, &case).remove(0);
    assert_eq!(stranger.call("GET", &format!("/api/cards/{}", card["no"]), Value::Null).0, 404);
    assert_eq!(word(&stranger, &card, "explain", "不关我事").0, 404);
    assert_eq!(stranger.ok("GET", "/api/me/cards", Value::Null)["cards"].as_array().map(Vec::len), Some(0));
}

/// Handed on, a complaint is its receiver's to answer in time, whatever card it left behind.
#[test]
fn what_is_handed_on_has_cards_of_its_own_with_whoever_has_it_now() {
    let brigade = Brigade::begin();
    brigade.server.person("supervisor", "supervisor");
    let other = brigade.server.agency(&brigade.server.sign_in("admin"), "12440300123456788T");
    brigade.server.officer("there", &other, &["investigate", "decide"]);
    let (writes, checks) = (brigade.server.person("c1", "clerk"), brigade.server.person("c2", "clerk"));
    let lot = open_lot(&writes, &checks, &[&brigade.server.person("ann", "bidder")], draft("CARD-1", 3_600_000));
    let words = json!({"name": "甲", "contact": "13800000000", "facts": "踏勘无人接待", "request": "公开踏勘安排"});
    let complaint = brigade.server.anyone().ok("POST", &format!("/api/lots/{lot}/complaints"), words);
    let id = complaint["id"].as_str().expect("an id").to_string();
    brigade.server.tables().execute("update complaints set at = at - ?1", [14 * DAY_MS]).expect("aged");
    let red = |server: &Server| {
        let cards = cards_of(&server.sign_in("supervisor"), &id).into_iter();
        cards.filter(|card| card["level"] == "red").map(|card| card["no"].clone()).collect::<Vec<_>>()
    };
    let server = Server::start_on(brigade.server.kill());
    let first = red(&server);
    assert_eq!(first.len(), 1);
    let door = format!("/api/enforcement/complaints/{id}/handovers");
    server.sign_in("e1").ok("POST", &door, json!({"agency": other, "note": "属地管辖"}));
    let there = server.sign_in("there");
    let handover = there.ok("GET", "/api/enforcement/handovers", Value::Null)[0]["id"].clone();
    let door = format!("/api/enforcement/handovers/{}/answer", handover.as_str().expect("an id"));
    there.ok("POST", &door, json!({"acknowledges": true, "note": "收悉"}));
    let server = Server::start_on(Server::start_on(server.kill()).kill());
    let both = red(&server);
    assert_eq!(both.len(), 2, "{both:?}");
    let theirs = server.sign_in("there").ok("GET", "/api/me/cards", Value::Null);
    let theirs: Vec<Value> =
        theirs["cards"].as_array().expect("a list").iter().map(|card| card["no"].clone()).collect();
    assert!(theirs.iter().any(|no| both.contains(no)) && !theirs.contains(&first[0]), "{theirs:?} {both:?}");
    // Who has left the unit neither reads its card nor answers it.
    let path = format!("/api/cards/{}", first[0]);
    let officer = server.sign_in("e1");
    officer.ok("GET", &path, Value::Null);
    let moves = "update accounts set agency = ?1 where login = 'e1'";
    server.tables().execute(moves, [other]).expect("moved");
    assert_eq!(officer.call("GET", &path, Value::Null).0, 404);
}

#[test]
fn a_yellow_card_left_unanswered_turns_red() {
    let (server, case) = overdue();
    // The card was raised two weeks ago and nobody spoke; no two weeks of any decree hold fewer than four working days.
    let tables = server.tables();
    age_cards(&tables, 14);
    drop(tables);
    let server = Server::start_on(server.kill());
    let supervisor = server.sign_in("supervisor");
    let cards = cards_of(&supervisor, &case);
    let seen: Vec<_> = cards.iter().map(|card| (card["level"].as_str(), card["reason"].as_str())).collect();
    assert_eq!(seen, [(Some("red"), Some("unanswered")), (Some("yellow"), Some("over_promised"))]);
    // Who had his days and let them pass may be held to it.
    assert_eq!(word(&supervisor, &cards[1], "confirm", "逾期未答复").0, 200);
    // The card for silence taken back, the law's limit passes: that is another wrong, and has its own card.
    assert_eq!(word(&supervisor, &cards[0], "withdraw", "经办人住院").0, 200);
    age(&server.tables(), &case, 46);
    let server = Server::start_on(Server::start_on(server.kill()).kill());
    let cards = cards_of(&server.sign_in("supervisor"), &case);
    let red: Vec<_> = cards.iter().filter(|card| card["level"] == "red").collect();
    let seen: Vec<_> = red.iter().map(|card| (card["reason"].as_str(), card["state"].as_str())).collect();
    assert_eq!(seen, [(Some("over_legal"), Some("notified")), (Some("unanswered"), Some("withdrawn"))]);
}

/// Between two rounds, with the server killed before the next: whoever was late is late all the same.
#[test]
fn a_step_that_ends_late_between_two_rounds_leaves_its_card() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    server.person("supervisor", "supervisor");
    let me = officer.ok("GET", "/api/me", Value::Null)["id"].clone();
    let due = sunbid::clock::now().0 + 20_000;
    let set = |title: &str| {
        let task = json!({"title": title, "text": "现场核查", "officer": me, "due_at": due});
        officer.ok("POST", "/api/enforcement/tasks", task)["id"].as_str().expect("an id").to_string()
    };
    let (late, timely) = (set("晚"), set("早"));
    let done = |officer: &Person, task: &str| {
        for word in [
            json!({"act": "accept", "note": "已办"}),
            json!({"act": "report", "note": "已办", "files": []}),
            json!({"act": "finish", "note": "已办"}),
        ] {
            officer.ok("POST", &format!("/api/enforcement/tasks/{task}/acts"), word);
        }
    };
    // A round sees both open, and in time.
    let server = Server::start_on(server.kill());
    let officer = server.sign_in("officer");
    done(&officer, &timely);
    soon(|| (sunbid::clock::now().0 >= due).then_some(()));
    done(&officer, &late);
    let server = Server::start_on(server.kill());
    let supervisor = server.sign_in("supervisor");
    let cards = cards_of(&supervisor, &late);
    let seen: Vec<_> = cards.iter().map(|card| (card["level"].as_str(), card["reason"].as_str())).collect();
    assert!(seen.contains(&(Some("yellow"), Some("decided_late"))), "{cards:?}");
    let timely = cards_of(&supervisor, &timely);
    assert!(timely.iter().all(|card| card["level"] == "blue"), "{timely:?}");
}

#[test]
fn a_card_that_cannot_be_moved_keeps_no_other_waiting() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    server.person("supervisor", "supervisor");
    let (first, second) = (received(&server, "first", &officer), received(&server, "second", &officer));
    age(&server.tables(), &first, 14);
    age(&server.tables(), &second, 14);
    let server = Server::start_on(server.kill());
    let tables = server.tables();
    age_cards(&tables, 14);
    // A disk error, a damaged row: whatever keeps the first one's red card from being written.
    tables
        .execute_batch(
            "create trigger broken before insert on cards when new.reason = 'unanswered' and new.subject =
               (select subject from cards where level = 'yellow' order by no limit 1)
             begin select raise(abort, 'broken'); end",
        )
        .expect("broken");
    drop(tables);
    let server = Server::start_on(server.kill());
    let supervisor = server.sign_in("supervisor");
    let reds = |case: &str| cards_of(&supervisor, case).iter().filter(|card| card["level"] == "red").count();
    assert_eq!(reds(&first) + reds(&second), 1);
}

#[test]
fn every_open_step_has_its_clock() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    let supervisor = server.person("supervisor", "supervisor");
    let figures = |open: u64| {
        let seen = supervisor.ok("GET", "/api/cards/figures", Value::Null);
        assert_eq!((seen["open_clocks"].as_u64(), seen["open_steps"].as_u64()), (Some(open), Some(open)), "{seen}");
    };
    figures(0);
    let bidder = server.person("bidder", "bidder");
    let draft = begin(&bidder, "BIDDER-REGISTRATION", None, registration("甲公司", "91440300708461136T"));
    figures(0);
    upload(&bidder, &draft, "identity");
    act(&bidder, &draft, json!({"act": "file"}));
    figures(1);
    act(&officer, &draft, json!({"act": "return", "note": "请补正"}));
    figures(1);
    act(&bidder, &draft, json!({"act": "correct", "note": "已补正"}));
    let second = received(&server, "second", &officer);
    figures(2);
    for word in [
        json!({"act": "accept"}),
        json!({"act": "forward", "note": ""}),
        json!({"act": "decide", "outcome": "granted", "note": ""}),
    ] {
        act(&officer, &draft, word);
    }
    figures(1);
    act(&officer, &second, json!({"act": "forward", "note": ""}));
    figures(1);
    // Enforcement's steps are among them: a case, and a task.
    officer.ok("POST", "/api/enforcement/cases", json!({"title": "线索", "facts": "事实"}));
    figures(2);
    let me = officer.ok("GET", "/api/enforcement/officers", Value::Null)[0]["id"].clone();
    let due = sunbid::clock::now().0 + DAY_MS;
    let task = json!({"title": "核查", "text": "现场核查", "officer": me, "due_at": due});
    let task = officer.ok("POST", "/api/enforcement/tasks", task)["id"].as_str().expect("an id").to_string();
    figures(3);
    for (what, files) in [("accept", None), ("report", Some(json!([]))), ("finish", None)] {
        let mut word = json!({"act": what, "note": "已办"});
        if let Some(files) = files {
            word["files"] = files;
        }
        officer.ok("POST", &format!("/api/enforcement/tasks/{task}/acts"), word);
    }
    figures(2);
}

#[test]
fn a_reminder_lapses_when_the_step_is_done() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    server.person("supervisor", "supervisor");
    let case = received(&server, "soon", &officer);
    // Some number of days back leaves one working day or none of the three promised, whatever today is.
    let mut server = server;
    let mut reminded = Value::Null;
    for _ in 0..8 {
        age(&server.tables(), &case, 1);
        server = Server::start_on(server.kill());
        let supervisor = server.sign_in("supervisor");
        let cards = cards_of(&supervisor, &case);
        if let Some(card) = cards.iter().find(|card| card["level"] == "blue") {
            reminded = card.clone();
            break;
        }
    }
    assert_eq!(reminded["reason"], "due_soon");
    let officer = server.sign_in("officer");
    assert_eq!(word(&officer, &reminded, "explain", "知道了").1["code"], "CARD_REMINDER");
    act(&officer, &case, json!({"act": "forward", "note": ""}));
    act(&officer, &case, json!({"act": "decide", "outcome": "granted", "note": ""}));
    let server = Server::start_on(server.kill());
    let supervisor = server.sign_in("supervisor");
    let lapsed = soon(|| cards_of(&supervisor, &case).into_iter().find(|card| card["state"] == "closed"));
    assert_eq!(lapsed["level"], "blue");
}

fn names(who: &Person, card: &Value) -> Vec<String> {
    let whole = who.ok("GET", &format!("/api/cards/{}", card["no"]), Value::Null);
    whole["people"].as_array().expect("people").iter().map(|one| one.as_str().expect("a name").to_string()).collect()
}

#[test]
fn a_step_s_own_limit_is_reminded_of_before_it_passes() {
    let server = Server::start();
    server.person("officer", "officer");
    server.person("supervisor", "supervisor");
    let bidder = server.person("bidder", "bidder");
    let case = begin(&bidder, "BIDDER-REGISTRATION", None, registration("甲公司", "91440300708461136T"));
    upload(&bidder, &case, "identity");
    act(&bidder, &case, json!({"act": "file"}));
    // Received within five working days, by law: whatever today is, one of these days leaves one of them or none.
    let mut server = server;
    let mut first = Vec::new();
    for _ in 0..16 {
        age(&server.tables(), &case, 1);
        server = Server::start_on(server.kill());
        first = cards_of(&server.sign_in("supervisor"), &case);
        if !first.is_empty() {
            break;
        }
    }
    let seen: Vec<_> = first.iter().map(|card| (card["level"].as_str(), card["reason"].as_str())).collect();
    assert_eq!(seen, [(Some("blue"), Some("due_soon"))], "{first:?}");
    assert!(first[0]["due"].is_string());
}

#[test]
fn a_card_outlives_whom_it_was_told_to() {
    let (server, case) = overdue();
    let card = cards_of(&server.sign_in("supervisor"), &case).remove(0);
    let me = server.sign_in("officer").ok("GET", "/api/me", Value::Null);
    let head = server.officer("head", me["agency_id"].as_str().expect("an agency"), &["decide"]);
    assert_eq!(head.call("GET", &format!("/api/cards/{}", card["no"]), Value::Null).0, 404, "it is another's duty");
    let away = format!("/api/accounts/{}/disable", me["id"].as_str().expect("an id"));
    server.sign_in("admin").ok("POST", &away, json!({"reason": "调离"}));
    let server = Server::start_on(server.kill());
    let head = server.sign_in("head");
    let mine = head.ok("GET", "/api/me/cards", Value::Null);
    assert_eq!((&mine["cards"][0]["no"], told_of_cards(&mine)), (&card["no"], 1), "{mine}");
    assert_eq!(word(&head, &card, "explain", "承办人已调离").1["state"], "explained");
    let server = Server::start_on(server.kill());
    assert_eq!(names(&server.sign_in("supervisor"), &card), ["head", "officer"], "told once");
}

#[test]
fn a_card_of_enforcement_reaches_whom_its_step_names() {
    let brigade = Brigade::begin();
    let (ids, head) = (brigade.ids.clone(), &brigade.head);
    brigade.server.person("supervisor", "supervisor");
    let due = sunbid::clock::now().0 + 10_000;
    let set = |title: &str| {
        let task = json!({"title": title, "text": "现场核查", "officer": ids[0], "due_at": due});
        head.ok("POST", "/api/enforcement/tasks", task)["id"].as_str().expect("an id").to_string()
    };
    let (timely, late) = (set("早"), set("晚"));
    for said in [json!({"act": "accept", "note": "已办"}), json!({"act": "report", "note": "已办", "files": []})] {
        brigade.first.ok("POST", &format!("/api/enforcement/tasks/{timely}/acts"), said);
    }
    let case = brigade.file(ANN);
    brigade.assign(&case);
    // To an agency where nobody investigates.
    let other = brigade.server.agency(&brigade.server.sign_in("admin"), "12440300123456788T");
    brigade.server.officer("there", &other, &["decide"]);
    let leaving = brigade.file(ANN);
    let sent = json!({"agency": other, "note": "属地管辖"});
    head.ok("POST", &format!("/api/enforcement/cases/{leaving}/handovers"), sent);
    let tables = brigade.server.tables();
    let back = "update enforcement_cases set filed_at = filed_at - ?1,
       place = json_set(place, '$.filed_at', filed_at - ?1, '$.since', filed_at - ?1) where id = ?2";
    tables.execute(back, rusqlite::params![120 * DAY_MS, case]).expect("aged");
    tables.execute("update handovers set at = at - ?1", [18 * DAY_MS]).expect("aged");
    let handover: String = tables.query_row("select id from handovers", [], |row| row.get(0)).expect("one");
    drop(tables);
    soon(|| (sunbid::clock::now().0 >= due).then_some(()));
    let server = Server::start_on(brigade.server.kill());
    let supervisor = server.sign_in("supervisor");
    let one = |subject: &str, level: &str| {
        let found = cards_of(&supervisor, subject).into_iter().find(|card| card["level"] == level);
        found.map(|card| (names(&supervisor, &card), card))
    };
    assert!(one(&timely, "yellow").is_none(), "who reported in time is not late");
    let (people, card) = one(&late, "yellow").expect("a card");
    assert_eq!((people, card["kind"].as_str()), (vec!["e1".to_string(), "e3".into()], Some("task")));
    let year = &sunbid::calendar::Day::of(sunbid::clock::now()).to_string()[..4];
    assert_eq!(card["number"], format!("RW-{year}-00002"));
    let (people, card) = one(&case, "red").expect("a card");
    assert_eq!(
        (people, card["kind"].as_str()),
        (vec!["e1".into(), "e2".into(), "e3".into(), "e4".into()], Some("case"))
    );
    let (people, card) = one(&handover, "yellow").expect("a card");
    assert_eq!((people, card["kind"].as_str()), (vec!["there".to_string()], Some("handover")));
}

#[test]
fn a_level_or_a_state_that_nothing_can_have_is_refused() {
    let server = Server::start();
    let sue = server.person("sue", "supervisor");
    for wrong in ["cards?level=foo", "cards?state=foo", "dispatch/orders?state=foo"] {
        let (status, error) = sue.call("GET", &format!("/api/{wrong}"), Value::Null);
        assert_eq!((status, error["code"].as_str()), (400, Some("BAD_REQUEST")), "{wrong}: {error}");
    }
    for right in
        ["cards?level=red&state=live", "cards?level=&state=", "cards?state=closed", "dispatch/orders?state=open"]
    {
        sue.ok("GET", &format!("/api/{right}"), Value::Null);
    }
}

#[test]
fn a_supervisor_raises_a_red_card_for_what_no_clock_sees_and_it_is_heard_like_any_other() {
    let server = Server::start();
    let (officer, sue) = (server.person("officer", "officer"), server.person("sue", "supervisor"));
    let case = received(&server, "timely", &officer);
    let number = officer.ok("GET", &format!("/api/cases/{case}"), Value::Null)["no"].clone();
    let raise = |who: &Person, number: &Value, words: &str| {
        who.call("POST", "/api/cards", json!({"number": number, "reason": "illegal_fees", "words": words}))
    };
    assert_eq!(raise(&officer, &number, "收费").0, 403);
    assert_eq!(raise(&sue, &json!("nothing"), "收费").1["field"], "number");
    assert_eq!(raise(&sue, &number, " ").1["field"], "words");
    let (status, card) = raise(&sue, &number, "收取了事项目录之外的材料费");
    assert_eq!((status, card["level"].as_str(), card["reason"].as_str()), (200, Some("red"), Some("illegal_fees")));
    let first = &card["events"][0];
    assert_eq!(
        (first["act"].as_str(), first["by"].as_str(), first["note"].as_str()),
        (Some("raise"), Some("sue"), Some("收取了事项目录之外的材料费"))
    );
    assert_eq!((card["state"].as_str(), card["subject"].as_str()), (Some("notified"), Some(case.as_str())));
    assert_eq!(raise(&sue, &number, "又收了一次").1["code"], "CARD_STANDS");

    assert_eq!(word(&sue, &card, "confirm", "属实").1["code"], "CARD_ANOTHER_PERSON");
    let sam = server.person("sam", "supervisor");
    assert_eq!(word(&sam, &card, "confirm", "属实").1["code"], "CARD_NOT_HEARD");
    assert_eq!(word(&officer, &card, "explain", "系代收的公告费").0, 200);
    assert_eq!(word(&sue, &card, "withdraw", "有收费依据").1["state"], "withdrawn");
    let (status, again) = raise(&sue, &number, "另收了工本费");
    assert_eq!(status, 200, "another card once the first is over: {again}");
    assert_ne!(again["no"], card["no"]);
}

#[test]
fn a_crime_not_sent_within_twenty_four_hours_of_the_head_s_word_is_a_red_card() {
    let team = Brigade::begin();
    team.server.person("supervisor", "supervisor");
    let case = team.file(ANN);
    let [late, timely] = [&case, &team.file(ANN)].map(|case| approved(&team, case));
    let tables = team.server.tables();
    age_transfer(&tables, &late, 24);
    age_transfer(&tables, &timely, 23);
    drop(tables);
    let server = Server::start_on(team.server.kill());
    let supervisor = server.sign_in("supervisor");
    let seen = |transfer: &str| {
        let cards = cards_of(&supervisor, transfer);
        let told = |card: &Value| (card["level"].clone(), card["reason"].clone());
        cards.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(seen(&late), [(json!("red"), json!("over_legal"))]);
    let no = cards_of(&supervisor, &late)[0]["no"].clone();
    let led = supervisor.ok("GET", &format!("/api/cards/{no}"), Value::Null)["case_id"].clone();
    assert_eq!(led.as_str(), Some(case.as_str()), "the card leads to the case the transfer is of");
    assert!(seen(&timely).iter().all(|(level, _)| level == "blue"), "{:?}", seen(&timely));
    // Sent at last: late is late, and the card stays.
    send(&server.sign_in("e1"), &late);
    let server = Server::start_on(server.kill());
    let red = cards_of(&server.sign_in("supervisor"), &late).remove(0);
    assert_eq!((red["level"].as_str(), red["state"].as_str()), (Some("red"), Some("notified")));
}

#[test]
fn what_the_police_owe_is_near_until_its_day_and_asked_for_after_it() {
    let team = Brigade::begin();
    team.server.person("supervisor", "supervisor");
    let transfer = approved(&team, &team.file(ANN));
    send(&team.first, &transfer);
    let server = Server::start_on(team.server.kill());
    let seen = |server: &Server| {
        let told = |card: Value| (card["level"].clone(), card["reason"].clone(), card["state"].clone());
        cards_of(&server.sign_in("supervisor"), &transfer).into_iter().map(told).collect::<Vec<_>>()
    };
    let blue = |reason: &str, state: &str| (json!("blue"), json!(reason), json!(state));
    assert!(seen(&server).contains(&blue("due_soon", "notified")), "{:?}", seen(&server));
    age_transfer(&server.tables(), &transfer, 24);
    let server = Server::start_on(server.kill());
    let cards = seen(&server);
    assert!(cards.contains(&blue("others_late", "notified")), "{cards:?}");
    assert!(
        !cards.contains(&blue("due_soon", "notified")),
        "no reminder says any more that a limit is near: {cards:?}"
    );
    assert!(cards.iter().all(|(level, ..)| level == "blue"), "nobody here is late: {cards:?}");
    let told = server.sign_in("e1").ok("GET", "/api/me/cards", Value::Null);
    assert!(told["messages"][0]["zh"].as_str().is_some_and(|zh| zh.contains("请催办")), "{told}");
}
