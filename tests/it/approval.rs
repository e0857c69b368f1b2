//! 网上审批: a case from filing to decision, and everything that is not allowed on the way.

use crate::house::{Person, Server, draft};
use serde_json::{Value, json};

pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

pub fn registration(name: &str, code: &str) -> Value {
    json!({"person": "legal", "name": name, "credit_code": code, "contact": "张三 13800000000", "bank_account": "6222000011112222"})
}

/// Begins a case with its form; its id.
pub fn begin(applicant: &Person, item: &str, subject: Option<&str>, form: Value) -> String {
    let case = applicant.ok("POST", "/api/cases", json!({"item": item, "subject": subject, "form": form}));
    case["id"].as_str().expect("an id").to_string()
}

pub fn upload(applicant: &Person, case: &str, material: &str) {
    let (status, said) = applicant.put_bytes(&format!("/api/cases/{case}/materials/{material}?name=a.pdf"), PDF);
    assert_eq!(status, 200, "{said}");
}

pub fn act(who: &Person, case: &str, act: Value) -> Value {
    who.ok("POST", &format!("/api/cases/{case}/acts"), act)
}

fn refused(who: &Person, case: &str, act: Value) -> (u16, String) {
    let (status, said) = who.call("POST", &format!("/api/cases/{case}/acts"), act);
    (status, said["code"].as_str().unwrap_or("").to_string())
}

/// A bidder registered under a code.
pub fn register(bidder: &Person, officer: &Person, name: &str, code: &str) {
    let case = begin(bidder, "BIDDER-REGISTRATION", None, registration(name, code));
    upload(bidder, &case, "identity");
    for (who, word) in [
        (bidder, json!({"act": "file"})),
        (officer, json!({"act": "accept"})),
        (officer, json!({"act": "forward", "note": ""})),
        (officer, json!({"act": "decide", "outcome": "granted", "note": ""})),
    ] {
        act(who, &case, word);
    }
}

#[test]
fn a_case_is_filed_returned_corrected_and_decided_and_each_step_is_the_right_persons() {
    let server = Server::start();
    let admin = server.sign_in("admin");
    let agency = server.agency(&admin, "11440300123456788X");
    let other_agency = server.agency(&admin, "12440300123456788T");
    let receives = server.officer("receives", &agency, &["receive"]);
    let reviews = server.officer("reviews", &agency, &["review"]);
    let decides = server.officer("decides", &agency, &["decide"]);
    let stranger = server.officer("stranger", &other_agency, &["receive", "review", "decide"]);
    let (bidder, rival) = (server.person("bidder", "bidder"), server.person("rival", "bidder"));

    let case = begin(&bidder, "BIDDER-REGISTRATION", None, json!({"person": "legal", "name": "甲公司"}));
    let (status, said) = bidder.call("POST", &format!("/api/cases/{case}/acts"), json!({"act": "file"}));
    assert_eq!((status, said["field"].as_str()), (400, Some("form.contact")), "{said}");
    let path = format!("/api/cases/{case}");
    bidder.ok("PUT", &path, json!({"form": registration("甲公司", "91440300708461136T")}));
    let (status, said) = bidder.call("POST", &format!("{path}/acts"), json!({"act": "file"}));
    assert_eq!((status, said["field"].as_str()), (400, Some("materials.identity")), "{said}");
    let (status, said) = bidder.put_bytes(&format!("{path}/materials/identity?name=a.sh"), b"#!/bin/sh\n");
    assert_eq!((status, said["field"].as_str()), (400, Some("file")), "{said}");
    upload(&bidder, &case, "identity");
    for someone in [&rival, &receives, &stranger] {
        assert_eq!(someone.call("GET", &path, Value::Null).0, 404, "a draft is its author's alone");
    }
    act(&bidder, &case, json!({"act": "file"}));
    assert_eq!(bidder.call("PUT", &path, json!({"form": {}})).0, 409, "filed is filed");

    assert_eq!(refused(&stranger, &case, json!({"act": "accept"})).0, 404);
    assert_eq!(refused(&reviews, &case, json!({"act": "accept"})), (403, "FORBIDDEN".into()));
    assert_eq!(refused(&receives, &case, json!({"act": "return", "note": " "})), (409, "CASE_NOTE_MISSING".into()));
    act(&receives, &case, json!({"act": "return", "note": "营业执照不清晰"}));
    let mine = bidder.ok("GET", "/api/me/cases", Value::Null);
    assert_eq!(mine[0]["last_word"], "营业执照不清晰", "the office's word stands in the list");
    upload(&bidder, &case, "authority");
    act(&bidder, &case, json!({"act": "correct", "note": "已重新扫描"}));
    let seen = act(&receives, &case, json!({"act": "accept"}));
    assert!(seen["clocks"]["promised_by"].is_string() && seen["status"] == "handling", "{seen}");
    assert_eq!(refused(&decides, &case, json!({"act": "forward", "note": ""})).0, 403, "not his step");
    assert_eq!(
        refused(&reviews, &case, json!({"act": "decide", "outcome": "granted", "note": ""})),
        (409, "CASE_NOT_LAST_STEP".into())
    );

    // Joint handling: the step waits for the other agency's word.
    let ask = || act(&reviews, &case, json!({"act": "ask_opinion", "agency": other_agency, "note": "有无失信记录"}));
    let watch = server.person("watch", "supervisor");
    let clocks = || {
        let figures = watch.ok("GET", "/api/cards/figures", Value::Null);
        assert_eq!(figures["open_clocks"], figures["open_steps"], "{figures}");
        figures["open_clocks"].as_u64().expect("a count")
    };
    let before = clocks();
    ask();
    assert_eq!(clocks(), before + 1, "whoever is asked has a clock too");
    assert_eq!(refused(&stranger, &case, json!({"act": "withdraw_opinions", "note": "不再需要"})).0, 403);
    act(&reviews, &case, json!({"act": "withdraw_opinions", "note": "另行核实"}));
    assert_eq!(clocks(), before, "and none once it is taken back");
    assert_eq!(refused(&stranger, &case, json!({"act": "give_opinion", "agrees": true, "note": "无"})).0, 404);
    ask();
    assert_eq!(refused(&reviews, &case, json!({"act": "forward", "note": ""})), (409, "CASE_OPINIONS_OPEN".into()));
    act(&stranger, &case, json!({"act": "give_opinion", "agrees": true, "note": "无"}));
    assert_eq!(refused(&stranger, &case, json!({"act": "give_opinion", "agrees": true, "note": "无"})).0, 409);
    assert_eq!(clocks(), before);

    // An extension is asked for by one and granted by another.
    act(&reviews, &case, json!({"act": "ask_extension", "days": 5, "note": "需核实"}));
    let longer = act(&decides, &case, json!({"act": "grant_extension", "note": ""}));
    assert_eq!(longer["clocks"]["extended_wd"], 5);
    act(&reviews, &case, json!({"act": "forward", "note": "拟同意"}));
    let decided = act(&decides, &case, json!({"act": "decide", "outcome": "granted", "note": ""}));
    assert_eq!((decided["status"].as_str(), decided["outcome"].as_str()), (Some("decided"), Some("granted")));
    assert_eq!(refused(&bidder, &case, json!({"act": "withdraw", "note": ""})), (409, "CASE_NOT_NOW".into()));

    let own = bidder.ok("GET", &path, Value::Null);
    let acts: Vec<&str> =
        own["events"].as_array().expect("events").iter().filter_map(|event| event["act"].as_str()).collect();
    assert_eq!(
        acts,
        [
            "file",
            "return",
            "correct",
            "accept",
            "ask_opinion",
            "withdraw_opinions",
            "ask_opinion",
            "ask_extension",
            "grant_extension",
            "forward",
            "decide"
        ]
    );
    assert!(
        own["events"].as_array().expect("events").iter().all(|event| event["by"] != "reviews"),
        "offices, not names"
    );
    let file = own["files"][0]["sha256"].as_str().expect("a hash").to_string();
    assert_eq!(bidder.bytes(&format!("{path}/files/{file}")), PDF);
    assert_eq!(rival.call("GET", &format!("{path}/files/{file}"), Value::Null).0, 404);
    let trail = admin.ok("GET", "/api/audit", Value::Null);
    let read = trail["items"].as_array().expect("rows").iter().find(|row| row["action"] == "read case");
    assert_eq!(read, None, "acting is noted by its own row; nobody but the applicant opened the case");
    decides.ok("GET", &path, Value::Null);
    let trail = admin.ok("GET", "/api/audit", Value::Null);
    assert_eq!(trail["items"][0]["purpose"], "case handling");
}

#[test]
fn two_persons_decide_where_the_item_says_so_and_nobody_confirms_his_own() {
    let server = Server::start();
    let agency = server.agency(&server.sign_in("admin"), "11440300123456788X");
    let (one, two) =
        (server.officer("one", &agency, &["receive", "review", "decide"]), server.officer("two", &agency, &["decide"]));
    let clerk = server.person("clerk", "clerk");
    let lot = clerk.ok("POST", "/api/desk/lots", draft("FILING-1", 60_000));
    let lot = lot["card"]["id"].as_str().expect("an id");
    let case = begin(&clerk, "LOT-FILING", Some(lot), json!({"summary": "方案"}));
    upload(&clerk, &case, "plan");
    act(&clerk, &case, json!({"act": "file"}));
    act(&one, &case, json!({"act": "accept"}));
    act(&one, &case, json!({"act": "stop", "special": "expert_review", "note": "专家评审"}));
    assert_eq!(refused(&one, &case, json!({"act": "forward", "note": ""})), (409, "CASE_STOPPED".into()));
    act(&one, &case, json!({"act": "resume", "note": ""}));
    act(&one, &case, json!({"act": "forward", "note": ""}));
    let grant = json!({"act": "decide", "outcome": "granted", "note": ""});
    assert_eq!(refused(&one, &case, grant), (409, "CASE_TWO_PERSONS".into()));
    act(&one, &case, json!({"act": "propose", "outcome": "granted", "note": "同意"}));
    let told = clerk.ok("GET", &format!("/api/cases/{case}"), Value::Null);
    assert!(told.get("proposed").is_none(), "a proposal is not told outside");
    assert_eq!(refused(&one, &case, json!({"act": "confirm", "note": ""})), (409, "CASE_ANOTHER_PERSON".into()));
    let inbox = two.ok("GET", "/api/inbox?status=proposed", Value::Null);
    assert_eq!((inbox["total"].as_u64(), inbox["items"][0]["id"].as_str()), (Some(1), Some(case.as_str())));
    let decided = act(&two, &case, json!({"act": "confirm", "note": ""}));
    assert_eq!(decided["outcome"], "granted");
    assert_eq!(two.ok("GET", "/api/inbox", Value::Null)["total"], 0);
}

#[test]
fn a_case_is_about_ones_own_business() {
    let server = Server::start();
    let (clerk, bidder) = (server.person("clerk", "clerk"), server.person("bidder", "bidder"));
    let lot = clerk.ok("POST", "/api/desk/lots", draft("OWN-1", 60_000));
    let lot = lot["card"]["id"].as_str().expect("an id").to_string();
    let begin = |who: &Person, item: &str, subject: &str| {
        who.call("POST", "/api/cases", json!({"item": item, "subject": subject}))
    };
    assert_eq!(begin(&bidder, "LOT-FILING", &lot).0, 403, "a bidder files no lot");
    assert_eq!(begin(&clerk, "BIDDER-REGISTRATION", "").0, 403);
    assert_eq!(begin(&bidder, "COMPLAINT", &lot).0, 400, "nobody knows of a draft");
    assert_eq!(begin(&bidder, "BID-APPLICATION", &format!("{lot}/1")).0, 400);
    assert_eq!(begin(&clerk, "LOT-FILING", "no-lot").0, 400);
    let (status, said) = begin(&clerk, "NO-SUCH-ITEM", &lot);
    assert_eq!((status, said["field"].as_str()), (400, Some("item")));
    assert_eq!(begin(&clerk, "LOT-FILING", &lot).0, 200);
}

#[test]
fn a_joint_bid_is_filed_with_the_consent_of_all_to_the_shares_as_they_stand() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let (leads, joins) = (server.person("leads", "bidder"), server.person("joins", "bidder"));
    register(&leads, &officer, "甲公司", "91440300708461136T");
    register(&joins, &officer, "乙公司", "9144030071526726XG");
    let lot = crate::house::open_lot(&clerk, &checker, &[], draft("JOINT-1", 600_000));
    let no = leads.ok("POST", &format!("/api/lots/{lot}/applications"), json!({}))["no"].as_i64().expect("a number");
    let member = |name: &str, code: &str, share: &str| json!({"name": name, "code": code, "share": share});
    let form = |mine: &str, theirs: &str| {
        json!({"statement": "符合条件", "members": [
            member("甲公司", "91440300708461136T", mine), member("乙公司", "9144030071526726XG", theirs)]})
    };
    let case = begin(&leads, "BID-APPLICATION", Some(&format!("{lot}/{no}")), form("60", "40"));
    upload(&leads, &case, "application");
    let file = || leads.call("POST", &format!("/api/cases/{case}/acts"), json!({"act": "file"}));
    assert_eq!(file().1["field"], "form.members", "no consent yet");
    let waiting = joins.ok("GET", "/api/me/consents", Value::Null);
    assert_eq!((waiting[0]["case_id"].as_str(), waiting[0]["consented"].as_bool()), (Some(case.as_str()), Some(false)));
    joins.ok("POST", &format!("/api/cases/{case}/consent"), json!({}));
    leads.ok("PUT", &format!("/api/cases/{case}"), json!({"form": form("70", "30")}));
    assert_eq!(file().1["field"], "form.members", "to other shares than these");
    joins.ok("POST", &format!("/api/cases/{case}/consent"), json!({}));
    assert_eq!(file().0, 200);
    let (status, _) = joins.call("POST", &format!("/api/cases/{case}/consent"), json!({}));
    assert_eq!(status, 409, "filed is filed");
}

#[test]
fn items_are_written_by_one_published_by_another_and_then_frozen() {
    let server = Server::start();
    let agency = server.agency(&server.sign_in("admin"), "11440300123456788X");
    let other = server.agency(&server.sign_in("admin"), "12440300123456788T");
    let (writes, publishes) =
        (server.officer("writes", &agency, &["decide"]), server.officer("publishes", &agency, &["decide"]));
    let stranger = server.officer("stranger", &other, &["decide"]);
    let items = server.anyone().ok("GET", "/api/items", Value::Null);
    assert_eq!(items.as_array().expect("items").len(), 7, "the platform's own");
    let mut item = server.anyone().ok("GET", "/api/items/export?format=json", Value::Null)[0].clone();
    assert_eq!(item["code"], "BID-APPLICATION");
    item["promised_wd"] = json!(3);
    assert_eq!(stranger.call("POST", "/api/items", item.clone()).0, 403, "another agency's item");
    let mut wrong = item.clone();
    wrong["promised_wd"] = json!(6);
    let (status, said) = writes.call("POST", "/api/items", wrong);
    assert_eq!((status, said["field"].as_str()), (400, Some("promised_wd")));
    let written = writes.ok("POST", "/api/items", item.clone());
    assert_eq!((written["version"].as_i64(), written["status"].as_str()), (Some(2), Some("draft")));
    assert_eq!(writes.call("POST", "/api/items/BID-APPLICATION/2/publish", json!({})).0, 409, "his own");
    publishes.ok("POST", "/api/items/BID-APPLICATION/2/publish", json!({}));
    let versions = server.anyone().ok("GET", "/api/items/BID-APPLICATION", Value::Null);
    let statuses: Vec<_> = versions.as_array().expect("versions").iter().map(|item| item["status"].as_str()).collect();
    assert_eq!(statuses, [Some("in_force"), Some("cancelled")]);
    assert_eq!(writes.ok("POST", "/api/items", item)["version"], 3, "a change is a new version");

    // Out as CSV, a fault put in, and in again: all or none.
    let text = server.anyone().text("/api/items/export?format=csv");
    let spoilt = text.replacen("QUALIFICATION", "qualification", 1);
    let report = writes.post_text("/api/items/import?format=csv", &spoilt);
    assert_eq!(report["written"], 0);
    assert_eq!(report["faults"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!((report["faults"][0]["field"].as_str(), report["faults"][0]["line"].is_u64()), (Some("code"), true));
    assert_eq!(writes.post_text("/api/items/import?format=csv", &text)["written"], 7);
}

#[test]
fn an_item_is_suspended_restored_and_cancelled_by_two_persons() {
    let server = Server::start();
    let (first, second) = (server.sign_in("admin"), server.sign_in("admin2"));
    let set = |who: &Person, to: &str| who.call("POST", "/api/items/DEPOSIT-REFUND/status", json!({"to": to})).0;
    let stands = || {
        let items = first.ok("GET", "/api/desk/items", Value::Null);
        let item = items.as_array().expect("items").iter().find(|item| item["code"] == "DEPOSIT-REFUND").cloned();
        let item = item.expect("seeded");
        (item["status"].as_str().expect("a status").to_string(), item["asked"].clone())
    };
    assert_eq!(set(&first, "suspended"), 204);
    let (status, asked) = stands();
    assert_eq!((status.as_str(), &asked["to"], &asked["mine"]), ("in_force", &json!("suspended"), &json!(true)));
    assert_eq!(set(&first, "suspended"), 409, "nobody is both");
    assert_eq!(set(&second, "cancelled"), 409, "something else waits");
    assert_eq!(set(&second, "suspended"), 204);
    assert_eq!(stands(), ("suspended".into(), Value::Null));
    assert_eq!(set(&second, "suspended"), 409);
    // Asked for and taken back.
    assert_eq!(set(&second, "cancelled"), 204);
    assert_eq!(set(&second, "suspended"), 204);
    assert_eq!(stands(), ("suspended".into(), Value::Null));
    assert_eq!((set(&second, "in_force"), set(&first, "in_force")), (204, 204));
    assert_eq!(stands().0, "in_force");
}
