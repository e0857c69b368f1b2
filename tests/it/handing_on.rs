//! Cases handed on: to the police, to another agency or a district; and every open step has its clock all along.

use crate::enforcement::{Brigade, act};
use crate::house::{Person, draft, open_lot};
use crate::with_police::{FOUR, attach, paper};
use serde_json::{Value, json};
use sunbid::clock;

const ANN: &str = "91440300708461136T";
const DAY_MS: i64 = 86_400_000;

/// The clocks of all agencies, as supervision sees them; each open step has one.
fn clocks(brigade: &Brigade, sue: &Person) -> Vec<Value> {
    let told = sue.ok("GET", "/api/enforcement/clocks", Value::Null);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let steps = runtime.block_on(async {
        let db = sunbid::db::open(&brigade.server.dir.path().join("data/sunbid.db")).await.expect("opens");
        sunbid::enforcement::open_step_count(&db).await.expect("counted")
    });
    let told = told.as_array().expect("a list").clone();
    assert_eq!(told.len() as u64, steps, "every open step has its clock, and no clock runs for nothing: {told:?}");
    told
}

fn of<'a>(clocks: &'a [Value], kind: &str) -> Option<&'a Value> {
    clocks.iter().find(|step| step["kind"] == kind)
}

#[test]
fn a_crime_goes_to_the_police_by_two_officers_a_head_within_three_days_and_a_letter_within_one() {
    let brigade = Brigade::begin();
    let sue = brigade.server.person("sue", "supervisor");
    let case = brigade.file(ANN);
    clocks(&brigade, &sue);
    let path = format!("/api/enforcement/cases/{case}/transfers");
    let transfer = brigade.first.ok("POST", &path, json!({"note": "涉嫌串通投标罪"}));
    let id = transfer["id"].as_str().expect("an id").to_string();
    let again = brigade.first.call("POST", &path, json!({"note": "再次"}));
    assert_eq!((again.0, again.1["code"].as_str()), (409, Some("TRANSFER_OPEN")));
    let doing = |who: &Person, act: Value| who.call("POST", &format!("/api/enforcement/transfers/{id}/acts"), act);
    let did = |who: &Person, act: Value| {
        let (status, done) = doing(who, act);
        assert_eq!(status, 200, "{done}");
        done["place"]["status"].as_str().expect("a status").to_string()
    };
    let step = || {
        let clocks = clocks(&brigade, &sue);
        let step = of(&clocks, "transfer").cloned();
        step.map(|step| {
            (step["step"].as_str().expect("a step").to_string(), step["legal_at"].as_i64().expect("a limit"))
        })
    };
    assert_eq!(step().map(|step| step.0).as_deref(), Some("form_task_force"));
    let running = clocks(&brigade, &sue);
    let formed = of(&running, "transfer").expect("a clock");
    assert_eq!(
        (&formed["case_id"], &formed["is_law"]),
        (&json!(case), &json!(false)),
        "the law says at once, and no days"
    );
    let force = |ids: &[&String]| json!({"act": "form_task_force", "officers": ids, "note": "成立专案组"});
    let alone = doing(&brigade.head, force(&[&brigade.ids[0]]));
    assert_eq!(alone.1["code"], "TWO_OFFICERS");
    assert_eq!(did(&brigade.head, force(&[&brigade.ids[0], &brigade.ids[1]])), "task_force");
    // 正职负责人 decides in three days; whoever is of the force does not.
    let (name, legal_at) = step().expect("a clock");
    let left = legal_at - clock::now().0;
    assert!(name == "approve" && left > 2 * DAY_MS && left <= 9 * DAY_MS, "{name} in {left} ms");
    assert_eq!(doing(&brigade.first, json!({"act": "approve", "note": "同意"})).0, 403);
    assert_eq!(did(&brigade.head, json!({"act": "approve", "note": "同意移送"})), "approved");
    let (name, legal_at) = step().expect("a clock");
    let left = legal_at - clock::now().0;
    assert!(name == "send" && left > DAY_MS - 60_000 && left <= DAY_MS, "24 hours: {name} in {left} ms");
    let send = json!({"act": "send", "note": "移送公安机关"});
    assert_eq!(doing(&brigade.first, send.clone()).1["code"], "PAPERS_MISSING");
    for kind in FOUR {
        assert_eq!(attach(&brigade.first, &id, kind, &paper(kind)).0, 200);
    }
    assert_eq!(did(&brigade.first, send), "sent");
    for (said, status, next) in [
        ("receive", "received", Some("police_file")),
        ("police_refuse", "not_filed", Some("object")),
        ("object", "objected", Some("police_file")),
        ("police_file", "filed", Some("hand_over")),
        ("hand_over", "goods_handed_over", None),
    ] {
        assert_eq!(did(&brigade.second, json!({"act": said, "note": "回执"})), status);
        assert_eq!(step().map(|step| step.0).as_deref(), next, "after {said}");
    }
    let told = brigade.head.ok("GET", &path, Value::Null);
    assert_eq!(told["criminal"][0]["place"]["papers"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_case_handed_to_another_agency_or_a_district_stays_ours_until_they_acknowledge_it() {
    let brigade = Brigade::begin();
    let sue = brigade.server.person("sue", "supervisor");
    let admin = brigade.server.sign_in("admin");
    let district = json!({"credit_code": "12440300123456788T", "name_zh": "区机关", "name_en": "a district",
        "region": "440305"});
    let district = admin.ok("POST", "/api/agencies", district)["id"].as_str().expect("an id").to_string();
    let there = brigade.server.officer("there", &district, &["investigate", "decide"]);
    let case = brigade.file(ANN);
    let path = format!("/api/enforcement/cases/{case}");
    let send =
        |to: &str| brigade.head.call("POST", &format!("{path}/handovers"), json!({"agency": to, "note": "属地管辖"}));
    assert_eq!(send(&brigade.agency).0, 400, "to another");
    assert_eq!(
        brigade.first.call("POST", &format!("{path}/handovers"), json!({"agency": district, "note": "n"})).0,
        403
    );
    assert_eq!(send(&district).0, 200);
    assert_eq!(send(&district).1["code"], "HANDOVER_OPEN");
    let running = clocks(&brigade, &sue);
    let owed = of(&running, "handover").expect("they owe a word");
    assert_eq!(owed["agency"].as_str(), Some(district.as_str()));
    assert_eq!(there.call("GET", &path, Value::Null).0, 404, "not theirs yet");
    let incoming = there.ok("GET", "/api/enforcement/handovers", Value::Null);
    let answer = |one: &Value, acknowledges: bool| {
        let door = format!("/api/enforcement/handovers/{}/answer", one["id"].as_str().expect("an id"));
        there.ok("POST", &door, json!({"acknowledges": acknowledges, "note": "收悉"}));
    };
    answer(&incoming[0], false);
    assert!(of(&clocks(&brigade, &sue), "handover").is_none());
    act(&brigade.head, &case, json!({"act": "assign", "officers": [brigade.ids[0], brigade.ids[1]], "note": "自办"}));
    assert_eq!(send(&district).0, 200);
    answer(&there.ok("GET", "/api/enforcement/handovers", Value::Null)[0], true);
    let theirs = there.ok("GET", &path, Value::Null);
    assert_eq!(theirs["agency"].as_str(), Some(district.as_str()));
    assert_eq!(brigade.head.call("GET", &path, Value::Null).0, 404);
    let told = sue.ok("GET", &format!("{path}/transfers"), Value::Null);
    let answers: Vec<_> =
        told["handovers"].as_array().expect("a list").iter().map(|one| one["status"].clone()).collect();
    assert_eq!(answers.len(), 2);
    assert!(answers.contains(&json!("returned")) && answers.contains(&json!("acknowledged")), "{answers:?}");
    clocks(&brigade, &sue);
}

#[test]
fn a_complaint_goes_where_it_belongs_with_its_time_and_who_wrote_it_is_told() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let sue = server.person("sue", "supervisor");
    let district = json!({"credit_code": "12440300123456788T", "name_zh": "区机关", "name_en": "a district",
        "region": "440305"});
    let district = server.sign_in("admin").ok("POST", "/api/agencies", district)["id"].clone();
    let there = server.officer("there", district.as_str().expect("an id"), &["investigate", "decide"]);
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let lot = open_lot(&writes, &checks, &[&server.person("ann", "bidder")], draft("HAND-1", 3_600_000));
    let words = json!({"name": "甲", "contact": "13800000000", "facts": "踏勘无人接待", "request": "公开踏勘安排"});
    let complaint = server.anyone().ok("POST", &format!("/api/lots/{lot}/complaints"), words);
    let id = complaint["id"].as_str().expect("an id").to_string();
    let told = || server.anyone().ok("GET", &format!("/api/complaints/{id}"), Value::Null);
    let desk = format!("/api/enforcement/complaints/{id}");
    let send = |to: &Value| {
        brigade.first.call("POST", &format!("{desk}/handovers"), json!({"agency": to, "note": "属地管辖"}))
    };
    let accept = |who: &Person| who.call("POST", &format!("{desk}/acts"), json!({"act": "accept", "note": "受理"}));
    let accept_by = || {
        let running = clocks(&brigade, &sue);
        let step = of(&running, "complaint").expect("a clock");
        assert_eq!(step["step"], "accept");
        (step["agency"].clone(), step["legal_at"].clone())
    };
    let (ours, legal_at) = (json!(brigade.agency), accept_by().1);
    let (status, wrong) = send(&ours);
    assert_eq!((status, wrong["field"].as_str()), (400, Some("agency")), "to another: {wrong}");
    assert_eq!(send(&district).0, 200);
    assert_eq!(send(&district).1["code"], "HANDOVER_OPEN");
    assert_eq!(accept(&brigade.first).1["code"], "HANDOVER_OPEN", "nothing else is done to it meanwhile");
    let way = told()["handed_on"].clone();
    let said = ["to_zh", "note", "status"].map(|field| way[0][field].as_str().unwrap_or_default());
    assert_eq!(said, ["区机关", "属地管辖", "sent"], "{way}");
    assert_eq!(accept_by(), (district.clone(), legal_at.clone()), "the clock goes with it, and does not begin anew");
    let incoming = || there.ok("GET", "/api/enforcement/handovers", Value::Null)[0].clone();
    assert_eq!(incoming()["complaint_id"].as_str(), Some(id.as_str()));
    assert_eq!(accept(&there).0, 404, "not theirs yet");
    let answer = |acknowledges: bool| {
        let door = format!("/api/enforcement/handovers/{}/answer", incoming()["id"].as_str().expect("an id"));
        there.ok("POST", &door, json!({"acknowledges": acknowledges, "note": "收悉"}));
    };
    answer(false);
    assert_eq!((told()["handed_on"][0]["status"].clone(), accept_by().0), (json!("returned"), ours));
    assert_eq!(send(&district).0, 200);
    answer(true);
    let view = told();
    assert_eq!((view["agency_zh"].as_str(), view["handed_on"].as_array().map(Vec::len)), (Some("区机关"), Some(2)));
    assert_eq!(accept_by(), (district, legal_at));
    assert_eq!(accept(&brigade.first).0, 404, "no longer ours");
    assert_eq!(accept(&there).1["status"], "accepted");
    let late = there.call("POST", &format!("{desk}/handovers"), json!({"agency": brigade.agency, "note": "n"}));
    assert_eq!(late.1["code"], "ENFORCEMENT_NOT_NOW", "who accepted it answers it");
}
