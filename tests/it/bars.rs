//! Bars: from which dealings a record bars, and what becomes of a seat when one is taken back.

use crate::approval::register;
use crate::bank::{Bank, HOUR_MS, Paid, apply, credit, lot as deposit_lot, message, reversal};
use crate::enforcement::{ANN, Brigade, Team, act, penalty, put_out, standard};
use crate::house::{Person, Server, draft, open_lot_seated, soon, verify};
use crate::life::{Desk, file};
use crate::registers::import;
use serde_json::{Value, json};
use sunbid::clock;

fn is_barred(who: &Person, lot: &str) -> bool {
    who.ok("GET", &format!("/api/lots/{lot}/you"), Value::Null)["barred"] == true
}

/// Why he may not act on his seat; null where nothing keeps him from it.
fn why(who: &Person, lot: &str) -> Value {
    who.ok("GET", &format!("/api/lots/{lot}/you/bar"), Value::Null)["code"].clone()
}

fn punish(brigade: &Brigade) -> String {
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    act(&brigade.first, &case, json!({"act": "serve", "note": "直接送达"}));
    case
}

fn annul(brigade: &Brigade, case: &str) {
    brigade.annul(case);
}

#[test]
fn a_bar_taken_back_gives_a_seat_back_while_its_lot_is_open() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bob) = (server.person("ann", "bidder"), server.person("bob", "bidder"));
    register(&ann, &server.person("o1", "officer"), "安企业", ANN);
    let (lot, _) = open_lot_seated(&writes, &checks, &[&ann, &bob], draft("BACK-1", 3_600_000));
    let mut floor = ann.socket();
    assert_eq!(floor.bid(&lot, "1000.00")["accepted"], true);
    assert_eq!(why(&ann, &lot), Value::Null);
    let case = punish(&brigade);
    soon(|| is_barred(&ann, &lot).then_some(()));
    assert_eq!(why(&ann, &lot), "BARRED_BY_RECORD");
    let told = |who: &Person| who.ok("GET", "/api/me/messages", Value::Null).as_array().expect("messages").clone();
    let line = soon(|| told(&ann).first().cloned());
    assert!(line["lot"] == json!(lot) && line["zh"].as_str().is_some_and(|zh| zh.contains("停止竞买")), "{line}");
    assert_eq!(bob.socket().bid(&lot, "1001.00")["accepted"], true);
    assert_eq!(floor.bid(&lot, "1002.00")["code"], "BARRED");

    annul(&brigade, &case);
    soon(|| (!is_barred(&ann, &lot)).then_some(()));
    assert_eq!(why(&ann, &lot), Value::Null);
    assert_eq!(floor.bid(&lot, "1002.00")["accepted"], true, "the decision is overturned, and with it the bar");
    let lines = soon(|| Some(told(&ann)).filter(|lines| lines.len() == 2));
    assert!(lines[0]["zh"].as_str().is_some_and(|zh| zh.contains("已恢复")), "{lines:?}");
    assert!(told(&bob).is_empty(), "nobody else's business");

    // A restart reads the same from the record, and a second decision bars anew.
    let (sound, said) = verify(&brigade.server.dir.path().join("data"));
    assert!(sound, "{said}");
    let server = Server::start_on(brigade.server.kill());
    assert_eq!(server.sign_in("ann").socket().bid(&lot, "1003.00")["code"], "ALREADY_LEADING");
    assert_eq!(told(&server.sign_in("ann")).len(), 2, "told once of each");
    assert_eq!(server.sign_in("bob").socket().bid(&lot, "1003.00")["accepted"], true);
    assert_eq!(server.sign_in("ann").socket().bid(&lot, "1004.00")["accepted"], true);
}

#[test]
fn a_seat_whose_deposit_is_gone_stays_barred_and_says_so() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let bank = Bank::of(server);
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let ann = server.person("ann", "bidder");
    register(&ann, &server.person("o1", "officer"), "安企业", ANN);
    let lot = deposit_lot(&writes, &checks, "BACK-2", HOUR_MS, clock::now().0 + HOUR_MS);
    let (no, account) = apply(&ann, &lot, "62220001");
    let at = clock::now().0;
    let paid = Paid { reference: "R1", account: &account, yuan: "200.00", at, name: "安企业", from: "62220001" };
    bank.send(&message("M1", &credit(&paid)));
    writes.ok("POST", &format!("/api/desk/lots/{lot}/applications/{no}/admit"), json!({}));
    writes.ok("POST", &format!("/api/desk/lots/{lot}/open"), json!({}));
    let case = punish(&brigade);
    soon(|| is_barred(&ann, &lot).then_some(()));
    assert_eq!(bank.send(&message("M2", &reversal("V1", "R1", "200.00", at))).0, 200);

    annul(&brigade, &case);
    assert_eq!(why(&ann, &lot), "DEPOSIT_NOT_HELD");
    assert!(is_barred(&ann, &lot));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["code"], "BARRED");

    // Paid again before its deadline, it is there: the next look gives the seat back.
    bank.send(&message("M3", &credit(&Paid { reference: "R2", ..paid })));
    soon(|| (!is_barred(&ann, &lot)).then_some(()));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
}

#[test]
fn a_record_bars_from_the_dealings_its_law_is_of_and_from_no_others() {
    let desk = Desk::of(Server::start_rehearsal());
    let team = Team::on(&desk.server);
    let ann = desk.bidder("ann");
    let mut papers = standard();
    papers["code"] = json!("PAPERS");
    papers["bar_scope"] = json!("procurement");
    put_out(&team, papers);
    let opened = |number: &str, kind: &str| {
        let mut lot = draft(number, 3_600_000);
        lot["kind"] = json!(kind);
        open_lot_seated(&desk.writes, &desk.checks, &[&ann], lot).0
    };
    let (bought, sold) = (opened("SCOPE-1", "procurement"), opened("SCOPE-2", "equipment"));
    let land = |number: &str| {
        let lot = desk.lot(number, 60_000, json!({}), file("post"));
        desk.ready(&lot);
        desk.act(&lot, "announce");
        lot
    };
    let first = land("SCOPE-3");
    let apply = |lot: &str| ann.call("POST", &format!("/api/lots/{lot}/applications"), json!({}));

    let case = team.file(ANN);
    team.assign(&case);
    let finding = json!({"rule": "PAPERS", "grade": "normal"});
    act(&team.first, &case, json!({"act": "report", "finding": finding, "major": false, "note": "事实清楚"}));
    act(&team.first, &case, json!({"act": "notify", "note": "拟禁止参加政府采购"}));
    act(&team.first, &case, json!({"act": "waive", "note": "放弃听证"}));
    let mut decided = penalty("normal", "20000.00", 12);
    decided["penalty"]["rule"] = json!("PAPERS");
    act(&team.head, &case, decided);
    act(&team.first, &case, json!({"act": "serve", "note": "直接送达"}));

    soon(|| is_barred(&ann, &bought).then_some(()));
    assert_eq!(ann.socket().bid(&bought, "1000.00")["code"], "BARRED");
    assert_eq!(ann.socket().bid(&sold, "1000.00")["accepted"], true, "equipment is no procurement");
    let (status, application) = apply(&first);
    assert_eq!(status, 200, "nor is land: {application}");

    // A record of land dealings bars at every gate of a land lot, and leaves equipment alone.
    let admin = desk.server.sign_in("admin");
    let keeper = desk.server.agency(&admin, "12440300123456788T");
    admin.ok("PUT", "/api/registers/social_credit/owner", json!({"agency_id": keeper}));
    let owner = desk.server.officer("owner", &keeper, &["own_data"]);
    let record = json!([{"number": "C-1", "subject_code": ANN, "subject": "安企业", "kind": "blacklist", "bars": "yes",
        "scope": "land", "reason": "囤地", "decided_by": "某局", "in_force_from": "2026-01-01"}]);
    assert_eq!(import(&owner, "social_credit", "format=json", &record.to_string())["status"], "done");
    assert_eq!(apply(&land("SCOPE-4")).1["code"], "BARRED_BY_RECORD");
    let admit = format!("/api/desk/lots/{first}/applications/{}/admit", application["no"]);
    assert_eq!(desk.writes.call("POST", &admit, json!({})).1["code"], "BARRED_BY_RECORD");
    assert!(!is_barred(&ann, &sold));
}
