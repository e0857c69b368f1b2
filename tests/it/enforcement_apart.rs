//! 调查、审核、决定、批准分离, and what is under way elsewhere: told as stories over the doors.

use crate::enforcement::{ANN, Brigade, act, penalty, put_out, refused, standard};
use crate::house::{Person, draft, open_lot, soon};
use crate::life::today;
use crate::with_police::send;
use serde_json::{Value, json};

impl Brigade {
    /// Another officer of the same agency, and his id.
    pub fn more(&self, login: &str, duties: &[&str]) -> (Person, String) {
        let agency = self.server.agency(&self.server.sign_in("admin"), "11440300MB2C12345R");
        let person = self.server.officer(login, &agency, duties);
        let known = self.head.ok("GET", "/api/enforcement/officers", Value::Null);
        let one = known.as_array().expect("a list").iter().find(|one| one["name"] == login).expect("known");
        (person, one["id"].as_str().expect("an id").to_string())
    }

    /// An officer of another agency, and that agency's id.
    pub fn elsewhere(&self) -> (Person, String) {
        let agency = self.server.agency(&self.server.sign_in("admin"), "11440300123456788X");
        (self.server.officer("x1", &agency, &["investigate", "decide"]), agency)
    }

    fn place(&self, case: &str) -> Value {
        self.server.sign_in("admin").ok("GET", &format!("/api/enforcement/cases/{case}"), Value::Null)["place"].clone()
    }

    fn report(&self, case: &str, major: bool) {
        let finding = json!({"rule": "COLLUSION", "grade": "normal"});
        act(&self.second, case, json!({"act": "report", "finding": finding, "major": major, "note": "事实清楚"}));
    }
}

fn said(who: &Person, path: &str, body: Value) -> (u16, String) {
    let (status, said) = who.call("POST", path, body);
    (status, said["code"].as_str().unwrap_or_default().to_string())
}

fn note(name: &str) -> Value {
    json!({"act": name, "note": "n"})
}

#[test]
fn an_officer_with_every_duty_still_does_one_part_of_a_case() {
    let brigade = Brigade::begin();
    let (all, id) = brigade.more("e5", &["investigate", "review", "decide"]);
    let decide = penalty("normal", "20000.00", 12);

    // What he filed he does not decide.
    let party = json!({"kind": "entity", "code": ANN, "name": "安企业"});
    let new = json!({"title": "涉嫌串通", "facts": "两个号牌轮流报价", "party": party, "act_time": {"on": today()}});
    let filed = all.ok("POST", "/api/enforcement/cases", new)["id"].as_str().expect("an id").to_string();
    brigade.to_notice(&filed);
    assert_eq!(refused(&all, &filed, decide.clone()), "ANOTHER_OFFICER");
    act(&brigade.head, &filed, decide.clone());
    assert_eq!(refused(&all, &filed, note("annul")), "ANOTHER_OFFICER");

    // What he investigated he neither reviews nor decides, also once he is taken off the team.
    let case = brigade.file(ANN);
    act(&brigade.head, &case, json!({"act": "assign", "officers": [id, brigade.ids[0]], "note": "n"}));
    act(&all, &case, json!({"act": "inspect", "with": brigade.ids[0], "note": "调取竞价记录"}));
    act(&all, &case, json!({"act": "assign", "officers": [brigade.ids[0], brigade.ids[1]], "note": "回避"}));
    brigade.report(&case, true);
    let review = json!({"act": "review", "passes": true, "note": "n"});
    assert_eq!(refused(&all, &case, review.clone()), "ANOTHER_OFFICER");
    act(&brigade.deputy, &case, review);
    let discuss = |members: [&str; 3]| json!({"act": "discuss", "members": members, "note": "一致同意"});
    assert_eq!(refused(&all, &case, discuss(["张", "王", "李"])), "ANOTHER_OFFICER");
    assert_eq!(refused(&brigade.head, &case, discuss(["张", "张", "张"])), "FEW_MEMBERS");
    act(&brigade.head, &case, discuss(["张", "王", "李"]));
    act(&brigade.first, &case, note("notify"));
    act(&brigade.first, &case, note("waive"));
    assert_eq!(refused(&all, &case, decide.clone()), "ANOTHER_OFFICER", "he saw it from within");
    assert_eq!(refused(&brigade.deputy, &case, decide), "ANOTHER_OFFICER", "he reviewed it");

    // What leaves the standard is approved by who did none of it.
    act(&brigade.head, &case, penalty("heavy", "20000.01", 12));
    for (who, why) in [(&brigade.head, "proposed"), (&brigade.deputy, "reviewed"), (&all, "investigated")] {
        assert_eq!(refused(who, &case, note("approve")), "ANOTHER_OFFICER", "he {why} it");
    }
    let (vice, _) = brigade.more("e6", &["decide"]);
    assert_eq!(act(&vice, &case, note("approve"))["place"]["status"], "decided");
}

#[test]
fn every_one_of_a_team_is_looked_at_and_eleven_are_no_team() {
    let brigade = Brigade::begin();
    let (stranger, _) = brigade.elsewhere();
    let stranger = stranger.ok("GET", "/api/enforcement/officers", Value::Null)[0]["id"].clone();
    let named = |times: usize| {
        let mut all = vec![json!(brigade.ids[0]); times];
        all.push(stranger.clone());
        all
    };
    let case = brigade.file(ANN);
    let assign = |officers: Vec<Value>| json!({"act": "assign", "officers": officers, "note": "n"});
    assert_eq!(refused(&brigade.head, &case, assign(named(10))), "MANY_OFFICERS");
    assert_eq!(refused(&brigade.head, &case, assign(named(9))), "BAD_REQUEST", "the tenth is looked at too");
    let begun = brigade.first.ok("POST", &format!("/api/enforcement/cases/{case}/transfers"), json!({"note": "n"}));
    let path = format!("/api/enforcement/transfers/{}/acts", begun["id"].as_str().expect("an id"));
    let force = |officers: Vec<Value>| json!({"act": "form_task_force", "officers": officers, "note": "n"});
    assert_eq!(said(&brigade.head, &path, force(named(10))), (409, "MANY_OFFICERS".to_string()));
    assert_eq!(said(&brigade.head, &path, force(named(9))).1, "BAD_REQUEST");
}

#[test]
fn who_decides_writes_in_no_waiver_of_the_party() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    brigade.assign(&case);
    brigade.report(&case, false);
    act(&brigade.first, &case, note("notify"));
    for did in ["waive", "ask_hearing"] {
        assert_eq!(refused(&brigade.head, &case, note(did)), "FORBIDDEN");
    }
    // Also where he may investigate as well: he is not of the team.
    let (both, _) = brigade.more("e5", &["investigate", "decide"]);
    assert_eq!(refused(&both, &case, note("waive")), "ANOTHER_OFFICER");
    assert_eq!(refused(&both, &case, penalty("normal", "20000.00", 12)), "HEARING_STILL_OPEN");
    act(&brigade.second, &case, note("waive"));
    act(&both, &case, penalty("normal", "20000.00", 12));
}

#[test]
fn a_party_who_is_right_sends_his_case_back_and_it_ends_as_unfounded() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    let back = json!({"act": "send_back", "major": false, "note": "当事人提供的监控表明其不在场"});
    assert_eq!(refused(&brigade.first, &case, back.clone()), "FORBIDDEN", "who investigated does not");
    let shown = act(&brigade.head, &case, back);
    assert_eq!((&shown["place"]["status"], &shown["place"]["noticed_at"]), (&json!("investigating"), &Value::Null));
    let last = shown["events"].as_array().expect("a list").last().expect("an event").clone();
    assert_eq!((&last["act"], &last["data"]["major"]), (&json!("send_back"), &json!(false)));
    act(&brigade.second, &case, json!({"act": "report", "finding": null, "major": false, "note": "事实不成立"}));
    let closed = act(&brigade.deputy, &case, note("dismiss"));
    assert_eq!(closed["place"]["outcome"], "not_founded", "what raised it was not so");
}

#[test]
fn a_decision_falls_by_two_who_did_not_make_it() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    act(&brigade.head, &case, penalty("heavy", "20000.01", 12));
    act(&brigade.deputy, &case, note("approve"));
    act(&brigade.first, &case, note("serve"));
    assert_eq!(refused(&brigade.head, &case, note("annul")), "ANOTHER_OFFICER", "he decided it");
    let (vice, _) = brigade.more("e6", &["decide"]);
    assert_eq!(refused(&vice, &case, note("annul")), "ENFORCEMENT_NOT_NOW", "nobody proposed it");
    let proposed = act(&brigade.head, &case, json!({"act": "propose_annul", "note": "行政复议决定书"}));
    assert_eq!(proposed["place"]["status"], "served", "it stands until another has said so");
    assert_eq!(refused(&brigade.deputy, &case, note("annul")), "ANOTHER_OFFICER", "he approved it");
    act(&brigade.deputy, &case, json!({"act": "uphold", "note": "复议决定已被撤销"}));
    act(&vice, &case, note("propose_annul"));
    assert_eq!(refused(&vice, &case, note("annul")), "ANOTHER_OFFICER", "he proposed it");
    let (third, _) = brigade.more("e7", &["decide"]);
    assert_eq!(act(&third, &case, note("annul"))["place"]["status"], "annulled");
}

#[test]
fn nobody_handles_his_own_complaint() {
    let brigade = Brigade::begin();
    let (writes, checks) = (brigade.server.person("c1", "clerk"), brigade.server.person("c2", "clerk"));
    let lot = open_lot(&writes, &checks, &[], draft("TS-2", 3_600_000));
    let words = json!({"name": "李四", "contact": "13800000000", "facts": "开标前泄露", "request": "请查处"});
    let complaint = brigade.head.ok("POST", &format!("/api/lots/{lot}/complaints"), words);
    let path = format!("/api/enforcement/complaints/{}/acts", complaint["id"].as_str().expect("an id"));
    let own = (409, "ANOTHER_OFFICER".to_string());
    assert_eq!(said(&brigade.head, &path, note("accept")), own);
    brigade.first.ok("POST", &path, note("accept"));
    let answer = json!({"act": "answer", "upheld": true, "note": "属实"});
    assert_eq!(said(&brigade.head, &path, answer.clone()), own);
    assert_eq!(brigade.deputy.ok("POST", &path, answer)["status"], "upheld");
}

#[test]
fn letters_of_others_keep_nobody_out_who_signs_his() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lots = ["TS-3", "TS-4"].map(|number| open_lot(&writes, &checks, &[], draft(number, 3_600_000)));
    let paths = lots.each_ref().map(|lot| format!("/api/lots/{lot}/complaints"));
    let words = json!({"name": "李四", "contact": "13800000000", "facts": "开标前泄露", "request": "请查处"});
    let (anyone, full) = (server.anyone(), (429, "TOO_MANY_COMPLAINTS".to_string()));
    for _ in 0..10 {
        anyone.ok("POST", &paths[0], words.clone());
    }
    assert_eq!(said(&anyone, &paths[1], words.clone()), full, "one network, whatever it is about");
    // As many from elsewhere as fill the lot's own bound.
    let tables = server.tables();
    tables.execute("update complaints set network = id", []).expect("marked anew");
    let more = "insert into complaints (id, number, lot, agency, network, name, contact, facts, request, at, status)
        select id || ?1, number || ?1, lot, agency, id || ?1, name, contact, facts, request, at, status
        from complaints where length(id) = 36";
    for nth in 1..5 {
        tables.execute(more, [nth]).expect("written");
    }
    assert_eq!(said(&anyone, &paths[0], words.clone()), full);
    anyone.ok("POST", &paths[1], words.clone());
    ann.ok("POST", &paths[0], words);
    // A day later the network is known of none of them.
    tables.execute("update complaints set at = at - 86400001", []).expect("a day ago");
    anyone.ok("POST", &paths[0], json!({"name": "王五", "contact": "x", "facts": "y", "request": "z"}));
    let marked: i64 = tables.query_row("select count(network) from complaints", [], |row| row.get(0)).expect("a count");
    assert_eq!(marked, 1, "but of today's");
}

#[test]
fn a_fine_in_percent_is_of_what_the_lot_closed_at() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let mut next = standard();
    next["grades"][1]["unit"] = json!("percent_of_base");
    (next["grades"][1]["min"], next["grades"][1]["max"]) = (json!("10"), json!("30"));
    put_out(&brigade, next);
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann], draft("BASE-1", 2_000));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
    let party = json!({"kind": "entity", "code": ANN, "name": "安企业"});
    let file = |lot: Option<&str>| {
        let new = json!({"title": "涉嫌串通", "facts": "两个号牌轮流报价", "party": party, "lot": lot,
            "act_time": {"on": today()}});
        let case = brigade.first.ok("POST", "/api/enforcement/cases", new);
        let id = case["id"].as_str().expect("an id").to_string();
        brigade.to_notice(&id);
        id
    };
    let decide = |base: &str, amount: &str| {
        let mut act = penalty("normal", amount, 12);
        act["penalty"]["base"] = json!(base);
        act
    };
    let (of_lot, of_none) = (file(Some(&lot)), file(None));
    let known = soon(|| {
        let case = brigade.head.ok("GET", &format!("/api/enforcement/cases/{of_lot}"), Value::Null);
        case["base"].as_str().map(String::from)
    });
    assert_eq!(known, "1000.00");
    // A hundredth of it as the base: the fine is in a range of his own making.
    let proposed = act(&brigade.head, &of_lot, decide("10", "2"));
    assert_eq!(proposed["place"]["status"], "proposed");
    act(&brigade.deputy, &of_lot, note("disapprove"));
    assert_eq!(act(&brigade.head, &of_lot, decide("1000", "200"))["place"]["status"], "decided");
    let proposed = act(&brigade.head, &of_none, decide("1000", "200"));
    assert_eq!(proposed["place"]["status"], "proposed", "no lot says what it is of");
}

#[test]
fn every_supervisor_is_told_of_what_leaves_the_standard_and_one_answers_for_having_read_it() {
    let brigade = Brigade::begin();
    let [sue, sam] = ["sue", "sam"].map(|login| brigade.server.person(login, "supervisor"));
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    let number = act(&brigade.head, &case, penalty("heavy", "20000.01", 12))["number"].clone();
    let number = number.as_str().expect("a number");
    let lines = |who: &Person| {
        let lines = who.ok("GET", "/api/me/cards", Value::Null)["messages"].clone();
        let about = |line: &&Value| line["zh"].as_str().is_some_and(|zh| zh.contains(number));
        lines.as_array().expect("a list").iter().filter(about).count()
    };
    for who in [&sue, &sam] {
        soon(|| (lines(who) == 1).then_some(()));
    }
    let left = || sue.ok("GET", "/api/supervision/deviations", Value::Null)[0].clone();
    let path = format!("/api/supervision/deviations/{}/answer", left()["id"]);
    let words = json!({"note": "已阅，要求说明情节"});
    assert_eq!(said(&sue, &path, words.clone()), (409, "DEVIATION_WAITS".to_string()));
    act(&brigade.deputy, &case, note("approve"));
    for who in [&sue, &sam] {
        soon(|| (lines(who) == 2).then_some(()));
    }
    sue.ok("POST", &path, words.clone());
    assert_eq!(said(&sam, &path, words), (409, "DEVIATION_ANSWERED".to_string()));
    assert_eq!(left()["answer"]["note"], "已阅，要求说明情节");
}

#[test]
fn a_case_on_its_way_to_another_agency_stands_still_until_it_is_answered() {
    let brigade = Brigade::begin();
    let (other, agency) = brigade.elsewhere();
    let case = brigade.file(ANN);
    act(&brigade.head, &case, json!({"act": "assign", "officers": [brigade.ids[0], brigade.ids[1]], "note": "n"}));
    brigade.report(&case, false);
    let filed_at = brigade.place(&case)["filed_at"].clone();
    let path = format!("/api/enforcement/cases/{case}/handovers");
    let send = || brigade.head.ok("POST", &path, json!({"agency": agency, "note": "属其管辖"}));
    let waiting = || {
        let waiting = other.ok("GET", "/api/enforcement/handovers", Value::Null);
        format!("/api/enforcement/handovers/{}/answer", waiting[0]["id"].as_str().expect("one waits"))
    };
    let answer = |acknowledges: bool| json!({"acknowledges": acknowledges, "note": "n"});

    send();
    assert_eq!(refused(&brigade.first, &case, note("notify")), "HANDOVER_OPEN");
    let suspect = format!("/api/enforcement/cases/{case}/transfers");
    assert_eq!(said(&brigade.first, &suspect, json!({"note": "n"})).1, "HANDOVER_OPEN");
    let shown = brigade.first.ok("GET", &format!("/api/enforcement/cases/{case}"), Value::Null);
    assert_eq!(shown["acts"], json!([]));
    // Its head takes it back, and nobody else; it goes on, and is sent again.
    let handover = waiting();
    assert_eq!(said(&brigade.first, &handover, answer(false)).0, 403);
    assert_eq!(said(&brigade.head, &handover, answer(true)).0, 403, "a sender does not acknowledge");
    brigade.head.ok("POST", &handover, answer(false));
    assert_eq!(said(&other, &handover, answer(true)).0, 404);
    assert_eq!(brigade.place(&case)["status"], "reported");

    send();
    other.ok("POST", &waiting(), answer(true));
    let place = brigade.place(&case);
    assert_eq!((&place["status"], &place["filed_at"]), (&json!("filed"), &filed_at), "its time goes on");
    assert_eq!((&place["finding"], &place["officers"]), (&Value::Null, &json!([])), "they find the facts themselves");
    let (status, _) = brigade.first.call("GET", &format!("/api/enforcement/cases/{case}"), Value::Null);
    assert_eq!(status, 404, "it is theirs");
}

#[test]
fn a_handover_answered_late_undoes_no_decision() {
    let brigade = Brigade::begin();
    let (other, agency) = brigade.elsewhere();
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    act(&brigade.first, &case, note("serve"));
    // Sent before a handover held its case still.
    let handover = "11111111-1111-4111-8111-111111111111";
    let sent = "insert into handovers (id, case_id, from_agency, to_agency, note, at, status)
        select ?1, id, agency, ?2, 'n', filed_at, 'sent' from enforcement_cases where id = ?3";
    brigade.server.tables().execute(sent, [handover, &agency, &case]).expect("written");
    let path = format!("/api/enforcement/handovers/{handover}/answer");
    let late = said(&other, &path, json!({"acknowledges": true, "note": "n"}));
    assert_eq!(late, (409, "ENFORCEMENT_NOT_NOW".to_string()));
    assert_eq!(brigade.place(&case)["status"], "served");
    other.ok("POST", &path, json!({"acknowledges": false, "note": "已作出决定"}));
    assert_eq!(act(&brigade.first, &case, note("execute"))["place"]["status"], "executed");
}

#[test]
fn no_penalty_stands_in_the_place_of_a_criminal_transfer() {
    let brigade = Brigade::begin();
    let (third, _) = brigade.more("e5", &["investigate"]);
    let (_, agency) = brigade.elsewhere();
    let case = brigade.file(ANN);
    let transfers = format!("/api/enforcement/cases/{case}/transfers");
    let begun = brigade.first.ok("POST", &transfers, json!({"note": "数额巨大"}));
    let path = format!("/api/enforcement/transfers/{}/acts", begun["id"].as_str().expect("an id"));
    let away = said(
        &brigade.head,
        &format!("/api/enforcement/cases/{case}/handovers"),
        json!({"agency": agency, "note": "n"}),
    );
    assert_eq!(away, (409, "TRANSFER_OPEN".to_string()), "it stays with who asked the police");
    brigade.to_notice(&case);
    let decide = penalty("normal", "20000.00", 12);
    assert_eq!(refused(&brigade.head, &case, decide.clone()), "TRANSFER_OPEN");

    let force = |ids: [&String; 2]| json!({"act": "form_task_force", "officers": ids, "note": "n"});
    let wrong = said(&brigade.head, &path, force([&brigade.ids[0], &brigade.ids[2]]));
    assert_eq!(wrong, (400, "BAD_REQUEST".to_string()), "who only decides is of no task force");
    brigade.head.ok("POST", &path, force([&brigade.ids[0], &brigade.ids[1]]));
    brigade.head.ok("POST", &path, note("approve"));
    let away = said(&third, &path, note("send"));
    assert_eq!(away, (409, "ANOTHER_OFFICER".to_string()), "the task force sends it");
    send(&brigade.first, begun["id"].as_str().expect("an id"));
    for step in ["receive", "police_refuse"] {
        brigade.second.ok("POST", &path, note(step));
        assert_eq!(refused(&brigade.head, &case, decide.clone()), "TRANSFER_OPEN", "{step}");
    }
    let alone = said(&brigade.first, &path, note("end"));
    assert_eq!(alone.0, 403, "the head approved it, and lets it go");
    brigade.head.ok("POST", &path, note("end"));
    assert_eq!(act(&brigade.head, &case, decide)["place"]["status"], "decided", "the police did not take it");
}

#[test]
fn a_case_is_decided_and_served_by_the_standard_it_was_reported_by() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    assert_eq!(brigade.place(&case)["finding"]["version"], 1);
    // Its successor has other grades, and another article.
    let mut next = standard();
    let light = next["grades"][0].clone();
    (next["grades"], next["article"]) = (json!([light]), json!("第六十六条"));
    put_out(&brigade, next);
    let decided = act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    assert_eq!(decided["place"]["status"], "decided", "the party was told by the standard of that day");
    let served = act(&brigade.first, &case, note("serve"));
    let on_record = "select data from register_rows where key = ?1 and replaced_at is null";
    let number = served["number"].as_str().expect("a number");
    let record: String = brigade.server.tables().query_row(on_record, [number], |row| row.get(0)).expect("on record");
    assert!(record.contains("第六十五条") && !record.contains("第六十六条"), "{record}");
}

#[test]
fn what_is_wrong_with_a_filing_is_said_of_its_field() {
    let brigade = Brigade::begin();
    let good = || json!({"title": "涉嫌串通", "facts": "两个号牌轮流报价"});
    let party = json!({"kind": "entity", "code": "91440300708461136X", "name": "安企业"});
    for (field, value, wrong) in [
        ("title", json!(" "), "title"),
        ("facts", json!(""), "facts"),
        ("party", party, "party.code"),
        ("lot", json!(uuid::Uuid::new_v4()), "lot"),
        ("transferred_as", json!(" "), "transferred_as"),
        ("act_time", json!({"on": "2999-01-01"}), "act_time.on"),
        ("act_time", json!({"on": today(), "until": today()}), "act_time.until"),
    ] {
        let mut new = good();
        new[field] = value;
        let (status, said) = brigade.first.call("POST", "/api/enforcement/cases", new);
        assert!(status >= 400 && said["field"] == wrong, "{field}: {said}");
    }
    let mut handed = good();
    handed["transferred_as"] = json!("审计移送〔2026〕7号");
    let filed = brigade.first.ok("POST", "/api/enforcement/cases", handed);
    assert_eq!((&filed["source"], &filed["source_ref"]), (&json!("transfer"), &json!("审计移送〔2026〕7号")));
    assert_eq!(brigade.deputy.call("POST", "/api/enforcement/cases", good()).0, 200, "who decides files too");
}
