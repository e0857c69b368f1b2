//! 网上监督 through the front door: what the watch raises, what a restart makes of it, and what people do about it.

use crate::bank::{Bank, HOUR_MS, Paid, apply, code, credit, lot, message};
use crate::house::{Person, Server, Socket, draft, open_lot_seated, soon, tables};
use serde_json::{Value, json};
use std::path::Path;
use sunbid::clock;

/// A socket that names its browser.
pub fn from_device(person: &Person, device: &str) -> Socket {
    let mut socket = person.socket();
    socket.send(json!({"type": "hello", "token": person.token, "device": device}));
    socket.until("welcome");
    socket
}

/// A lot's alerts of a rule.
pub fn alerts(supervisor: &Person, lot: &str, rule: &str) -> Vec<Value> {
    let page = supervisor.ok("GET", &format!("/api/supervision/alerts?lot={lot}&rule={rule}"), Value::Null);
    page["items"].as_array().expect("items").clone()
}

pub fn raised(supervisor: &Person, lot: &str, rule: &str) -> Value {
    soon(|| alerts(supervisor, lot, rule).into_iter().next())
}

/// Every alert as it stands in the table.
pub fn table(dir: &Path) -> Vec<String> {
    let db = tables(dir);
    let mut rows = db
        .prepare(
            "select json_array(id, n, at, lot, rule, level, zh, en, paddles, evidence, measured, state) from alerts
             order by id",
        )
        .expect("a statement");
    let rows = rows.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

struct Scene {
    writes: Person,
    checks: Person,
    sue: Person,
    ann: Person,
    bo: Person,
}

fn scene(server: &Server) -> Scene {
    Scene {
        writes: server.person("c1", "clerk"),
        checks: server.person("c2", "clerk"),
        sue: server.person("sue", "supervisor"),
        ann: server.person("ann", "bidder"),
        bo: server.person("bo", "bidder"),
    }
}

#[test]
fn two_bidders_on_one_device_are_asked_about_with_evidence_that_can_be_replayed() {
    let server = Server::start();
    let Scene { writes, checks, sue, ann, bo } = scene(&server);
    let (lot, paddles) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("W-1", 3_600_000));
    let mut wall = sue.socket();
    wall.send(json!({"type": "supervise"}));
    let (mut a, mut b) = (from_device(&ann, "one-computer"), from_device(&bo, "one-computer"));
    a.bid(&lot, "1000.00");
    b.bid(&lot, "900.00");
    b.bid(&lot, "1600.00");
    let told = loop {
        let told = wall.until("alert");
        if told["rule"] == "shared_device" {
            break told;
        }
    };
    assert_eq!((told["level"].as_str(), told["state"].as_str()), (Some("yellow"), Some("new")));
    raised(&sue, &lot, "premium_over_half");
    raised(&sue, &lot, "shared_network");

    let mut whom = paddles.clone();
    whom.sort_unstable();
    assert_eq!(told["paddles"], json!(whom));
    let id = told["id"].as_i64().expect("an id");
    let one = sue.ok("GET", &format!("/api/supervision/alerts/{id}"), Value::Null);
    assert_eq!((&one["evidence"], one["lot_number"].as_str()), (&told["evidence"], Some("W-1")));
    assert!(one["measured"]["found"].is_number() && one["measured"]["baseline"].is_number(), "{one}");

    let replay = sue.ok("GET", &format!("/api/supervision/alerts/{id}/replay"), Value::Null);
    let rows = replay["rows"].as_array().expect("rows");
    let shown: Vec<_> =
        rows.iter().map(|row| (row["paddle"].as_u64(), row["amount"].as_str(), &row["evidence"])).collect();
    let (first, second) = (Some(paddles[0]), Some(paddles[1]));
    assert_eq!(
        shown,
        [
            (first, Some("1000.00"), &json!(true)),
            (second, Some("900.00"), &json!(true)),
            (second, Some("1600.00"), &json!(false))
        ]
    );
    assert_eq!(rows[1]["refused"], "BELOW_STEP");
    let shared: Vec<_> = replay["edges"].as_array().expect("edges").iter().map(|edge| edge["kind"].clone()).collect();
    assert!(shared.contains(&json!("device")) && shared.contains(&json!("network")), "{replay}");
    assert_eq!(replay["evidence"].as_array().expect("evidence").len(), 2);

    // By paddle alone, and the network by nothing that could be looked up.
    let journal = rusqlite::Connection::open(server.dir.path().join("data/journal.db")).expect("the journal");
    let body: Vec<u8> = journal
        .query_row("select body from journal order by first_n desc limit 1", [], |row| row.get(0))
        .expect("a row");
    let entry: Value = serde_json::from_slice(body.split(|byte| *byte == b'\n').next().expect("a line")).expect("JSON");
    let network = entry["network"].as_str().expect("a network");
    assert!(!network.contains("127.0.0.1"));
    let record = sue.ok("GET", &format!("/api/supervision/record?lot={lot}"), Value::Null);
    let public = server.anyone().ok("GET", &format!("/api/lots/{lot}/bids"), Value::Null);
    for seen in [&replay, &record, &public, &one] {
        let text = seen.to_string();
        let account = entry["actor"].as_str().expect("an account");
        assert!(!text.contains(network) && !text.contains(account) && !text.contains("\"ann\""), "{text}");
    }
}

/// One row that cannot be read is told to supervision; the auction goes on, and so does the next start.
#[test]
fn what_cannot_be_read_beside_the_record_stops_no_auction_and_is_told() {
    let server = Server::start();
    let Scene { writes, checks, ann, bo, .. } = scene(&server);
    server.agency(&server.sign_in("admin"), "11440300123456788X");
    let id = ann.ok("GET", "/api/me", Value::Null)["id"].as_str().expect("an id").to_string();
    let broken = server.tables().execute(
        "insert into cases (id, no, item, item_version, subject, applicant, agency, form, status, filed_at, decided_at,
           outcome, created_at)
         select ?1, 'X1', code, version, ?2, ?2, (select id from agencies limit 1), '[\"no form\"]', 'decided', 1, 1,
           'granted', 1 from items where code = 'BIDDER-REGISTRATION' limit 1",
        [uuid::Uuid::new_v4().to_string(), id],
    );
    assert_eq!(broken, Ok(1));
    let (lot, paddles) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("W-9", 3_600_000));
    let sue = server.sign_in("sue");
    let told = raised(&sue, &lot, "not_answered");
    assert_eq!(told["level"], "yellow");
    assert_eq!(told["paddles"], json!([paddles[0]]));
    ann.socket().bid(&lot, "1000.00");
    let before = alerts(&sue, &lot, "not_answered").len();
    let server = Server::start_on(server.kill());
    let (bo, sue) = (server.sign_in("bo"), server.sign_in("sue"));
    bo.socket().bid(&lot, "1600.00");
    raised(&sue, &lot, "premium_over_half");
    assert_eq!(alerts(&sue, &lot, "not_answered").len(), before, "told once");
}

#[test]
fn a_restart_loses_no_alert_and_doubles_none() {
    let server = Server::start();
    let Scene { writes, checks, ann, bo, .. } = scene(&server);
    let cy = server.person("cy", "bidder");
    let (lot, paddles) = open_lot_seated(&writes, &checks, &[&ann, &bo, &cy], draft("W-2", 3_600_000));
    from_device(&ann, "one").bid(&lot, "1000.00");
    from_device(&bo, "two").bid(&lot, "1100.00");
    let sue = server.sign_in("sue");
    raised(&sue, &lot, "shared_network");

    // Whose device it was is known from before the power went.
    let server = Server::start_on(server.kill());
    let (cy, sue) = (server.sign_in("cy"), server.sign_in("sue"));
    from_device(&cy, "one").bid(&lot, "1200.00");
    let alert = raised(&sue, &lot, "shared_device");
    let mut whom = vec![paddles[0], paddles[2]];
    whom.sort_unstable();
    assert_eq!(alert["paddles"], json!(whom));

    let server = Server::start_on(server.kill());
    let (bo, sue) = (server.sign_in("bo"), server.sign_in("sue"));
    from_device(&bo, "two").bid(&lot, "1600.00");
    raised(&sue, &lot, "premium_over_half");
    assert_eq!(alerts(&sue, &lot, "shared_device").len(), 1);
    assert_eq!(alerts(&sue, &lot, "premium_over_half").len(), 1);
    let pairs: Vec<Value> = alerts(&sue, &lot, "shared_network").iter().map(|alert| alert["paddles"].clone()).collect();
    let told: std::collections::BTreeSet<String> = pairs.iter().map(Value::to_string).collect();
    assert_eq!(told.len(), pairs.len(), "{pairs:?}");
}

#[test]
fn a_watch_that_begins_anew_says_what_the_live_one_said() {
    let server = Server::start();
    let Scene { writes, checks, sue, ann, bo } = scene(&server);
    let bank = Bank::of(&server);
    // Both deposits come from one account: the bank told us, the journal knows nothing of it.
    let id = lot(&writes, &checks, "W-3", 3_600_000, clock::now().0 + HOUR_MS);
    for (bidder, name) in [(&ann, "ann"), (&bo, "bo")] {
        let (no, account) = apply(bidder, &id, "6222 0009");
        let paid =
            Paid { reference: name, account: &account, yuan: "200.00", at: clock::now().0, name, from: "62220009" };
        assert_eq!(bank.send(&message(name, &credit(&paid))).0, 200);
        writes.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
    }
    writes.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    let payers = raised(&sue, &id, "shared_payer");
    assert_eq!(payers["level"], "red");
    let (mut a, mut b) = (from_device(&ann, "x"), from_device(&bo, "x"));
    for step in 0..15 {
        let socket = if step % 2 == 0 { &mut a } else { &mut b };
        socket.bid(&id, &format!("{}.00", 1_000 + 50 * step));
    }
    for rule in ["shared_device", "shared_network", "premium_over_half", "alternating_pair"] {
        raised(&sue, &id, rule);
    }
    let dir = server.kill();
    let live = table(dir.path());

    // Its place and its alerts are gone; the journal and what it was told beside it stand.
    let db = tables(dir.path());
    db.execute_batch("delete from alerts; delete from projection_cursor where name like 'watch%'").expect("emptied");
    drop(db);
    let server = Server::start_on(dir);
    let again = soon(|| Some(table(server.dir.path())).filter(|rows| rows.len() >= live.len()));
    assert_eq!(again[..live.len()], live[..]);

    // And it goes on as the live one would: nothing of the old is said twice.
    let cy = server.person("cy", "bidder");
    let application = cy.ok("POST", &format!("/api/lots/{id}/applications"), json!({}));
    let account =
        cy.ok("POST", &format!("/api/lots/{id}/applications/mine/account"), json!({"payer_account": "6222 0007"}));
    let account = account["account"].as_str().expect("an account");
    let paid = Paid { reference: "cy", account, yuan: "200.00", at: clock::now().0, name: "cy", from: "62220007" };
    let bank = bank.moved_to(&server);
    assert_eq!(bank.send(&message("cy", &credit(&paid))).0, 200);
    let writes = server.sign_in("c1");
    writes.ok("POST", &format!("/api/desk/lots/{id}/applications/{}/admit", application["no"]), json!({}));
    from_device(&cy, "x").bid(&id, "2000.00");
    let sue = server.sign_in("sue");
    soon(|| Some(alerts(&sue, &id, "shared_device")).filter(|found| found.len() > 1));
    assert_eq!(table(server.dir.path())[..live.len()], live[..]);
    assert_eq!(alerts(&sue, &id, "shared_payer").len(), 1);
}

#[test]
fn an_alert_is_taken_explained_and_settled_by_the_person_who_has_it() {
    let server = Server::start();
    let Scene { writes, checks, sue, ann, bo } = scene(&server);
    let sam = server.staff(json!({"login": "sam", "name": "沈监", "role": "supervisor"}));
    let (lot, _) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("W-4", 3_600_000));
    from_device(&ann, "same").bid(&lot, "1000.00");
    from_device(&bo, "same").bid(&lot, "1700.00");
    let id = raised(&sue, &lot, "shared_device")["id"].as_i64().expect("an id");
    raised(&sue, &lot, "premium_over_half");
    let path = format!("/api/supervision/alerts/{id}/acts");
    let act = |who: &Person, act: &str, text: Value| who.call("POST", &path, json!({"act": act, "text": text}));

    assert_eq!(code(act(&sue, "confirm", json!("early"))), (409, "ALERT_NOT_TAKEN".into()));
    assert_eq!(act(&sue, "take", Value::Null).0, 200);
    assert_eq!(code(act(&sue, "take", Value::Null)), (409, "ALERT_YOURS".into()));
    assert_eq!(code(act(&sam, "note", json!("mine?"))), (409, "ALERT_NOT_YOURS".into()));
    assert_eq!(code(act(&sue, "dismiss", json!("too soon"))), (409, "ALERT_NOT_EXPLAINED".into()));
    assert_eq!(code(act(&sue, "note", json!("  "))), (400, "BAD_REQUEST".into()));
    assert_eq!(act(&sue, "note", json!("asked both companies")).0, 200);
    assert_eq!(act(&sam, "take", Value::Null).0, 200, "taken over, and known so");
    let (status, settled) = act(&sam, "confirm", json!("one person sat behind both"));
    assert_eq!(
        (status, settled["state"].as_str(), settled["taken_by"].as_str()),
        (200, Some("confirmed"), Some("沈监"))
    );
    let acts: Vec<_> =
        settled["acts"].as_array().expect("acts").iter().map(|act| (act["act"].as_str(), act["by"].as_str())).collect();
    assert_eq!(
        acts,
        [
            (Some("take"), Some("sue")),
            (Some("note"), Some("sue")),
            (Some("take"), Some("沈监")),
            (Some("confirm"), Some("沈监"))
        ]
    );
    assert_eq!(settled["acts"][3]["text"], "one person sat behind both");
    assert_eq!(code(act(&sam, "dismiss", json!("or not"))), (409, "ALERT_ENDED".into()));
    assert!(settled["may"].as_array().expect("acts").iter().all(|may| may["objection"]["code"] == "ALERT_ENDED"));
    assert_eq!(code(sue.call("GET", "/api/supervision/alerts/999999", Value::Null)), (404, "NOT_FOUND".into()));
    assert_eq!(code(sue.call("GET", "/api/supervision/alerts?state=lost", Value::Null)), (400, "BAD_REQUEST".into()));

    let listed = |query: &str| {
        let page = sue.ok("GET", &format!("/api/supervision/alerts?{query}"), Value::Null);
        page["items"].as_array().expect("items").iter().map(|alert| alert["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed("state=confirmed,dismissed"), [json!(id)]);
    assert!(!listed("state=new&number=W-4").contains(&json!(id)));
    assert!(listed("level=yellow&number=W-").contains(&json!(id)));
    assert!(listed("number=X").is_empty());
    let total = |page: u32| {
        sue.ok("GET", &format!("/api/supervision/alerts?number=W-&page={page}"), Value::Null)["total"].as_u64()
    };
    assert!(total(1) > Some(1));
    assert_eq!(total(99), total(1), "a page behind the last tells how many there are");
    let center = server.anyone().ok("GET", "/api/centers", Value::Null);
    let at = |n: usize| listed(&format!("rule=shared_device&center={}", center[n]["id"].as_str().expect("an id")));
    assert_eq!((at(0).len(), at(1).len()), (1, 0));

    let rules = sue.ok("GET", "/api/supervision/rules", Value::Null);
    let row = rules.as_array().expect("rules").iter().find(|row| row["rule"] == "shared_device").expect("a rule");
    assert_eq!((&row["raised"], &row["open"], &row["confirmed"]), (&json!(1), &json!(0), &json!(1)));
    let trail = sue.ok("GET", "/api/audit", Value::Null);
    let noted = trail["items"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["action"] == "POST /api/supervision/alerts/{id}/acts" && row["subject"] == path.as_str());
    assert_eq!(noted.count(), 10, "what was refused is on record as well");
    // Nobody was stopped by it.
    assert_eq!(from_device(&ann, "same").bid(&lot, "1800.00")["accepted"], true);
}
