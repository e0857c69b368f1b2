//! What the watch is told beside the journal after bidders sat down, through the front door.

use crate::approval::register;
use crate::bank::{Bank, HOUR_MS, Paid, apply, credit, lot, message};
use crate::house::{Person, Server, draft, open_lot_seated, soon, tables};
use crate::life::{Desk, act_path, file};
use crate::registers::import;
use crate::watch::{alerts, raised, table};
use serde_json::{Value, json};
use sunbid::clock;

const ANN: &str = "91440300708461136T";
const BO: &str = "9144030071526726XG";

#[test]
fn money_that_comes_after_the_seat_is_compared_too_and_a_branch_is_known_by_its_number() {
    let server = Server::start();
    let (writes, checks, sue) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("sue", "supervisor"));
    let bank = Bank::of(&server);
    let id = lot(&writes, &checks, "H-1", 3_600_000, clock::now().0 + HOUR_MS);
    let pays = |reference: &str, account: &str, name: &str, from: &str| {
        let paid = Paid { reference, account, yuan: "200.00", at: clock::now().0, name, from };
        let agent = "</RltdPties><RltdAgts><DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>102584002010</MmbId></ClrSysMmbId>\
                     </FinInstnId></DbtrAgt></RltdAgts>";
        let told = message(reference, &credit(&paid).replace("</RltdPties>", agent));
        assert_eq!(bank.send(&told).0, 200);
    };
    let mut seated = Vec::new();
    for (login, from) in [("ann", "62220001"), ("bo", "62220002"), ("cy", "62220003")] {
        let (no, account) = apply(&server.person(login, "bidder"), &id, from);
        pays(login, &account, login, from);
        let admitted = writes.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
        seated.push((account, admitted["paddle"].clone()));
    }
    let together = raised(&sue, &id, "deposits_together");
    assert_eq!(together["paddles"].as_array().map(Vec::len), Some(3), "{together}");
    assert!(alerts(&sue, &id, "shared_payer").is_empty());

    // What bo's bank sends for ann when both sit already goes back to it, and is asked about all the same.
    pays("late", &seated[0].0, "bo", "62220002");
    let shared = raised(&sue, &id, "shared_payer");
    assert_eq!(shared["level"], "yellow", "anybody can send a rival money: {shared}");
    let mut both = [&seated[0].1, &seated[1].1].map(|paddle| paddle.as_u64().expect("a paddle"));
    both.sort_unstable();
    assert_eq!(shared["paddles"], json!(both));
    let replay = sue.ok("GET", &format!("/api/supervision/alerts/{}/replay", shared["id"]), Value::Null);
    let here = replay["evidence"].as_array().expect("evidence").iter().all(|entry| entry["lot_number"] == "H-1");
    assert!(here, "evidence is the lot's own: {replay}");
    assert!(shared["en"].as_str().is_some_and(|en| en.contains("(credits no. 2 and 4)")), "{shared}");
    let left: i64 =
        server.tables().query_row("select count(*) from watch_notes", [], |row| row.get(0)).expect("a count");
    assert_eq!(left, 0, "what was heard is not heard again");
}

#[test]
fn a_register_that_changes_while_they_sit_raises_what_it_now_shows_and_a_watch_begun_anew_says_the_same() {
    let server = Server::start();
    let (writes, checks, sue) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("sue", "supervisor"));
    let (ann, bo, officer) =
        (server.person("ann", "bidder"), server.person("bo", "bidder"), server.person("o1", "officer"));
    register(&ann, &officer, "甲公司", ANN);
    register(&bo, &officer, "乙公司", BO);
    let admin = server.sign_in("admin");
    let agency = server.agency(&admin, "12440300123456788T");
    admin.ok("PUT", "/api/registers/legal_entities/owner", json!({"agency_id": agency}));
    let owner = server.officer("owner", &agency, &["own_data"]);
    let (id, paddles) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("H-2", 3_600_000));
    let (other, _) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("H-2b", 3_600_000));
    let entity = |code: &str, name: &str, more: Value| {
        let mut row =
            json!({"credit_code": code, "name": name, "kind": "company", "status": "active", "region": "440305"});
        row.as_object_mut().expect("a row").extend(more.as_object().expect("fields").clone());
        row
    };
    let told = |more: Value| {
        let rows = json!([entity(ANN, "甲公司", json!({})), entity(BO, "乙公司", more)]);
        let job = import(&owner, "legal_entities", "format=json", &rows.to_string());
        assert_eq!(job["status"], "done", "{job}");
    };
    told(json!({"shareholders": ANN}));
    let yellow = raised(&sue, &id, "related_parties");
    let mut both = paddles.clone();
    both.sort_unstable();
    assert_eq!((yellow["level"].as_str(), &yellow["paddles"]), (Some("yellow"), &json!(both)));
    told(json!({"shareholders": ANN, "controller": ANN}));
    let red = soon(|| alerts(&sue, &id, "related_parties").into_iter().find(|alert| alert["level"] == "red"));
    // The register belongs to no lot: each lot they share shows its own two seats, and the records are named.
    let there = raised(&sue, &other, "related_parties");
    for (lot, alert) in [(&id, &yellow), (&id, &red), (&other, &there)] {
        let entries = sue.ok("GET", &format!("/api/supervision/record?lot={lot}"), Value::Null);
        let own: Vec<&Value> = entries["items"].as_array().expect("items").iter().map(|entry| &entry["n"]).collect();
        let evidence = alert["evidence"].as_array().expect("evidence");
        assert!(
            evidence.len() == 2 && evidence.iter().all(|n| own.contains(&n)) && own.contains(&&alert["n"]),
            "{alert}"
        );
        assert!(
            !alert["en"].as_str().expect("words").contains("record"),
            "it names no way to the bidders' names: {alert}"
        );
    }
    assert_ne!(red["id"], yellow["id"], "a closer link is another question");
    // Who is apart on the register by now is not held to what it said.
    told(json!({}));
    soon(|| {
        let notes = server.tables().query_row("select count(*) from watch_notes", [], |row| row.get::<_, i64>(0));
        (notes.expect("a count") == 0).then_some(())
    });
    let (apart, _) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("H-2c", 3_600_000));
    ann.socket().bid(&apart, "1000.00");
    bo.socket().bid(&apart, "1700.00");
    raised(&sue, &apart, "premium_over_half");
    assert!(alerts(&sue, &apart, "related_parties").is_empty());
    ann.socket().bid(&id, "1000.00");
    bo.socket().bid(&id, "1700.00");
    raised(&sue, &id, "premium_over_half");

    let dir = server.kill();
    let live = table(dir.path());
    let db = tables(dir.path());
    db.execute_batch("delete from alerts; delete from projection_cursor where name like 'watch%'").expect("emptied");
    drop(db);
    let server = Server::start_on(dir);
    let again = soon(|| Some(table(server.dir.path())).filter(|rows| rows.len() >= live.len()));
    assert_eq!(again, live);
}

#[test]
fn a_notice_cut_short_is_asked_about_and_so_is_the_winner_of_a_void_sale_who_wins_again() {
    let desk = Desk::of(Server::start_rehearsal());
    let sue = desk.server.person("sue", "supervisor");
    let ann: Person = desk.bidder("ann");
    let first = desk.under_review("H-3", &ann);
    // Land is noticed for twenty days; a rehearsal opens at once.
    let short = raised(&sue, &first, "short_period");
    let measured = &short["measured"];
    assert_eq!((short["level"].as_str(), measured["unit"].as_str()), (Some("red"), Some("days")));
    assert_eq!(measured["baseline"].as_f64(), Some(20.0), "{short}");
    assert!(measured["found"].as_f64().is_some_and(|days| days <= 1.0), "{short}");
    assert!(short["zh"].as_str().is_some_and(|zh| zh.ends_with("规定不少于20天")), "{short}");
    // No bid is its evidence: the replay begins where it was raised, before the first of them.
    let replay = sue.ok("GET", &format!("/api/supervision/alerts/{}/replay", short["id"]), Value::Null);
    assert_eq!((replay["begins_at"].as_u64(), replay["rows"].as_array().map(Vec::is_empty)), (Some(0), Some(false)));
    desk.decide(&ann, "QUALIFICATION", &format!("{first}/1"), "refused");
    desk.both(&first, "void", json!({}));
    let life = desk.writes.ok("POST", &act_path(&first, "relist"), json!({"number": "H-4"}));
    let second = life["relisted_as"].as_str().expect("the new lot").to_string();
    desk.ready(&second);
    desk.act(&second, "announce");
    desk.open(&second, &[&ann]);
    ann.socket().bid(&second, "1000.00");
    let again = raised(&sue, &second, "same_winner_again");
    assert_eq!(again["paddles"].as_array().map(Vec::len), Some(1));
    assert_eq!(again["evidence"].as_array().map(Vec::len), Some(2), "both closes: {again}");
    assert!(again["zh"].as_str().is_some_and(|zh| zh.ends_with("并见此前标的H-3的记录")), "which lot: {again}");
}

#[test]
fn who_takes_an_application_back_and_who_gives_up_what_he_won_reach_the_watch() {
    let desk = Desk::of(Server::start_rehearsal());
    let sue = desk.server.person("sue", "supervisor");
    let (ann, bo, cy) = (desk.bidder("ann"), desk.bidder("bo"), desk.bidder("cy"));
    let lot = desk.lot("H-5", 2_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    for leaves in [&bo, &cy] {
        leaves.ok("POST", &format!("/api/lots/{lot}/applications"), json!({}));
        leaves.ok("POST", &format!("/api/lots/{lot}/applications/mine/withdraw"), json!({}));
    }
    let together = raised(&sue, &lot, "withdrawn_together");
    assert_eq!((&together["paddles"], &together["evidence"]), (&json!([]), &json!([])), "{together}");
    assert!(together["en"].as_str().is_some_and(|en| en.starts_with("applications 1 and 2 withdrew")), "{together}");
    desk.open(&lot, &[&ann]);
    ann.socket().bid(&lot, "1000.00");
    desk.sold(&lot);
    desk.both(&lot, "default", json!({"ground": "拒签成交确认书"}));
    let gone = raised(&sue, &lot, "winner_gave_up");
    assert_eq!((gone["level"].as_str(), gone["paddles"].as_array().map(Vec::len)), (Some("yellow"), Some(1)));
    let replay = sue.ok("GET", &format!("/api/supervision/alerts/{}/replay", gone["id"]), Value::Null);
    let evidence = replay["evidence"].as_array().expect("evidence");
    assert!(evidence.len() == 1 && evidence[0]["lot_number"] == "H-5", "its own close: {replay}");
}
