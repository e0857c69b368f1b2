//! What belongs together in a lot's life happens together and once: cut short at any point, raced, or sold to many.

use crate::approval::{PDF, act, begin, upload};
use crate::bank::{Bank, HOUR_MS, Paid, apply, credit, message};
use crate::house::{Person, Server, soon, tables};
use crate::life::{Desk, act_path, file, today};
use serde_json::{Value, json};
use std::time::Duration;

/// Long enough for a request to have been read and to wait at the tables' lock.
const AT_THE_LOCK: Duration = Duration::from_millis(500);

fn kinds(desk: &Desk, lot: &str) -> Vec<String> {
    let notices = desk.server.anyone().ok("GET", &format!("/api/lots/{lot}/notices"), Value::Null);
    let kinds = notices.as_array().expect("a list").iter();
    kinds.map(|notice| notice["kind"].as_str().expect("a kind").to_string()).collect()
}

fn count(list: &Value, is: impl Fn(&Value) -> bool) -> usize {
    list.as_array().expect("a list").iter().filter(|one| is(one)).count()
}

#[test]
fn a_confirmation_its_money_and_its_message_are_one() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let lot = desk.lot("O-1", 2_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann]);
    ann.socket().bid(&lot, "1000.00");
    desk.sold(&lot);
    // The very last thing an act writes fails.
    let db = desk.server.tables();
    db.execute_batch(
        "create trigger fails before insert on bidder_messages begin select raise(abort, 'a full disk'); end",
    )
    .expect("broken");
    let words = json!({"number": "Q-1"});
    desk.writes.ok("POST", &act_path(&lot, "confirm"), words.clone());
    assert_eq!(desk.checks.call("POST", &act_path(&lot, "confirm"), words.clone()).0, 500);
    let life = desk.life(&lot);
    assert_eq!(life["state"], "hammered");
    assert_eq!(count(&life["events"], |event| event["act"] == "money_due"), 0, "no money without the act: {life}");
    db.execute_batch("drop trigger fails").expect("mended");
    let life = desk.checks.ok("POST", &act_path(&lot, "confirm"), words);
    assert_eq!(life["state"], "confirmed");
    assert_eq!(count(&life["events"], |event| event["act"] == "money_due"), 1);
    assert_eq!(count(&ann.ok("GET", "/api/me/messages", Value::Null), |_| true), 1);
}

#[test]
fn what_follows_a_termination_is_done_once_though_the_power_went_between() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let lot = desk.lot("O-2", 3_600_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    ann.ok("POST", &format!("/api/lots/{lot}/applications"), json!({}));
    desk.server
        .tables()
        .execute_batch("create trigger fails before insert on notices begin select raise(abort, 'a full disk'); end")
        .expect("broken");
    let terminate = format!("/api/desk/lots/{lot}/terminate");
    assert_eq!(desk.writes.call("POST", &terminate, json!({"ground": "规划撤销"})).0, 500);
    soon(|| (desk.life(&lot)["state"] == "terminated").then_some(()));
    let (status, refused) = desk.writes.call("POST", &terminate, json!({"ground": "规划撤销"}));
    assert_eq!((status, refused["code"].as_str()), (409, Some("FLOOR_WORD_PENDING")));
    assert_eq!(kinds(&desk, &lot), ["grant"]);

    let dir = desk.server.kill();
    tables(dir.path()).execute_batch("drop trigger fails").expect("mended");
    let mut desk = Desk::again(Server::start_rehearsal_on(dir));
    for _ in 0..2 {
        assert_eq!(kinds(&desk, &lot), ["grant", "termination"]);
        let ann = desk.server.sign_in("ann");
        assert_eq!(count(&ann.ok("GET", "/api/me/messages", Value::Null), |_| true), 1);
        let life = desk.life(&lot);
        let refunds = |event: &Value| event["act"] == "money_due" && event["data"]["what"] == "refund_all";
        assert_eq!(count(&life["events"], refunds), 1, "{life}");
        desk = Desk::again(Server::start_rehearsal_on(desk.server.kill()));
    }
}

#[test]
fn a_word_the_floor_refuses_leaves_nothing_behind() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("O-3", 3_600_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    let resume = format!("/api/desk/lots/{lot}/resume");
    for _ in 0..2 {
        let (status, refused) = desk.writes.call("POST", &resume, json!({}));
        assert_eq!(status, 409, "{refused}");
        assert_ne!(refused["code"], "FLOOR_WORD_PENDING");
    }
    let ground = json!({"ground": "系统检修"});
    desk.writes.ok("POST", &format!("/api/desk/lots/{lot}/suspend"), ground);
    desk.writes.ok("POST", &resume, json!({}));
    assert_eq!(kinds(&desk, &lot), ["grant", "suspension", "resumption"]);
}

#[test]
fn what_was_filed_is_not_changed_by_a_save_that_began_earlier() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("O-4", 3_600_000, json!({}), file("pre"));
    let path = format!("/api/desk/lots/{lot}");
    let draft = desk.writes.ok("GET", &path, Value::Null)["draft"].clone();
    desk.check(&lot);
    let mut other = file("pre");
    other["plot_ratio"] = json!("9.9");
    let saves = [("PUT", "/file", other), ("PUT", "", draft), ("POST", "/documents?title=x", Value::Null)];
    for (method, door, body) in saves {
        let mut db = desk.server.tables();
        let lock = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("the lock");
        let late = std::thread::scope(|scope| {
            let late = scope.spawn(|| match method {
                "POST" => desk.writes.upload(&format!("{path}{door}"), b"%PDF-1.7\n".to_vec()),
                _ => desk.writes.call(method, &format!("{path}{door}"), body),
            });
            std::thread::park_timeout(AT_THE_LOCK);
            lock.execute("update lot_files set progress = 'filing_asked' where lot = ?", [&lot]).expect("filed");
            lock.commit().expect("filed");
            late.join().expect("an answer")
        });
        assert_eq!(late.0, 409, "{door}: {late:?}");
        let life = desk.life(&lot);
        assert_eq!(life["state"], "filing_asked", "it is still what was checked");
        assert_eq!((&life["file"]["plot_ratio"], &life["file"]["documents"]), (&json!("3.5"), &json!([])), "{door}");
        let back = desk.server.tables().execute("update lot_files set progress = 'draft' where lot = ?", [&lot]);
        assert_eq!(back, Ok(1));
    }
}

/// The terms of a preset, its one phase this long.
fn preset(desk: &Desk, id: &str, length_ms: i64) -> Value {
    let profiles = desk.writes.ok("GET", "/api/profiles", Value::Null);
    let found = profiles.as_array().expect("a list").iter().find(|profile| profile["id"] == id).cloned();
    let mut terms = found.expect("a preset")["terms"].clone();
    terms["phases"][0]["length_ms"] = json!(length_ms);
    terms
}

fn order(person: &Person, lot: &str, price: &str, quantity: u64) {
    let mut socket = person.socket();
    let offer = json!({"kind": "order", "side": "buy", "price": price, "quantity": quantity});
    socket.send(json!({"type": "offer", "lot": lot, "key": uuid::Uuid::new_v4(), "offer": offer}));
    assert_eq!(socket.until("reply")["accepted"], true);
}

#[test]
fn a_lot_sold_to_several_ends_with_its_award_list_and_one_may_default_alone() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let mut draft = crate::house::draft("O-5", 1);
    draft["kind"] = json!("carbon_allowance");
    draft["terms"] = preset(&desk, "carbon_uniform", 2_500);
    let lot = desk.writes.ok("POST", "/api/desk/lots", draft)["card"]["id"].as_str().expect("an id").to_string();
    desk.writes.ok("PUT", &format!("/api/desk/lots/{lot}/file"), json!({"basis": "other", "review": "pre"}));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann, &bo]);
    order(&ann, &lot, "15.50", 40_000);
    order(&bo, &lot, "16.20", 30_000);
    desk.sold(&lot);
    let life = desk.both(&lot, "confirm", json!({"number": "Q-5"}));
    assert_eq!((&life["state"], life["winners"].as_array().map(Vec::len)), (&json!("confirmed"), Some(2)), "{life}");
    let due = life["events"].as_array().expect("events").iter().find(|event| event["act"] == "money_due").cloned();
    assert_eq!(due.expect("money is due")["data"], json!({"what": "settle", "winners": [1, 2]}));
    for person in [&ann, &bo] {
        assert_eq!(count(&person.ok("GET", "/api/me/messages", Value::Null), |_| true), 1);
    }

    let words = |application: Value| json!({"ground": "未按期缴款", "application": application});
    assert_eq!(desk.refused(&lot, "default", words(Value::Null)), "BAD_REQUEST");
    let life = desk.both(&lot, "default", words(json!(1)));
    assert_eq!(life["state"], "confirmed", "the other's award stands: {life}");
    assert_eq!((life["winners"].as_array().map(Vec::len), &life["winners"][0]["application"]), (Some(1), &json!(2)));
    assert_eq!(desk.refused(&lot, "default", words(json!(1))), "BAD_REQUEST", "once");

    desk.notice(&lot, crate::life::notice("result"));
    let life = desk.act(&lot, "publish_result");
    let steps = life["steps"].as_array().expect("steps");
    assert_eq!(steps.last().map(|step| (&step["state"], &step["is"])), Some((&json!("publicity"), &json!("now"))));
    assert_eq!(desk.refused(&lot, "contract", json!({"number": "H-5"})), "SEVERAL_WINNERS");
    let awards = desk.server.anyone().ok("GET", &format!("/api/lots/{lot}/awards"), Value::Null);
    assert_eq!(awards["count"], 2);
}

#[test]
fn who_decides_a_filing_reads_the_parcel_its_map_and_its_documents_first() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("O-6", 60_000, json!({}), file("pre"));
    desk.writes.upload(&format!("/api/desk/lots/{lot}/documents?title=plan"), b"%PDF-1.7\n".to_vec());
    desk.check(&lot);
    desk.act(&lot, "ask_filing");
    let case = begin(&desk.writes, "LOT-FILING", Some(&lot), json!({"summary": "方案"}));
    let path = format!("/api/cases/{case}/lot");
    assert_eq!(desk.officer.call("GET", &path, Value::Null).0, 404, "what is not filed is nobody else's business");
    upload(&desk.writes, &case, "plan");
    act(&desk.writes, &case, json!({"act": "file"}));
    let read = desk.officer.ok("GET", &path, Value::Null);
    assert_eq!((&read["lot"]["card"]["number"], &read["file"]["computed_area_m2"]), (&json!("O-6"), &json!("5000.00")));
    assert_eq!(read["file"]["plane"][0].as_array().map(Vec::len), Some(5));
    assert!(!read.to_string().contains("\"reserve\""), "the reserve stays out of sight: {read}");
    assert!(desk.officer.text(&format!("{path}/documents/1")).starts_with("%PDF-1.7"));
    let stranger = desk.bidder("ann");
    assert_eq!(stranger.call("GET", &path, Value::Null).0, 404);
    assert_eq!(stranger.call("GET", &format!("{path}/documents/1"), Value::Null).0, 404);
    let of_person = begin(&stranger, "BIDDER-REGISTRATION", None, json!({}));
    assert_eq!(stranger.call("GET", &format!("/api/cases/{of_person}/lot"), Value::Null).0, 404, "about no lot");
}

#[test]
fn uploads_have_a_bound_for_each_case_lot_and_account() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("O-7", 60_000, json!({}), file("pre"));
    let document = |n: usize| {
        let file = format!("%PDF-1.7\n{n}").into_bytes();
        desk.writes.upload(&format!("/api/desk/lots/{lot}/documents?title={n}"), file)
    };
    let full = |answer: (u16, Value)| {
        assert_eq!((answer.0, answer.1["code"].as_str()), (409, Some("UPLOADS_FULL")), "{}", answer.1);
        answer.1["zh"].as_str().expect("a sentence").to_string()
    };
    for n in 0..40 {
        assert_eq!(document(n).0, 200);
    }
    assert!(full(document(40)).contains("标的档案最多40个文件"));

    let ann = desk.bidder("ann");
    let case = begin(&ann, "BIDDER-REGISTRATION", None, json!({}));
    let material = |n: usize| {
        let file = [PDF, n.to_string().as_bytes()].concat();
        ann.put_bytes(&format!("/api/cases/{case}/materials/identity?name={n}.pdf"), &file)
    };
    for n in 0..60 {
        assert_eq!(material(n).0, 200);
    }
    assert!(full(material(60)).contains("一件办件最多60个文件"));

    let db = desk.server.tables();
    let large = "insert into uploads (account, at, bytes) select id, ?, 2147483648 from accounts where login = 'c1'";
    db.execute(large, [sunbid::clock::now().0 - 86_400_001]).expect("yesterday");
    desk.writes.ok("DELETE", &format!("/api/desk/lots/{lot}/documents/1"), Value::Null);
    assert_eq!(document(41).0, 200, "what was sent a day ago counts no more");
    db.execute(large, [sunbid::clock::now().0]).expect("today");
    desk.writes.ok("DELETE", &format!("/api/desk/lots/{lot}/documents/2"), Value::Null);
    assert!(full(document(42)).contains("24小时"));
}

#[test]
fn a_refund_two_officers_granted_is_put_on_its_way_by_the_days_of_its_item() {
    let desk = Desk::of(Server::start_rehearsal());
    let bank = Bank::of(&desk.server);
    let ann = desk.bidder("ann");
    let now = sunbid::clock::now().0;
    let lot = crate::bank::lot(&desk.writes, &desk.checks, "O-8", 1_000, now + HOUR_MS);
    let (no, account) = apply(&ann, &lot, "62220001");
    desk.writes.ok("POST", &format!("/api/desk/lots/{lot}/open"), json!({}));
    let settle = format!("/api/desk/lots/{lot}/deposit/settle");
    soon(|| (desk.writes.call("POST", &settle, json!({})).0 == 204).then_some(()));
    let late = Paid { reference: "R1", account: &account, yuan: "200.00", at: now, name: "ann", from: "62220001" };
    assert_eq!(bank.send(&message("M1", &credit(&late))).1["entries"][0]["result"], "closed_account");
    let refunds = || desk.writes.ok("GET", "/api/desk/refunds", Value::Null)["items"].clone();
    assert_eq!(refunds(), json!([]), "it waits in suspense for somebody to ask");

    let form = json!({"amount": "200.00", "paid_on": today(), "reason": "标的已结束，款项退回"});
    let case = begin(&ann, "DEPOSIT-REFUND", Some(&format!("{lot}/{no}")), form);
    upload(&ann, &case, "slip");
    act(&ann, &case, json!({"act": "file"}));
    act(&desk.officer, &case, json!({"act": "accept"}));
    act(&desk.officer, &case, json!({"act": "propose", "outcome": "granted", "note": "应退"}));
    act(&desk.second, &case, json!({"act": "confirm", "note": ""}));
    let refund = soon(|| refunds().get(0).cloned());
    assert_eq!((&refund["amount"], &refund["reason"]), (&json!("200.00"), &json!("suspense")));
    let calendar = sunbid::calendar::Calendar::released();
    let by = |days| calendar.after(sunbid::calendar::Day::of(matching::Moment(now)), days).end().0;
    assert_eq!((refund["promised_at"].as_i64(), refund["due_at"].as_i64()), (Some(by(3)), Some(by(5))));
    std::thread::park_timeout(Duration::from_secs(5));
    assert_eq!(refunds().as_array().map(Vec::len), Some(1), "once");
}

#[test]
fn a_granted_refund_that_cannot_go_is_told_once_shown_and_goes_when_mended() {
    let desk = Desk::of(Server::start_rehearsal());
    let _bank = Bank::of(&desk.server);
    let ann = desk.bidder("ann");
    let lot = crate::bank::lot(&desk.writes, &desk.checks, "O-9", 1_000, sunbid::clock::now().0 + HOUR_MS);
    let (no, _) = apply(&ann, &lot, "62220001");
    desk.writes.ok("POST", &format!("/api/desk/lots/{lot}/open"), json!({}));
    let settle = format!("/api/desk/lots/{lot}/deposit/settle");
    soon(|| (desk.writes.call("POST", &settle, json!({})).0 == 204).then_some(()));
    let form = json!({"amount": "200.00", "paid_on": today(), "reason": "款项退回"});
    let case = begin(&ann, "DEPOSIT-REFUND", Some(&format!("{lot}/{no}")), form);
    upload(&ann, &case, "slip");
    act(&ann, &case, json!({"act": "file"}));
    act(&desk.officer, &case, json!({"act": "accept"}));
    act(&desk.officer, &case, json!({"act": "propose", "outcome": "granted", "note": "应退"}));
    let subject = |text: &str| {
        let changed =
            desk.server.tables().execute("update cases set subject = ?1 where id = ?2", [text, case.as_str()]);
        assert_eq!(changed.expect("changed"), 1);
    };
    subject("nothing-we-know");
    act(&desk.second, &case, json!({"act": "confirm", "note": ""}));
    let stuck = || desk.writes.ok("GET", "/api/desk/deposits/balances", Value::Null)["stuck"].clone();
    let told = soon(|| stuck().get(0).cloned());
    assert_eq!((&told["case_id"], &told["code"]), (&json!(case), &json!("INTERNAL")));
    std::thread::park_timeout(Duration::from_secs(5));
    assert_eq!(stuck()[0]["at"], told["at"], "tried again, and told once");
    subject(&format!("{lot}/{no}"));
    soon(|| (stuck() == json!([])).then_some(()));
}

#[test]
fn a_sale_that_came_to_nothing_is_no_deal_in_results_and_figures() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, anyone) = (desk.bidder("ann"), desk.server.anyone());
    let lots = [("N-1", "void", file("post")), ("N-2", "defaulted", file("pre"))].map(|(number, end, file)| {
        let lot = desk.lot(number, 2_000, json!({}), file);
        desk.ready(&lot);
        desk.act(&lot, "announce");
        (lot, end)
    });
    for (lot, end) in &lots {
        desk.open(lot, &[&ann]);
        assert_eq!(ann.socket().bid(lot, "1000.00")["accepted"], true);
        desk.sold(lot);
        let is = |outcome: &str| anyone.ok("GET", &format!("/api/results/{lot}"), Value::Null)["outcome"] == outcome;
        soon(|| {
            let (status, row) = anyone.call("GET", &format!("/api/results/{lot}"), Value::Null);
            (status == 200 && row["outcome"] == "sold").then_some(())
        });
        if *end == "void" {
            desk.act(lot, "ask_review");
            desk.decide(&ann, "QUALIFICATION", &format!("{lot}/1"), "refused");
            desk.both(lot, "void", json!({}));
        } else {
            desk.both(lot, "default", json!({"ground": "拒签成交确认书"}));
        }
        assert!(is(end), "{end}");
        let listed = anyone.ok("GET", &format!("/api/results?outcome={end}"), Value::Null);
        assert_eq!((&listed["total"], &listed["items"][0]["lot"]["id"]), (&json!(1), &json!(lot)));
    }
    assert_eq!(anyone.ok("GET", "/api/results?outcome=sold", Value::Null)["total"], 0);
    let total = anyone.ok("GET", "/api/statistics", Value::Null)["total"].clone();
    assert_eq!((&total["sold"], &total["fallen"], &total["amount"]), (&json!(0), &json!(2), &json!("0.00")));
}

#[test]
fn no_two_centers_notices_share_a_number() {
    let mut desk = Desk::of(Server::start_rehearsal());
    let centers = desk.server.anyone().ok("GET", "/api/centers", Value::Null);
    let mut numbers = std::collections::BTreeSet::new();
    for (at, center) in centers.as_array().expect("centers").iter().enumerate() {
        let [writes, checks] = ["w", "c"].map(|part| {
            let login = format!("{part}-{at}");
            desk.server.staff(json!({"login": login, "password": crate::house::PASSWORD, "name": login, "role": "clerk", "center_id": center["id"]}))
        });
        (desk.writes, desk.checks) = (writes, checks);
        let lot = desk.lot(&format!("D-{at}"), 60_000, json!({}), file("post"));
        desk.ready(&lot);
        let notices = desk.writes.ok("GET", &format!("/api/desk/lots/{lot}/notices"), Value::Null);
        numbers.insert(notices[0]["number"].as_str().expect("a number").to_string());
    }
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    assert!(numbers.iter().any(|number| number.starts_with("深南交告〔")), "{numbers:?}");
}
