//! 印制文书 through the front door: who gets which paper, what it says, and that it never changes.

use crate::bank::{Bank, HOUR_MS, Paid, apply, credit, debit, lot as deposit_lot, message};
use crate::house::{Person, Server, draft, open_lot, soon};
use crate::life::{Desk, file, notice};
use crate::pdf;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sunbid::clock;
use tempfile::TempDir;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &Value) -> Vec<u8> {
    sunbid::security::signed::from_hex(text.as_str().expect("hex")).expect("hex")
}

fn code(who: &Person, path: &str) -> (u16, String) {
    let (status, body) = who.call("GET", path, Value::Null);
    (status, body["code"].as_str().unwrap_or("").to_string())
}

/// The documents of a lot somebody may have: kind and title.
fn offered(who: &Person, lot: &str) -> Vec<(String, Value)> {
    let rows = who.ok("GET", &format!("/api/lots/{lot}/printed"), Value::Null);
    let rows = rows.as_array().expect("rows").clone();
    rows.into_iter().map(|row| (row["kind"].as_str().expect("a kind").to_string(), row)).collect()
}

fn kinds(who: &Person, lot: &str) -> Vec<String> {
    offered(who, lot).into_iter().map(|(kind, _)| kind).collect()
}

/// The fingerprint of the newest version of a kind.
fn newest(who: &Person, lot: &str, kind: &str) -> Value {
    let row = offered(who, lot).into_iter().find(|(found, _)| found == kind).expect("offered").1;
    row["issued"][0].clone()
}

fn tables(server: &Server) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(server.dir.path().join("data/sunbid.db")).expect("the tables");
    db.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
    db
}

/// Nothing but the words: how a file breaks its lines is its own affair.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_sale_is_told_on_paper_and_the_paper_never_changes() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let lot = desk.lot("W-1", 2_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann, &bo]);
    let (letter, confirmation) = (format!("/api/printed/win_letter/{lot}"), format!("/api/printed/confirmation/{lot}"));
    assert_eq!(code(&ann, &letter), (404, "NOT_FOUND".into()), "nobody has won yet");
    ann.socket().bid(&lot, "1000.00");
    desk.sold(&lot);

    let supervisor = desk.server.person("watch", "supervisor");
    let anyone = desk.server.anyone();
    let printed = ann.bytes(&letter);
    assert!(printed.starts_with(b"%PDF-1.7"), "a PDF");
    assert_eq!(code(&anyone, &letter), (401, "NOT_SIGNED_IN".into()));
    assert_eq!(code(&bo, &letter), (404, "NOT_FOUND".into()), "the loser has no win letter");
    for staff in [&desk.writes, &supervisor] {
        assert_eq!(staff.bytes(&letter), printed);
    }
    assert_eq!(code(&ann, &format!("/api/printed/award_notice/{lot}")).0, 404, "no tender");
    assert_eq!(code(&ann, &confirmation).0, 404, "not confirmed yet");
    assert_eq!((kinds(&anyone, &lot), kinds(&bo, &lot)), (vec!["notice".into()], vec!["notice".to_string()]));
    assert_eq!(kinds(&ann, &lot), ["notice", "win_letter"]);

    desk.both(&lot, "confirm", json!({"number": "Q-1"}));
    let confirmed = ann.bytes(&confirmation);
    assert_ne!(confirmed, printed);
    let said = pdf::text(&confirmed);
    for words in
        ["成交确认书", "编号：Q-1　第1版", "人民币1,000.00元", "人民币壹仟元整", "91440300708461136T", "公开存证"]
    {
        assert!(plain(&said).contains(&plain(words)), "{words}: {said}");
    }

    // After a power cut the file is the same: it is kept, not made again.
    let Desk { server, .. } = desk;
    let server = Server::start_with(server.kill(), &["--rehearsal"]);
    let (ann, clerk) = (server.sign_in("ann"), server.sign_in("c1"));
    assert_eq!((ann.bytes(&letter), clerk.bytes(&confirmation)), (printed, confirmed.clone()));

    // What anyone learns who scans the code.
    let fingerprint = newest(&ann, &lot, "confirmation")["fingerprint"].as_str().expect("a hash").to_string();
    assert!(plain(&pdf::text(&confirmed)).contains(&fingerprint), "the paper names its fingerprint");
    let check = format!("/api/documents/{fingerprint}");
    let seen = server.anyone().ok("GET", &check, Value::Null);
    assert_eq!((&seen["kind"], &seen["version"], &seen["open"]), (&json!("confirmation"), &json!(1), &json!(false)));
    assert_eq!(seen["file_sha256"], hex(&Sha256::digest(&confirmed)));
    assert!(seen.get("came_to_nothing").is_none() && !seen.to_string().contains("9144"), "{seen}");
    for closed in ["file", "words"] {
        assert_eq!(code(&server.anyone(), &format!("{check}/{closed}")), (401, "NOT_SIGNED_IN".into()));
        assert_eq!(code(&server.sign_in("bo"), &format!("{check}/{closed}")).0, 404);
    }
    assert_eq!(code(&server.anyone(), &format!("/api/documents/{}", "0".repeat(64))), (404, "NOT_ISSUED".into()));

    // A default unmakes the sale: what was issued says so when checked, and nothing more is issued.
    let path = format!("/api/desk/lots/{lot}/life/default");
    for person in [&clerk, &server.sign_in("c2")] {
        person.ok("POST", &path, json!({"ground": "拒签合同"}));
    }
    assert_eq!(server.anyone().ok("GET", &check, Value::Null)["came_to_nothing"], "defaulted");
    assert_eq!(code(&ann, &confirmation).0, 404);
    assert_eq!(ann.bytes(&format!("{check}/file")), confirmed);
}

#[test]
fn who_wins_a_tender_has_an_award_notice_and_no_win_letter() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let mut tender = draft("T-1", 1);
    tender["terms"].as_object_mut().expect("terms").remove("reserve");
    for (name, value) in [
        ("direction", json!("descending")),
        ("start_price", json!("1000000.00")),
        ("step", json!({"rule": "own", "bands": [{"from": "0.00", "step": "0.01"}]})),
        ("proxy", json!("none")),
        (
            "phases",
            json!([
                {"kind": "method", "method": "sealed", "length_ms": 3_000, "entry": "qualified", "who": "everyone",
                    "changes_max": 9, "unit": "0.01", "unique": false, "wins": "best", "ties": "first", "offers_min": 2},
                {"kind": "method", "method": "scored", "length_ms": 600_000, "experts": 1,
                    "by": {"kind": "points", "price_points": 3_000, "panel_points": 7_000}},
            ]),
        ),
    ] {
        tender["terms"][name] = value;
    }
    let lot = desk.writes.ok("POST", "/api/desk/lots", tender)["card"]["id"].as_str().expect("an id").to_string();
    desk.writes.ok("PUT", &format!("/api/desk/lots/{lot}/file"), json!({"basis": "other", "review": "pre"}));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann, &bo]);
    for (bidder, price) in [(&ann, "800000.00"), (&bo, "900000.00")] {
        assert_eq!(bidder.socket().bid(&lot, price)["accepted"], true);
    }
    let award = format!("/api/printed/award_notice/{lot}");
    assert_eq!(code(&ann, &award).0, 404, "the panel has not spoken");
    let opened = soon(|| {
        let (status, page) = desk.server.anyone().call("GET", &format!("/api/lots/{lot}/offers"), Value::Null);
        let all = page["items"].as_array().cloned().unwrap_or_default();
        (status == 200 && all.len() == 2).then_some(all)
    });
    for offer in &opened {
        let points = if offer["price"] == "800000.00" { "70.00" } else { "30.00" };
        let word = json!({"expert": 0, "paddle": offer["paddle"], "pass": true, "points": points});
        for clerk in [&desk.writes, &desk.checks] {
            clerk.ok("POST", &format!("/api/desk/lots/{lot}/scores"), word.clone());
        }
    }
    desk.sold(&lot);
    let printed = ann.bytes(&award);
    let said = pdf::text(&printed);
    for words in ["中标通知书", "91440300708461136T", "人民币800,000.00元", "人民币捌拾万元整", "三十日内", "T-1"]
    {
        assert!(plain(&said).contains(&plain(words)), "{words}: {said}");
    }
    assert!(!plain(&said).contains("竞得证明"), "{said}");
    assert_eq!(ann.bytes(&award), printed, "issued once");
    assert_eq!(code(&ann, &format!("/api/printed/win_letter/{lot}")).0, 404, "a tender has no win letter");
    assert_eq!(code(&bo, &award), (404, "NOT_FOUND".into()), "the loser has none");
    assert!(kinds(&ann, &lot).contains(&"award_notice".to_string()));
    assert!(!kinds(&desk.server.anyone(), &lot).contains(&"award_notice".to_string()));
    let fingerprint = newest(&ann, &lot, "award_notice")["fingerprint"].as_str().expect("a hash").to_string();
    let seen = desk.server.anyone().ok("GET", &format!("/api/documents/{fingerprint}"), Value::Null);
    assert_eq!((&seen["kind"], &seen["file_sha256"]), (&json!("award_notice"), &json!(hex(&Sha256::digest(&printed)))));
}

#[test]
fn the_words_in_the_file_are_the_words_that_were_signed() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("S-1", 60_000, json!({}), file("pre"));
    desk.check(&lot);
    desk.act(&lot, "ask_filing");
    let paragraph =
        "经批准，现对下列标的进行网上挂牌出让，有关事项公告如下（以“正文”为准）：面积5000平方米。".repeat(40);
    let long = json!({"kind": "grant", "title_zh": "国有建设用地使用权挂牌出让公告", "title_en": "notice of sale",
        "text_zh": format!("一、总则\n{paragraph}\n二、附则"), "text_en": "The lot is listed online."});
    desk.publish_granted(&lot, long);
    let anyone = desk.server.anyone();
    let (kind, row) = offered(&anyone, &lot).remove(0);
    assert_eq!((kind.as_str(), &row["issued"]), ("notice", &json!([])), "nobody has asked for it");
    let path = format!("/api/printed/notice/{}", row["subject"].as_str().expect("a subject"));
    let printed = anyone.bytes(&path);
    assert_eq!(anyone.bytes(&path), printed);

    let fingerprint = newest(&anyone, &lot, "notice")["fingerprint"].as_str().expect("a hash").to_string();
    let check = format!("/api/documents/{fingerprint}");
    let (seen, words) = (anyone.ok("GET", &check, Value::Null), anyone.text(&format!("{check}/words")));
    assert_eq!(hex(&Sha256::digest(words.as_bytes())), fingerprint);
    let key = from_hex(&anyone.ok("GET", "/api/document-key", Value::Null)["public_key"]);
    assert_eq!(hex(&key), seen["public_key"].as_str().expect("hex"));
    let key = UnparsedPublicKey::new(&ED25519, key);
    assert!(key.verify(words.as_bytes(), &from_hex(&seen["signature"])).is_ok());
    assert!(key.verify(&printed, &anyone.bytes(&format!("{check}/signature"))).is_ok(), "beside the file");

    let pages = pdf::pages(&printed);
    assert!(pages.len() > 1, "a long notice");
    let text: String = pages.iter().map(|page| plain(&pdf::without_foot(page))).collect();
    let (body, seal) = text.split_once("电子签发").expect("a seal");
    assert_eq!(body, plain(&words), "what the file says");
    assert!(seal.contains(seen["signature"].as_str().expect("hex")) && seal.contains(&fingerprint), "{seal}");
    assert!(seal.contains(&format!("/documents/{fingerprint}")), "the address");
    assert!(pages[0].contains(&format!("第 1 页　共 {} 页", pages.len())), "{}", pages[0]);
}

#[test]
fn a_new_version_stands_beside_the_old_and_a_refund_has_its_slip() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let (winner, loser) = (server.person("Winner Ltd", "bidder"), server.person("Loser Ltd", "bidder"));
    let now = clock::now().0;
    let id = deposit_lot(&clerk, &second, "D-1", 3_000, now + HOUR_MS);
    let (no, account) = apply(&loser, &id, "62220002");
    let receipt = format!("/api/printed/deposit_receipt/{id}-{no}");
    assert_eq!(code(&loser, &receipt), (404, "NOT_FOUND".into()), "nothing was paid");
    let half =
        Paid { reference: "R1", account: &account, yuan: "100.00", at: now, name: "Loser Ltd", from: "62220002" };
    bank.send(&message("M1", &credit(&half)));
    let first = loser.bytes(&receipt);
    for other in [&clerk, &winner] {
        assert_eq!(code(other, &receipt).0, 404, "whose deposit it is stays sealed");
    }
    bank.send(&message("M2", &credit(&Paid { reference: "R2", at: now + 1000, ..half.clone() })));
    let whole = loser.bytes(&receipt);
    assert_ne!(first, whole);
    assert!(plain(&pdf::text(&first)).contains("人民币壹佰元整") && pdf::text(&first).contains("第1版"));
    assert!(plain(&pdf::text(&whole)).contains("人民币贰佰元整") && pdf::text(&whole).contains("第2版"));
    let issued =
        offered(&loser, &id).into_iter().find(|(kind, _)| kind == "deposit_receipt").expect("his").1["issued"].clone();
    assert_eq!((issued[0]["version"].as_i64(), issued[1]["version"].as_i64()), (Some(2), Some(1)));
    let old = format!("/api/documents/{}", issued[1]["fingerprint"].as_str().expect("a hash"));
    assert_eq!(loser.bytes(&format!("{old}/file")), first, "the old stays");
    assert_eq!(server.anyone().ok("GET", &old, Value::Null)["newer"], issued[0]["fingerprint"]);

    let (first_no, account) = apply(&winner, &id, "62220001");
    let all =
        Paid { reference: "R3", account: &account, yuan: "200.00", name: "Winner Ltd", from: "62220001", at: now };
    bank.send(&message("M3", &credit(&all)));
    for no in [no, first_no] {
        clerk.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
    }
    clerk.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    assert_eq!(winner.socket().bid(&id, "1000.00")["accepted"], true);
    soon(|| (clerk.call("POST", &format!("/api/desk/lots/{id}/deposit/settle"), json!({})).0 == 204).then_some(()));
    let refund = clerk.ok("GET", "/api/desk/refunds?lot=D-1", Value::Null)["items"][0]["id"].clone();
    let refund = refund.as_str().expect("an id");
    let slip = format!("/api/printed/refund_slip/{refund}");
    assert_eq!(code(&loser, &slip).0, 404, "not paid yet");
    clerk.ok("POST", &format!("/api/desk/refunds/{refund}/make"), json!({}));
    second.ok("POST", &format!("/api/desk/refunds/{refund}/check"), json!({}));
    let batch = bank.fetch(0, clock::now().0).1;
    let name = batch.split("<EndToEndId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a name");
    assert_eq!(bank.send(&message("M4", &debit(name, "200.00"))).1["entries"][0]["result"], "paid");
    let paid = loser.bytes(&slip);
    let said = plain(&pdf::text(&paid));
    assert!(said.contains("人民币贰佰元整") && said.contains("LoserLtd") && said.contains("****0002"), "{said}");
    assert_eq!(clerk.bytes(&slip), paid, "the lot is over");
    assert_eq!((code(&winner, &slip).0, code(&server.anyone(), &slip).0), (404, 401));
    assert!(kinds(&clerk, &id).contains(&"refund_slip".to_string()));
}

#[test]
fn a_winner_who_may_no_longer_sign_in_is_still_named() {
    let server = Server::start();
    let (writes, checks) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let bidder = server.person("Gone Ltd", "bidder");
    let lot = open_lot(&writes, &checks, &[&bidder], draft("G-1", 1_500));
    bidder.socket().bid(&lot, "1000.00");
    soon(|| {
        let lot = writes.ok("GET", &format!("/api/desk/lots/{lot}"), Value::Null);
        (lot["card"]["stage"] == "sold").then_some(())
    });
    tables(&server).execute("update accounts set disabled = 1 where login = 'Gone Ltd'", []).expect("disabled");
    assert_eq!(
        server
            .anyone()
            .call("POST", "/api/session", json!({"login": "Gone Ltd", "password": crate::house::PASSWORD}))
            .0,
        401
    );
    let letter = writes.bytes(&format!("/api/printed/win_letter/{lot}"));
    assert!(plain(&pdf::text(&letter)).contains("兹证明GoneLtd经网上竞价竞得"));
}

#[test]
fn a_character_the_font_lacks_is_named_and_nothing_is_issued() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("C-1", 60_000, json!({}), file("pre"));
    desk.check(&lot);
    desk.act(&lot, "ask_filing");
    let mut strange = notice("grant");
    strange["text_zh"] = json!("竞得人姓名含生僻字\u{F0000}");
    desk.publish_granted(&lot, strange);
    let anyone = desk.server.anyone();
    let (_, row) = offered(&anyone, &lot).remove(0);
    let (status, refused) =
        anyone.call("GET", &format!("/api/printed/notice/{}", row["subject"].as_str().expect("an id")), Value::Null);
    assert_eq!((status, refused["code"].as_str()), (409, Some("GLYPH_MISSING")), "{refused}");
    assert!(refused["zh"].as_str().is_some_and(|zh| zh.contains("U+F0000")), "{refused}");
    assert_eq!(offered(&anyone, &lot).remove(0).1["issued"], json!([]));
}

#[test]
fn without_a_font_the_package_to_install_is_named() {
    let empty = TempDir::new().expect("a folder");
    let fonts = empty.path().to_str().expect("a path");
    let dir = TempDir::new().expect("a folder");
    let desk = Desk::of(Server::start_with(dir, &["--rehearsal", "--fonts", fonts]));
    let lot = desk.lot("N-1", 60_000, json!({}), file("pre"));
    desk.ready(&lot);
    let anyone = desk.server.anyone();
    let (_, row) = offered(&anyone, &lot).remove(0);
    let path = format!("/api/printed/notice/{}", row["subject"].as_str().expect("an id"));
    let (status, refused) = anyone.call("GET", &path, Value::Null);
    assert_eq!((status, refused["code"].as_str()), (503, Some("FONT_MISSING")), "{refused}");
    assert!(refused["en"].as_str().is_some_and(|en| en.contains("fonts-noto-cjk")), "{refused}");
    // Installed, it prints without a restart.
    for (name, file) in [("NotoSerifCJK-Regular.ttc", "text.otf"), ("NotoSerifCJK-Bold.ttc", "bold.otf")] {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fonts").join(file);
        std::fs::copy(from, empty.path().join(name)).expect("installed");
    }
    let (status, answer) = anyone.fetch(&path);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
}
