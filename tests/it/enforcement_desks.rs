//! What the desks of enforcement show first, what they count, and who goes on where the person named has left.

use crate::enforcement::{ANN, Brigade, act, penalty, refused};
use crate::house::{Person, draft, open_lot, soon};
use crate::with_police::{approved, send};
use serde_json::{Value, json};
use sunbid::clock;

const DAY_MS: i64 = 86_400_000;

fn note(name: &str) -> Value {
    json!({"act": name, "note": "n"})
}

fn id(view: &Value) -> String {
    view["id"].as_str().expect("an id").to_string()
}

#[test]
fn the_complaint_nearest_its_limit_is_first_however_many_letters_come() {
    let brigade = Brigade::begin();
    let (writes, checks) = (brigade.server.person("c1", "clerk"), brigade.server.person("c2", "clerk"));
    let lot = open_lot(&writes, &checks, &[], draft("TS-5", 3_600_000));
    let path = format!("/api/lots/{lot}/complaints");
    let words = json!({"name": "李四", "contact": "13800000000", "facts": "开标前泄露", "request": "请查处"});
    let complain = || id(&brigade.server.anyone().ok("POST", &path, words.clone()));
    let does = |complaint: &str, act: Value| {
        brigade.head.ok("POST", &format!("/api/enforcement/complaints/{complaint}/acts"), act);
    };
    let [late, taken, answered] = [complain(), complain(), complain()];
    for complaint in [&taken, &answered] {
        does(complaint, note("accept"));
    }
    does(&answered, json!({"act": "answer", "upheld": false, "note": "查无实据"}));
    let tables = brigade.server.tables();
    tables.execute("update complaints set at = at - 20 * 86400000 where id = ?", [&late]).expect("twenty days ago");
    let crowd = "with recursive n(k) as (select 1 union all select k + 1 from n where k < 60)
        insert into complaints (id, number, lot, agency, name, contact, facts, request, at, status)
        select printf('00000000-0000-4000-8000-%012d', k), number || '-' || k, lot, agency, name, contact, facts,
          request, at + 20 * 86400000 + k, 'filed' from complaints, n where id = ?";
    tables.execute(crowd, [&late]).expect("a crowd");

    let desk = |query: &str| brigade.head.ok("GET", &format!("/api/enforcement/complaints{query}"), Value::Null);
    let ids = |page: &Value| page["items"].as_array().expect("a list").iter().map(id).collect::<Vec<_>>();
    let (first, second) = (desk(""), desk("?page=2"));
    assert_eq!((first["total"].as_u64(), ids(&first).len(), ids(&second).len()), (Some(62), 50, 12));
    assert_eq!((&ids(&first)[0], &first["items"][0]["step"]["colour"]), (&late, &json!("red")));
    assert_eq!(ids(&second).last(), Some(&taken), "thirty working days are further off than three");
    let whole = desk("?all=true&page=2");
    assert_eq!((whole["total"].as_u64(), ids(&whole).last()), (Some(63), Some(&answered)));
    assert_eq!(whole["items"][12]["step"], Value::Null, "nothing is owed of it");
    assert_eq!((desk("?page=9")["total"].as_u64(), ids(&desk("?page=9"))), (Some(62), vec![]));
}

#[test]
fn a_task_whose_officer_or_setter_left_is_given_on_and_what_is_done_comes_after_what_is_not() {
    let brigade = Brigade::begin();
    let (third, third_id) = brigade.more("e5", &["investigate"]);
    let set = |who: &Person, officer: &str, days: i64| {
        let task = json!({"title": "核查", "text": "现场核查", "officer": officer,
            "due_at": clock::now().0 + days * DAY_MS});
        id(&who.ok("POST", "/api/enforcement/tasks", task))
    };
    let said = |who: &Person, task: &str, act: Value| {
        let (status, said) = who.call("POST", &format!("/api/enforcement/tasks/{task}/acts"), act);
        (status, said["status"].as_str().or(said["code"].as_str()).unwrap_or_default().to_string())
    };
    let task = set(&brigade.first, &brigade.ids[1], 1);
    let give = |to: &str| json!({"act": "reassign", "officer": to, "note": "该同志已调离"});
    assert_eq!(said(&third, &task, give(&third_id)).1, "ENFORCEMENT_NOT_NOW", "not his to give");
    assert_eq!(said(&brigade.head, &task, give(&uuid::Uuid::nil().to_string())).0, 400);
    assert_eq!(said(&brigade.head, &task, give(&third_id)), (200, "dispatched".into()));
    assert_eq!(said(&brigade.second, &task, note("accept")).1, "ENFORCEMENT_NOT_NOW", "no longer his");
    said(&third, &task, note("accept"));
    let report = json!({"act": "report", "note": "已核查", "files": []});
    assert_eq!(said(&third, &task, report.clone()), (200, "reported".into()));
    assert_eq!(said(&brigade.second, &task, note("finish")).1, "ENFORCEMENT_NOT_NOW");
    assert_eq!(said(&brigade.head, &task, note("finish")), (200, "done".into()), "in place of who set it");

    // Done, the newest first, after what is open, the most urgent first.
    let other = set(&brigade.first, &brigade.ids[1], 9);
    said(&brigade.second, &other, note("accept"));
    said(&brigade.second, &other, report);
    said(&brigade.first, &other, note("finish"));
    let (far, near) = (set(&brigade.head, &third_id, 5), set(&brigade.head, &third_id, 4));
    let listed = brigade.head.ok("GET", "/api/enforcement/tasks?all=true", Value::Null);
    let listed: Vec<_> = listed.as_array().expect("a list").iter().map(id).collect();
    assert_eq!(listed, [near, far, other, task]);
}

#[test]
fn a_team_that_left_after_its_report_and_a_task_force_under_way_are_named_anew() {
    let brigade = Brigade::begin();
    let (third, third_id) = brigade.more("e5", &["investigate"]);
    let (both, both_id) = brigade.more("e6", &["investigate", "decide"]);
    let case = brigade.file(ANN);
    brigade.assign(&case);
    let finding = json!({"rule": "COLLUSION", "grade": "normal"});
    act(&brigade.first, &case, json!({"act": "report", "finding": finding, "major": false, "note": "事实清楚"}));
    assert_eq!(refused(&third, &case, note("notify")), "ANOTHER_OFFICER");
    let team = json!({"act": "assign", "officers": [both_id, third_id], "note": "原办案人员已调离"});
    assert_eq!(act(&brigade.head, &case, team)["place"]["status"], "reported");
    act(&third, &case, note("notify"));
    act(&third, &case, note("waive"));
    assert_eq!(refused(&both, &case, penalty("normal", "20000.00", 12)), "ANOTHER_OFFICER");

    let transfer = approved(&brigade, &case);
    let path = format!("/api/enforcement/transfers/{transfer}/acts");
    let force = |ids: [&str; 2]| json!({"act": "form_task_force", "officers": ids, "note": "原成员已调离"});
    let named = brigade.head.ok("POST", &path, force([&both_id, &third_id]));
    assert_eq!(named["place"]["status"], "approved", "it stands where it stood");
    assert_eq!(brigade.first.call("POST", &path, note("send")).1["code"], "ANOTHER_OFFICER");
    send(&third, &transfer);
    brigade.head.ok("POST", &path, force([&brigade.ids[1], &third_id]));
    brigade.second.ok("POST", &path, note("receive"));
    brigade.second.ok("POST", &path, note("police_refuse"));
    assert_eq!(both.call("POST", &path, note("end")).1["code"], "ANOTHER_OFFICER", "he was of it");
    brigade.head.ok("POST", &path, note("end"));
}

#[test]
fn who_objects_does_so_within_three_days_and_who_does_not_is_not_late() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    let transfer = approved(&brigade, &case);
    send(&brigade.first, &transfer);
    let path = format!("/api/enforcement/transfers/{transfer}/acts");
    for step in ["receive", "police_refuse"] {
        brigade.first.ok("POST", &path, note(step));
    }
    let step = || {
        let clocks = brigade.head.ok("GET", "/api/enforcement/clocks", Value::Null);
        let all = clocks.as_array().expect("a list");
        all.iter().find(|step| step["kind"] == "transfer").expect("a clock").clone()
    };
    assert_eq!((&step()["step"], &step()["owed_by"]), (&json!("object"), &json!("nobody")));
    let earlier = "update criminal_transfers set place = json_set(place, '$.since', place ->> '$.since' - ?2)
        where id = ?1";
    brigade.server.tables().execute(earlier, (&transfer, 20 * DAY_MS)).expect("twenty days ago");
    let end = step();
    assert_eq!((&end["step"], &end["is_law"], &end["owed_by"]), (&json!("end"), &json!(false), &json!("agency")));
    let late = brigade.first.call("POST", &path, note("object")).1;
    assert_eq!((&late["code"], late["moment"].is_i64()), (&json!("OBJECTION_LATE"), true));
    brigade.head.ok("POST", &path, note("end"));
}

#[test]
fn the_police_see_what_is_open_before_what_is_over() {
    let brigade = Brigade::begin();
    let police = brigade.server.agency(&brigade.server.sign_in("admin"), "12440300123456788T");
    let signs = brigade.server.officer("p1", &police, &["decide"]);
    let sent = |_: &str| {
        let transfer = approved(&brigade, &brigade.file(ANN));
        for kind in crate::with_police::FOUR {
            crate::with_police::attach(&brigade.first, &transfer, kind, &crate::with_police::paper(kind));
        }
        let path = format!("/api/enforcement/transfers/{transfer}/acts");
        brigade.first.ok("POST", &path, json!({"act": "send", "to": police, "note": "移送公安机关"}));
        (transfer, path)
    };
    let [(open, _), (over, path), (newer, _)] = ["a", "b", "c"].map(sent);
    for step in ["receive", "police_refuse"] {
        signs.ok("POST", &path, note(step));
    }
    brigade.head.ok("POST", &path, note("end"));
    let listed = signs.ok("GET", "/api/enforcement/transfers", Value::Null);
    let listed: Vec<_> = listed.as_array().expect("a list").iter().map(id).collect();
    assert_eq!(listed, [open, newer, over]);
}

#[test]
fn supervision_sees_first_what_nobody_has_answered_for() {
    let brigade = Brigade::begin();
    let sue = brigade.server.person("sue", "supervisor");
    let listed = || {
        let list = sue.ok("GET", "/api/supervision/deviations", Value::Null);
        list.as_array().expect("a list").iter().map(|row| row["id"].as_i64().expect("a number")).collect::<Vec<_>>()
    };
    for _ in 0..4 {
        let case = brigade.file(ANN);
        brigade.to_notice(&case);
        act(&brigade.head, &case, penalty("heavy", "20000.01", 12));
        act(&brigade.deputy, &case, note("approve"));
    }
    assert_eq!(listed(), [1, 2, 3, 4], "the oldest waits longest");
    for answered in [1, 4] {
        sue.ok("POST", &format!("/api/supervision/deviations/{answered}/answer"), json!({"note": "已阅"}));
    }
    assert_eq!(listed(), [2, 3, 4, 1]);
}

#[test]
fn a_case_of_very_many_acts_shows_its_newest() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    let many = "with recursive n(k) as (select 1 union all select k + 1 from n where k < 1200)
        insert into enforcement_events (subject, at, by, act, note) select ?1, k, ?2, 'inspect', k from n";
    brigade.server.tables().execute(many, [&case, &brigade.ids[0]]).expect("written");
    let seen = brigade.first.ok("GET", &format!("/api/enforcement/cases/{case}"), Value::Null);
    let events = seen["events"].as_array().expect("a list");
    assert_eq!((events.len(), &events[0]["note"], &events[999]["note"]), (1_000, &json!("201"), &json!("1200")));
}

#[test]
fn who_signed_a_complaint_is_told_where_it_goes_and_whether_it_was_taken() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("TS-6", 3_600_000));
    let words = json!({"name": "甲", "contact": "13800000000", "facts": "踏勘无人接待", "request": "公开踏勘安排"});
    let complain = |who: &Person| id(&who.ok("POST", &format!("/api/lots/{lot}/complaints"), words.clone()));
    let (of_bidder, of_clerk) = (complain(&ann), complain(&writes));
    let (there, agency) = brigade.elsewhere();
    let hand_on = |complaint: &str| {
        let path = format!("/api/enforcement/complaints/{complaint}/handovers");
        brigade.first.ok("POST", &path, json!({"agency": agency, "note": "属地管辖"}));
    };
    let told = |lines: Value, of: &str| {
        let all = lines.as_array().expect("a list").clone();
        let about = |line: &&Value| line["zh"].as_str().is_some_and(|zh| zh.contains("您的投诉") && zh.contains(of));
        all.iter().find(about).cloned()
    };
    hand_on(&of_bidder);
    let bidders = |of: &str| soon(|| told(ann.ok("GET", "/api/me/messages", Value::Null), of));
    assert_eq!(bidders("属地管辖")["lot"], json!(lot));
    let waits = there.ok("GET", "/api/enforcement/handovers", Value::Null)[0].clone();
    let answer = json!({"acknowledges": true, "note": "收悉"});
    there.ok("POST", &format!("/api/enforcement/handovers/{}/answer", id(&waits)), answer);
    bidders("收悉");

    hand_on(&of_clerk);
    let line = soon(|| told(writes.ok("GET", "/api/me/cards", Value::Null)["messages"].clone(), "属地管辖"));
    assert_eq!(line["path"], format!("/complaints/{of_clerk}"));
}

#[test]
fn whoever_reads_a_case_is_on_the_audit_trail() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    let seen = brigade.deputy.ok("GET", &format!("/api/enforcement/cases/{case}"), Value::Null);
    let trail = brigade.server.sign_in("admin").ok("GET", "/api/audit", Value::Null);
    let rows = trail["items"].as_array().expect("rows");
    let read = rows.iter().find(|row| row["action"] == "read enforcement case").expect("noted");
    assert_eq!((&read["subject"], &read["purpose"]), (&seen["number"], &json!("enforcement")));
}
