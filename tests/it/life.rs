//! A lot's life around its auction, told as stories.

use crate::approval::{act, begin, register, upload};
use crate::house::{Person, Server, draft, soon};
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;

/// Two clerks of the city's center, two officers, and a server of their own.
pub struct Desk {
    pub server: Server,
    pub writes: Person,
    pub checks: Person,
    pub officer: Person,
    pub second: Person,
}

impl Desk {
    pub fn of(server: Server) -> Desk {
        let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
        let (officer, second) = (server.person("o1", "officer"), server.person("o2", "officer"));
        Desk { server, writes, checks, officer, second }
    }

    /// The same people after a restart.
    pub fn again(server: Server) -> Desk {
        let [writes, checks, officer, second] = ["c1", "c2", "o1", "o2"].map(|login| server.sign_in(login));
        Desk { server, writes, checks, officer, second }
    }

    /// A registered bidder.
    pub fn bidder(&self, login: &str) -> Person {
        let bidder = self.server.person(login, "bidder");
        let code = match login {
            "ann" => "91440300708461136T",
            "bo" => "9144030071526726XG",
            _ => "91330100799655058B",
        };
        register(&bidder, &self.officer, login, code);
        bidder
    }

    /// A case from its filing to the word of two officers.
    pub fn decide(&self, who: &Person, item: &str, subject: &str, outcome: &str) {
        let (form, material) = match item {
            "LOT-FILING" => (json!({"summary": "方案"}), "plan"),
            "CONTRACT-FILING" => (json!({"contract_no": "H-1", "signed_on": today()}), "contract"),
            "QUALIFICATION" => (json!({"statement": "符合条件"}), "originals"),
            _ => (json!({"statement": "符合条件"}), "application"),
        };
        let case = begin(who, item, Some(subject), form);
        upload(who, &case, material);
        act(who, &case, json!({"act": "file"}));
        act(&self.officer, &case, json!({"act": "accept"}));
        act(&self.officer, &case, json!({"act": "forward", "note": ""}));
        if matches!(item, "BID-APPLICATION" | "CONTRACT-FILING") {
            act(&self.second, &case, json!({"act": "decide", "outcome": outcome, "note": "已审"}));
            return;
        }
        act(&self.officer, &case, json!({"act": "propose", "outcome": outcome, "note": "已审"}));
        act(&self.second, &case, json!({"act": "confirm", "note": ""}));
    }

    pub fn lot(&self, number: &str, open_ms: i64, terms: Value, file: Value) -> String {
        let mut lot = draft(number, open_ms);
        lot["kind"] = json!("commercial_land");
        lot["area_m2"] = json!("5000");
        lot["terms"].as_object_mut().expect("terms").extend(terms.as_object().expect("terms").clone());
        let lot = self.writes.ok("POST", "/api/desk/lots", lot)["card"]["id"].as_str().expect("an id").to_string();
        self.writes.ok("PUT", &format!("/api/desk/lots/{lot}/file"), file);
        lot
    }

    pub fn check(&self, lot: &str) {
        self.checks.ok("POST", &format!("/api/desk/lots/{lot}/check"), json!({}));
    }

    pub fn act(&self, lot: &str, act: &str) -> Value {
        self.writes.ok("POST", &act_path(lot, act), json!({}))
    }

    pub fn refused(&self, lot: &str, act: &str, words: Value) -> String {
        let (status, body) = self.writes.call("POST", &act_path(lot, act), words);
        assert!(status == 409 || status == 400, "{act}: {status} {body}");
        body["code"].as_str().expect("a code").to_string()
    }

    pub fn both(&self, lot: &str, act: &str, words: Value) -> Value {
        self.writes.ok("POST", &act_path(lot, act), words.clone());
        self.checks.ok("POST", &act_path(lot, act), words)
    }

    pub fn life(&self, lot: &str) -> Value {
        self.writes.ok("GET", &format!("/api/desk/lots/{lot}/life"), Value::Null)
    }

    pub fn write_notice(&self, lot: &str, notice: Value) -> Value {
        self.writes.ok("POST", &format!("/api/desk/lots/{lot}/notices"), notice)
    }

    pub fn notice(&self, lot: &str, notice: Value) -> Value {
        let written = self.write_notice(lot, notice);
        self.checks.ok("POST", &publish_path(&written), json!({"written_at": written["written_at"]}))
    }

    /// Checked, filed, granted and noticed: ready for the floor.
    pub fn ready(&self, lot: &str) {
        self.check(lot);
        self.act(lot, "ask_filing");
        self.publish_granted(lot, notice("grant"));
    }

    /// A lot sent to be filed is granted and noticed in these words.
    pub fn publish_granted(&self, lot: &str, words: Value) {
        self.decide(&self.writes, "LOT-FILING", lot, "granted");
        self.act(lot, "file");
        self.notice(lot, words);
    }

    /// On the floor and open, the bidders seated.
    pub fn open(&self, lot: &str, bidders: &[&Person]) {
        for bidder in bidders {
            let no = bidder.ok("POST", &format!("/api/lots/{lot}/applications"), json!({}))["no"].clone();
            let admit = format!("/api/desk/lots/{lot}/applications/{no}/admit");
            if self.life(lot)["file"]["review"] == "pre" {
                assert_eq!(self.writes.call("POST", &admit, json!({})).1["code"], "NOT_REVIEWED");
                self.decide(bidder, "BID-APPLICATION", &format!("{lot}/{no}"), "granted");
            }
            self.writes.ok("POST", &admit, json!({}));
        }
        self.writes.ok("POST", &format!("/api/desk/lots/{lot}/open"), json!({}));
    }

    /// Sold to the only bidder, and his review asked for.
    pub fn under_review(&self, number: &str, bidder: &Person) -> String {
        let lot = self.lot(number, 2_000, json!({}), file("post"));
        self.ready(&lot);
        self.act(&lot, "announce");
        self.open(&lot, &[bidder]);
        bidder.socket().bid(&lot, "1000.00");
        self.sold(&lot);
        self.act(&lot, "ask_review");
        lot
    }

    /// The hammer has fallen and the tables know whose paddle it was.
    pub fn sold(&self, lot: &str) {
        soon(|| {
            let life = self.life(lot);
            let may = life["acts"]
                .as_array()
                .expect("acts")
                .iter()
                .any(|row| row["act"] == "default" && row.get("reason").is_none());
            (life["state"] == "hammered" && may).then_some(())
        });
    }
}

pub fn today() -> String {
    sunbid::calendar::Day::of(sunbid::clock::now()).to_string()
}

pub fn act_path(lot: &str, act: &str) -> String {
    format!("/api/desk/lots/{lot}/life/{act}")
}

pub fn publish_path(notice: &Value) -> String {
    format!("/api/desk/notices/{}/publish", notice["id"].as_str().expect("an id"))
}

pub fn notice(kind: &str) -> Value {
    json!({"kind": kind, "title_zh": "公告", "title_en": "notice", "text_zh": "正文", "text_en": "text"})
}

/// A hundred metres by fifty in the plane of EPSG 4547.
pub fn file(review: &str) -> Value {
    let (x, y) = (505_955.846, 2_493_941.246);
    let ring = json!([[x, y], [x + 100.0, y], [x + 100.0, y + 50.0], [x, y + 50.0], [x, y]]);
    json!({
        "basis": "land_grant", "parcel_code": "440305001002GB00012", "plot_ratio": "3.5", "land_use": "commercial",
        "term_years": 40, "review": review,
        "boundary": {"epsg": 4547, "polygon": {"type": "Polygon", "coordinates": [ring]}},
    })
}

#[test]
fn a_lot_lives_from_its_file_to_its_registration() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let lot = desk.lot("L-1", 3_000, json!({}), file("post"));
    let path = format!("/api/desk/lots/{lot}");
    let documents = format!("{path}/documents?title=%E5%AE%97%E5%9C%B0%E5%9B%BE");
    let (status, life) = desk.writes.upload(&documents, [b"%PDF-1.7\n".to_vec(), vec![b' '; 300 * 1024]].concat());
    assert_eq!((status, life["file"]["documents"][0]["title"].as_str()), (200, Some("宗地图")), "{life}");
    assert_eq!(life["file"]["computed_area_m2"], "5000.00");

    assert_eq!(desk.refused(&lot, "ask_filing", json!({})), "NOT_IN_THIS_STATE", "nobody has checked it");
    desk.check(&lot);
    assert_eq!(desk.act(&lot, "ask_filing")["state"], "filing_asked");
    for (method, door, body) in [("PUT", "/file", file("post")), ("PUT", "", draft("L-1", 9_000))] {
        let (status, refused) = desk.writes.call(method, &format!("{path}{door}"), body);
        assert_eq!((status, refused["code"].as_str()), (409, Some("LOT_LOCKED")), "{door}");
    }
    let (status, refused) = desk.writes.call("POST", &format!("{path}/publish"), json!({}));
    assert_eq!((status, refused["code"].as_str()), (409, Some("NOT_IN_THIS_STATE")));
    assert_eq!(desk.refused(&lot, "file", json!({})), "FILING_UNDECIDED");
    let read = desk.writes.ok("GET", &path, Value::Null);
    assert!(read.get("draft").is_none(), "what is filed is not edited");
    assert_eq!(read["not_yet"][0]["action"], "publish", "the desk is told before it asks");
    desk.decide(&desk.writes, "LOT-FILING", &lot, "granted");
    assert_eq!(desk.act(&lot, "file")["state"], "filed");
    assert_eq!(desk.refused(&lot, "announce", json!({})), "NO_GRANT_NOTICE");

    let written = desk.write_notice(&lot, notice("grant"));
    let own = desk.writes.call("POST", &publish_path(&written), json!({"written_at": written["written_at"]}));
    assert_eq!((own.0, own.1["code"].as_str()), (409, Some("TWO_PERSONS")));
    assert_eq!(desk.checks.call("POST", &publish_path(&written), json!({"written_at": 1})).0, 409, "not as he read it");
    let published = desk.checks.ok("POST", &publish_path(&written), json!({"written_at": written["written_at"]}));
    let number = published["number"].as_str().expect("a number");
    assert!(number.starts_with("深土交告〔") && number.ends_with("〕1号"), "{number}");
    assert_eq!(
        desk.server.anyone().call("GET", &format!("/api/lots/{lot}/file"), Value::Null).0,
        404,
        "not public yet"
    );
    assert_eq!(desk.act(&lot, "announce")["state"], "announced");

    desk.open(&lot, &[&ann, &bo]);
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
    assert_eq!(bo.socket().bid(&lot, "1200.01")["accepted"], true);
    desk.sold(&lot);

    assert_eq!(desk.refused(&lot, "confirm", json!({"number": "Q-1"})), "REVIEW_FIRST");
    desk.act(&lot, "ask_review");
    assert_eq!(desk.refused(&lot, "confirm", json!({"number": "Q-1"})), "QUALIFICATION_NOT_GRANTED");
    desk.decide(&bo, "QUALIFICATION", &format!("{lot}/2"), "granted");
    assert_eq!(desk.refused(&lot, "void", json!({})), "QUALIFICATION_NOT_REFUSED");
    for _ in 0..2 {
        let asked = desk.writes.ok("POST", &act_path(&lot, "confirm"), json!({"number": "Q-1"}));
        assert_eq!(asked["state"], "post_review", "one person's word, be it said twice");
        assert_eq!(asked["acts"][0]["asked"]["mine"], true);
    }
    let (status, differs) = desk.checks.call("POST", &act_path(&lot, "confirm"), json!({"number": "Q-2"}));
    assert_eq!((status, differs["code"].as_str()), (409, Some("TWO_WORDS_DIFFER")));
    assert_eq!(desk.both(&lot, "confirm", json!({"number": "Q-1"}))["state"], "confirmed");

    assert_eq!(desk.refused(&lot, "publish_result", json!({})), "NO_RESULT_NOTICE");
    let result = || desk.server.anyone().ok("GET", &format!("/api/results/{lot}"), Value::Null);
    assert!(result().get("winner_name").is_none(), "a name is published with the result alone");
    desk.notice(&lot, notice("result"));
    assert_eq!(result()["winner_name"], "bo");
    for (query, total) in [("kind=result", 1), ("q=L-1", 2), ("q=%E5%85%AC%E5%91%8A&kind=grant", 1), ("q=nowhere", 0)] {
        let notices = desk.server.anyone().ok("GET", &format!("/api/notices?{query}"), Value::Null);
        assert_eq!(notices["total"], total, "{query}");
    }
    let map = desk.server.anyone().ok("GET", "/api/map?stage=sold", Value::Null);
    let (feature, corner) = (&map["features"][0], &map["features"][0]["geometry"]["coordinates"][0][0]);
    assert_eq!((&feature["id"], &feature["properties"]["lot"]["stage"]), (&json!(lot), &json!("sold")));
    let near = |place: usize, degrees: f64| corner[place].as_f64().is_some_and(|at| (at - degrees).abs() < 1e-8);
    assert!(near(0, 114.0579) && near(1, 22.5431), "longitude first, to the millimetre: {corner}");
    desk.act(&lot, "publish_result");
    assert_eq!(desk.refused(&lot, "contract", json!({"number": "H-1"})), "CONTRACT_NOT_FILED");
    desk.decide(&desk.writes, "CONTRACT-FILING", &lot, "granted");
    assert_eq!(desk.refused(&lot, "contract", json!({"number": "H-2"})), "CONTRACT_NUMBER_DIFFERS");
    let warned = desk.writes.ok("POST", &act_path(&lot, "contract"), json!({"number": "H-1"}));
    let told = warned["events"].as_array().expect("events").iter().rfind(|event| event["act"] == "contract").cloned();
    assert_eq!(told.expect("a contract")["data"]["warnings"][0]["code"], "PUBLICITY_TOO_SHORT", "a rehearsal");
    assert_eq!(warned["instalments"][0]["amount"], "600.00");
    assert_eq!(warned["instalments"][1]["amount"], "600.01");
    let today = today();
    let pay = |no: i64| json!({"instalment": no, "paid_on": today, "receipt": format!("R-{no}")});
    assert_eq!(desk.both(&lot, "pay", pay(1))["state"], "contracted");
    assert_eq!(desk.both(&lot, "pay", pay(2))["state"], "paid");
    let life = desk.writes.ok("POST", &act_path(&lot, "register"), json!({"number": "粤(2026)0001"}));
    assert_eq!((&life["state"], life["acts"].as_array().map(Vec::len)), (&json!("registered"), Some(0)));
    let steps = life["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 13);
    assert!(
        steps.iter().all(|step| step["at"].is_i64() && step["is"] != "later" && step["overdue"] == false),
        "{life}"
    );
    let due: Vec<&Value> =
        life["events"].as_array().expect("events").iter().filter(|event| event["act"] == "money_due").collect();
    assert_eq!(
        due.iter().map(|event| &event["data"]).collect::<Vec<_>>(),
        [&json!({"what": "settle", "winners": [2]})]
    );
    let messages = bo.ok("GET", "/api/me/messages", Value::Null);
    assert!(messages[0]["zh"].as_str().is_some_and(|text| text.contains("成交确认书")), "{messages}");
    assert_eq!(ann.ok("GET", "/api/me/messages", Value::Null), json!([]));

    let public = desk.server.anyone().ok("GET", &format!("/api/lots/{lot}/file"), Value::Null);
    assert_eq!(public["plane"][0][2][1], 2_493_991.246);
    let bytes = desk.server.anyone().ok("GET", &format!("/api/lots/{lot}/documents/1"), Value::Null);
    assert!(bytes.as_str().is_some_and(|text| text.starts_with("%PDF-1.7")));
}

#[test]
fn a_default_keeps_the_bidder_out_of_the_lot_that_follows() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let lot = desk.lot("D-1", 2_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann]);
    ann.socket().bid(&lot, "1000.00");
    desk.sold(&lot);
    assert_eq!(desk.refused(&lot, "default", json!({"ground": " "})), "BAD_REQUEST");
    assert_eq!(desk.refused(&lot, "relist", json!({"number": "D-2"})), "NOT_IN_THIS_STATE");
    let life = desk.both(&lot, "default", json!({"ground": "拒签成交确认书"}));
    assert_eq!(life["state"], "defaulted");
    let due = life["events"].as_array().expect("events").iter().find(|event| event["act"] == "money_due").cloned();
    assert_eq!(due.expect("money is due")["data"], json!({"what": "forfeit", "winner": 1, "winners": [1]}));
    assert!(ann.ok("GET", "/api/me/messages", Value::Null)[0]["zh"].as_str().is_some_and(|text| text.contains("悔拍")));

    let relisted = desk.writes.ok("POST", &act_path(&lot, "relist"), json!({"number": "D-2"}));
    let new = relisted["relisted_as"].as_str().expect("the new lot").to_string();
    assert_eq!(desk.refused(&lot, "relist", json!({"number": "D-3"})), "RELISTED_ALREADY");
    let life = desk.life(&new);
    assert_eq!((&life["state"], &life["file"]["follows_lot"]), (&json!("draft"), &json!(lot)));
    let written = desk.writes.ok("GET", &format!("/api/desk/lots/{new}"), Value::Null);
    assert!(written["draft"]["terms"].get("reserve").is_none(), "the old reserve is not handed on: {written}");
    desk.ready(&new);
    desk.act(&new, "announce");
    let (status, barred) = ann.call("POST", &format!("/api/lots/{new}/applications"), json!({}));
    assert_eq!((status, barred["code"].as_str()), (409, Some("BARRED_BY_DEFAULT")));
    bo.ok("POST", &format!("/api/lots/{new}/applications"), json!({}));

    let other = desk.lot("D-9", 60_000, json!({}), file("pre"));
    desk.ready(&other);
    desk.act(&other, "announce");
    let (status, barred) = ann.call("POST", &format!("/api/lots/{other}/applications"), json!({}));
    assert_eq!((status, barred["code"].as_str()), (409, Some("BARRED_BY_RECORD")), "on record from that moment on");
    assert!(barred["zh"].as_str().is_some_and(|zh| zh.contains("悔拍：拒签成交确认书")), "{barred}");
}

#[test]
fn the_winner_who_fails_the_review_makes_the_sale_void() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let lot = desk.under_review("V-1", &ann);
    desk.decide(&ann, "QUALIFICATION", &format!("{lot}/1"), "refused");
    assert_eq!(desk.refused(&lot, "confirm", json!({"number": "Q-1"})), "QUALIFICATION_NOT_GRANTED");
    assert_eq!(desk.act(&lot, "void")["state"], "post_review", "a deposit is kept by two persons' word");
    assert_eq!(desk.both(&lot, "void", json!({}))["state"], "void");
    let life = desk.writes.ok("POST", &act_path(&lot, "relist"), json!({"number": "V-2"}));
    assert!(life["relisted_as"].is_string());
}

#[test]
fn a_review_refused_at_the_door_is_no_refusal_of_the_winner() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let lot = desk.under_review("V-3", &ann);
    let case = begin(&ann, "QUALIFICATION", Some(&format!("{lot}/1")), json!({"statement": "符合条件"}));
    upload(&ann, &case, "originals");
    act(&ann, &case, json!({"act": "file"}));
    act(&desk.officer, &case, json!({"act": "refuse_acceptance", "note": "不属于本机关职权"}));
    assert_eq!(desk.refused(&lot, "void", json!({})), "QUALIFICATION_NOT_REFUSED", "one officer has not judged it");
    desk.decide(&ann, "QUALIFICATION", &format!("{lot}/1"), "granted");
    assert_eq!(desk.both(&lot, "confirm", json!({"number": "Q-1"}))["state"], "confirmed");
}

#[test]
fn who_bids_with_others_does_not_also_bid_alone() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let lot = desk.lot("J-1", 60_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    let apply = |who: &Person| who.ok("POST", &format!("/api/lots/{lot}/applications"), json!({}))["no"].clone();
    let admit =
        |no: &Value| desk.writes.call("POST", &format!("/api/desk/lots/{lot}/applications/{no}/admit"), json!({}));
    let (joint, alone) = (apply(&ann), apply(&bo));
    let member = |name: &str, code: &str| json!({"name": name, "code": code, "share": "50"});
    let members = [member("ann", "91440300708461136T"), member("bo", "9144030071526726XG")];
    let form = json!({"statement": "符合条件", "members": members});
    let case = begin(&ann, "BID-APPLICATION", Some(&format!("{lot}/{joint}")), form);
    upload(&ann, &case, "application");
    bo.ok("POST", &format!("/api/cases/{case}/consent"), json!({}));
    act(&ann, &case, json!({"act": "file"}));
    act(&desk.officer, &case, json!({"act": "accept"}));
    act(&desk.officer, &case, json!({"act": "forward", "note": ""}));
    act(&desk.second, &case, json!({"act": "decide", "outcome": "granted", "note": "已审"}));
    desk.decide(&bo, "BID-APPLICATION", &format!("{lot}/{alone}"), "granted");
    assert_eq!(admit(&joint).0, 200);
    let (status, refused) = admit(&alone);
    assert_eq!((status, refused["code"].as_str()), (409, Some("BIDS_ALREADY")), "{refused}");
    assert!(!refused.to_string().contains("9144030071526726XG"), "nobody at the desk learns who it is");
}

#[test]
fn a_lot_that_follows_another_keeps_its_days_of_notice_too() {
    let desk = Desk::of(Server::start());
    let opens = |days: i64| json!({"opens_at": sunbid::clock::now().0 + days * DAY_MS});
    for (leader, days, code) in [("F-1", 5, Some("NOTICE_TOO_SHORT")), ("F-3", 21, None)] {
        let first = desk.lot(leader, 60_000, opens(days), file("pre"));
        let follows = json!({"follows": {"lot": first, "gap_ms": 20_000}});
        let second = desk.lot(&format!("{leader}-B"), 60_000, follows, file("pre"));
        if code.is_none() {
            desk.ready(&first);
            desk.act(&first, "announce");
        }
        desk.ready(&second);
        match code {
            Some(code) => assert_eq!(desk.refused(&second, "announce", json!({})), code),
            None => assert_eq!(desk.act(&second, "announce")["state"], "announced"),
        }
    }
}

#[test]
fn legal_days_are_kept_outside_a_rehearsal() {
    let desk = Desk::of(Server::start());
    let opens = |days: i64| json!({"opens_at": sunbid::clock::now().0 + days * DAY_MS});
    let short = desk.lot("N-1", 60_000, opens(5), file("pre"));
    desk.ready(&short);
    assert_eq!(desk.refused(&short, "announce", json!({})), "NOTICE_TOO_SHORT");
    let (status, refused) = desk.writes.call("POST", &format!("/api/desk/lots/{short}/publish"), json!({}));
    assert_eq!((status, refused["code"].as_str()), (409, Some("NOTICE_TOO_SHORT")));
    let life = desk.life(&short);
    assert!(life["acts"][0]["reason"]["zh"].as_str().is_some_and(|zh| zh.contains("不得少于20日")), "{life}");

    // The way out: the filing is taken back, the dates are changed, and it is filed anew.
    assert_eq!(desk.act(&short, "withdraw_filing")["state"], "checked");
    let read = desk.writes.ok("GET", &format!("/api/desk/lots/{short}"), Value::Null);
    assert!(read["draft"].is_object(), "it may be changed again");

    let mut with_deadline = file("pre");
    let closes = sunbid::clock::now().0 + 15 * DAY_MS;
    with_deadline["application_deadline"] = json!(closes);
    let terms = opens(20);
    let long = desk.lot("N-2", 60_000, terms.clone(), with_deadline);
    desk.ready(&long);
    assert_eq!(desk.act(&long, "announce")["state"], "announced");
    let mut later = notice("supplementary");
    later["opens_at"] = json!(terms["opens_at"].as_i64().expect("a moment") + 10 * DAY_MS);
    desk.notice(&long, later);
    let moved = &desk.life(&long)["file"]["application_deadline"];
    assert_eq!(*moved, closes + 10 * DAY_MS, "the deadline for applications moves with the opening");

    let by_hand = desk.lot("N-3", 60_000, json!({}), file("pre"));
    desk.ready(&by_hand);
    desk.act(&by_hand, "announce");
    let (status, refused) = desk.writes.call("POST", &format!("/api/desk/lots/{by_hand}/open"), json!({}));
    assert_eq!((status, refused["code"].as_str()), (409, Some("NOTICE_TOO_SHORT")));
    let mut change = notice("supplementary");
    change["material"] = json!(true);
    change["opens_at"] = json!(sunbid::clock::now().0 + 19 * DAY_MS);
    let change = desk.write_notice(&by_hand, change);
    let early = desk.checks.call("POST", &publish_path(&change), json!({"written_at": change["written_at"]}));
    assert_eq!(early.1["code"], "NOTICE_TOO_SHORT", "what has materially changed is noticed as long again");

    // 20 working days are four weeks at least: what land may do in 21 days, a property right may not.
    let mut right = draft("N-5", 60_000);
    right["kind"] = json!("property_right");
    right["terms"]["opens_at"] = json!(sunbid::clock::now().0 + 21 * DAY_MS);
    let right = desk.writes.ok("POST", "/api/desk/lots", right)["card"]["id"].as_str().expect("an id").to_string();
    let basis = json!({"basis": "property_rights", "review": "pre"});
    desk.writes.ok("PUT", &format!("/api/desk/lots/{right}/file"), basis);
    desk.ready(&right);
    assert_eq!(desk.refused(&right, "announce", json!({})), "NOTICE_TOO_SHORT");
    let reason = desk.life(&right)["acts"][0]["reason"]["zh"].as_str().expect("a reason").to_string();
    assert!(reason.contains("20个工作日") && reason.contains("第32号"), "{reason}");

    let listing = json!({"opens_at": sunbid::clock::now().0 + 30 * DAY_MS, "phases": [
        {"kind": "free", "length_ms": 9 * DAY_MS, "freeze_ms": 0, "extension": {"kind": "none"}, "freeze_bidders_min": 2}]});
    let listed = desk.lot("N-4", 60_000, listing, file("pre"));
    desk.ready(&listed);
    assert_eq!(desk.refused(&listed, "announce", json!({})), "LISTING_TOO_SHORT");
}

#[test]
fn a_file_and_its_documents_are_refused_with_their_field() {
    let desk = Desk::of(Server::start_rehearsal());
    let mut plain = draft("F-1", 60_000);
    plain["kind"] = json!("commercial_land");
    plain["area_m2"] = json!("5100");
    let lot = desk.writes.ok("POST", "/api/desk/lots", plain)["card"]["id"].as_str().expect("an id").to_string();
    let path = format!("/api/desk/lots/{lot}");
    assert!(desk.life(&lot).get("state").is_none(), "no file, no life");
    assert_eq!(desk.refused(&lot, "ask_filing", json!({})), "CONFLICT");
    assert_eq!(desk.writes.upload(&format!("{path}/documents?title=x"), b"%PDF-".to_vec()).0, 409, "the file first");
    let save = |file: &Value| desk.writes.call("PUT", &format!("{path}/file"), file.clone());
    let field = |file: &Value| save(file).1["field"].as_str().map(str::to_string);
    assert_eq!(field(&file("pre")).as_deref(), Some("area_note"), "5000 m² are not 5100");
    let mut wrong = file("pre");
    wrong["area_note"] = json!("含代征道路用地100平方米");
    wrong["term_years"] = json!(41);
    assert_eq!(field(&wrong).as_deref(), Some("term_years"));
    wrong["term_years"] = json!(40);
    wrong["boundary"]["epsg"] = json!(4326);
    assert_eq!(field(&wrong).as_deref(), Some("boundary"));
    wrong["boundary"]["epsg"] = json!(4547);
    assert_eq!(save(&wrong).0, 200);
    let (status, refused) = desk.writes.upload(&format!("{path}/documents?title=x"), b"MZ\x90\0".to_vec());
    assert_eq!((status, refused["code"].as_str()), (400, Some("DOCUMENT_KIND")));
    let large = vec![b' '; 20 * 1024 * 1024 + 1];
    let (status, refused) = desk.writes.upload(&format!("{path}/documents?title=x"), large);
    assert_eq!((status, refused["code"].as_str()), (413, Some("BODY_TOO_LARGE")));
    let mut wordy = wrong.clone();
    wordy["area_note"] = json!("x".repeat(257 * 1024));
    let (status, refused) = save(&wordy);
    assert_eq!((status, refused["code"].as_str()), (413, Some("BODY_TOO_LARGE")), "every other door keeps its bound");
    assert_eq!(desk.writes.upload(&format!("{path}/documents?title=x"), b"%PDF-1".to_vec()).0, 200);
    assert_eq!(desk.writes.upload(&format!("{path}/documents?title=y"), b"%PDF-1".to_vec()).0, 409, "the same bytes");
    desk.check(&lot);
    let removed = desk.writes.ok("DELETE", &format!("{path}/documents/1"), Value::Null);
    assert_eq!(
        (&removed["state"], &removed["file"]["documents"]),
        (&json!("draft"), &json!([])),
        "to be checked again"
    );
}

#[test]
fn a_material_change_after_bids_makes_them_void() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let later = sunbid::clock::now().0 + 30 * DAY_MS;
    let lot = desk.lot("M-1", 3_600_000, json!({"opens_at": later}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    let with = |opens_at: i64| {
        let mut notice = notice("supplementary");
        notice["opens_at"] = json!(opens_at);
        notice
    };
    let earlier = desk.write_notice(&lot, with(later - 1));
    let refused = desk.checks.call("POST", &publish_path(&earlier), json!({"written_at": earlier["written_at"]}));
    assert_eq!((refused.0, refused.1["field"].as_str()), (400, Some("opens_at")), "it only postpones");
    let postponed = desk.notice(&lot, with(later + DAY_MS));
    assert!(postponed["number"].as_str().is_some_and(|number| number.ends_with("〕2号")), "{postponed}");
    soon(|| {
        let state = desk.server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"].clone();
        (state["opens_at"] == later + DAY_MS).then_some(())
    });

    let lot = desk.lot("M-2", 3_600_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann]);
    ann.socket().bid(&lot, "1000.00");
    soon(|| (desk.life(&lot)["state"] == "bidding").then_some(()));
    let plain = desk.write_notice(&lot, with(later));
    let refused = desk.checks.call("POST", &publish_path(&plain), json!({"written_at": plain["written_at"]}));
    assert_eq!(refused.1["code"], "NOTICE_TOO_LATE");
    let mut material = notice("supplementary");
    material["material"] = json!(true);
    material["title_zh"] = json!("规划条件调整");
    desk.notice(&lot, material);
    soon(|| (desk.life(&lot)["state"] == "terminated").then_some(()));
    let messages = ann.ok("GET", "/api/me/messages", Value::Null);
    assert!(
        messages
            .as_array()
            .expect("a list")
            .iter()
            .any(|one| one["zh"].as_str().is_some_and(|zh| zh.contains("全部作废")))
    );
    let kinds: Vec<Value> = desk
        .server
        .anyone()
        .ok("GET", &format!("/api/lots/{lot}/notices"), Value::Null)
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert_eq!(kinds, [json!("grant"), json!("supplementary"), json!("termination")]);
    assert!(desk.writes.ok("POST", &act_path(&lot, "relist"), json!({"number": "M-3"}))["relisted_as"].is_string());
}

#[test]
fn notices_are_numbered_and_corrected_beside_the_old() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("P-1", 3_600_000, json!({}), file("pre"));
    desk.ready(&lot);
    let first = desk.server.anyone().ok("GET", "/api/notices?kind=grant", Value::Null)["items"][0].clone();
    let path = format!("/api/desk/notices/{}", first["id"].as_str().expect("an id"));
    assert_eq!(desk.writes.call("PUT", &path, notice("grant")).0, 409, "published is published");
    let mut correction = notice("grant");
    correction["corrects"] = first["id"].clone();
    correction["text_zh"] = json!("更正后的正文");
    let corrected = desk.notice(&lot, correction.clone());
    let (was, is) = (first["number"].as_str().expect("a number"), corrected["number"].as_str().expect("a number"));
    assert_eq!(is, format!("{was}（更正1）"));
    correction["kind"] = json!("result");
    assert_eq!(desk.writes.call("POST", &format!("/api/desk/lots/{lot}/notices"), correction).1["field"], "corrects");

    desk.act(&lot, "announce");
    let floor = |door: &str, body: Value| desk.writes.ok("POST", &format!("/api/desk/lots/{lot}/{door}"), body);
    floor("suspend", json!({"ground": "系统检修"}));
    floor("resume", json!({}));
    let page = desk.server.anyone().ok("GET", "/api/notices?page_size=2", Value::Null);
    assert_eq!((&page["total"], &page["items"][0]["kind"]), (&json!(4), &json!("resumption")));
    assert!(page["items"][1]["text_zh"].as_str().is_some_and(|text| text.contains("系统检修")), "{page}");
    assert!(page["items"][1]["number"].as_str().is_some_and(|number| number.ends_with("〕2号")), "{page}");
    let one = format!("/api/notices/{}", page["items"][1]["id"].as_str().expect("an id"));
    assert_eq!(desk.server.anyone().ok("GET", &one, Value::Null)["kind"], "suspension");
}

#[test]
fn the_city_reads_its_districts_lots_and_changes_none() {
    let desk = Desk::of(Server::start_rehearsal());
    let admin = desk.server.sign_in("admin");
    let district = admin.ok("GET", "/api/centers", Value::Null)[1]["id"].clone();
    let new = json!({"login": "d1", "password": crate::house::PASSWORD, "name": "d1", "role": "clerk", "center_id": district});
    let clerk = desk.server.staff(new);
    let lot =
        clerk.ok("POST", "/api/desk/lots", draft("X-1", 60_000))["card"]["id"].as_str().expect("an id").to_string();
    let path = format!("/api/desk/lots/{lot}");
    assert_eq!(clerk.ok("GET", &format!("{path}/life"), Value::Null)["own"], true);
    assert_eq!(desk.life(&lot)["own"], false);
    let read = desk.writes.ok("GET", &path, Value::Null);
    assert_eq!(read["own"], false);
    assert!(read.get("draft").is_none(), "another center's reserve stays out of sight: {read}");
    assert_eq!(desk.writes.call("PUT", &format!("{path}/file"), file("pre")).0, 404);
    assert_eq!(desk.writes.call("POST", &act_path(&lot, "ask_filing"), json!({})).0, 404);
    assert_eq!(desk.writes.call("POST", &format!("{path}/notices"), notice("grant")).0, 404);
    let city = desk.lot("X-2", 60_000, json!({}), file("pre"));
    assert_eq!(clerk.call("GET", &format!("/api/desk/lots/{city}/life"), Value::Null).0, 404, "not the other way");
}

#[test]
fn the_tables_themselves_refuse_one_person_for_two() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("T-1", 60_000, json!({}), file("pre"));
    desk.ready(&lot);
    let db = rusqlite::Connection::open(desk.server.dir.path().join("data/sunbid.db")).expect("the tables");
    db.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
    let clerk: String =
        db.query_row("select id from accounts where login = 'c1'", [], |row| row.get(0)).expect("a clerk");
    let refused = |sql: &str, why: &str| {
        let error = db.execute(sql, rusqlite::named_params! {":lot": lot, ":clerk": clerk}).expect_err(why).to_string();
        assert!(error.contains(why), "{error}");
    };
    for act in ["confirm", "default", "pay", "void"] {
        for asked_by in [":clerk", "null"] {
            let columns = "insert into life_events (lot, at, act, by, asked_by) values (:lot, 0";
            refused(&format!("{columns}, '{act}', :clerk, {asked_by})"), "life_events_two_persons");
        }
    }
    refused(
        "insert into life_instalments (lot, no, percent, amount, due, paid_on, entered_by, confirmed_by)
         values (:lot, 1, 100, '1.00', '2026-12-01', '2026-11-01', :clerk, :clerk)",
        "life_instalments_two_persons",
    );
    refused(
        "insert into notices (id, lot, center, kind, no, title_zh, title_en, text_zh, text_en, written_by, written_at,
           checked_by, published_at)
         select 'x', :lot, center, 'grant', 9, '', '', '', '', :clerk, 0, :clerk, 1 from lots where id = :lot",
        "notices_two_persons",
    );
    refused("update notices set text_zh = 'x' where lot = :lot and :clerk is not null", "notices_are_frozen");
    refused("delete from life_events where lot = :lot and :clerk is not null", "life_events_is_append_only");
}
