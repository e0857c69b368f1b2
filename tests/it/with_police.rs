//! 移送司法机关 closes our side of a case until it comes back; and who complained keeps out of his own case.

use crate::enforcement::{ANN, Brigade, Team, act, penalty, refused};
use crate::house::{Person, draft, open_lot};
use serde_json::{Value, json};

fn note(name: &str) -> Value {
    json!({"act": name, "note": "回执"})
}

/// A criminal transfer of the case, approved by the head; its id.
pub fn approved(team: &Team, case: &str) -> String {
    let transfers = format!("/api/enforcement/cases/{case}/transfers");
    let begun = team.first.ok("POST", &transfers, json!({"note": "涉嫌串通投标罪"}));
    let id = begun["id"].as_str().expect("an id").to_string();
    let force = json!({"act": "form_task_force", "officers": [team.ids[0], team.ids[1]], "note": "成立专案组"});
    did(&team.head, &id, force);
    did(&team.head, &id, note("approve"));
    id
}

fn did(who: &Person, transfer: &str, act: Value) -> Value {
    who.ok("POST", &format!("/api/enforcement/transfers/{transfer}/acts"), act)
}

/// With its four papers on its way to the police.
pub fn send(who: &Person, transfer: &str) {
    for kind in FOUR {
        attach(who, transfer, kind, &paper(kind));
    }
    did(who, transfer, json!({"act": "send", "note": "移送公安机关"}));
}

pub const FOUR: [&str; 4] = ["letter", "report", "goods", "appraisal"];

/// A small file that is a PDF by its content.
pub fn paper(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n% {words}\n%%EOF").into_bytes()
}

/// A paper of a kind, sent up; the answer.
pub fn attach(who: &Person, transfer: &str, kind: &str, file: &[u8]) -> (u16, Value) {
    who.put_bytes(&format!("/api/enforcement/transfers/{transfer}/papers/{kind}?name={kind}.pdf"), file)
}

/// Sent, received, filed by the police.
fn filed(team: &Team, case: &str) -> String {
    let transfer = approved(team, case);
    send(&team.first, &transfer);
    did(&team.second, &transfer, note("receive"));
    did(&team.second, &transfer, note("police_file"));
    transfer
}

fn seen(who: &Person, case: &str) -> Value {
    who.ok("GET", &format!("/api/enforcement/cases/{case}"), Value::Null)
}

#[test]
fn nobody_is_fined_for_what_went_to_the_police_unless_it_comes_back() {
    let team = Brigade::begin();
    let case = team.file(ANN);
    team.to_notice(&case);
    let transfer = filed(&team, &case);
    did(&team.first, &transfer, note("hand_over"));
    let gone = seen(&team.head, &case);
    assert_eq!((gone["place"]["status"].as_str(), &gone["acts"]), (Some("transferred"), &json!([])), "{gone}");
    assert_eq!(gone["steps"], json!([]), "nobody owes a step");
    let fine = penalty("normal", "20000.00", 12);
    assert_eq!(refused(&team.head, &case, fine.clone()), "CASE_TRANSFERRED");
    let (_, again) =
        team.first.call("POST", &format!("/api/enforcement/cases/{case}/transfers"), json!({"note": "再移送"}));
    assert_eq!(again["code"], "CASE_TRANSFERRED");

    let back = did(&team.second, &transfer, json!({"act": "return", "note": "检察院不起诉，退回处理"}));
    assert_eq!(back["place"]["status"], "returned");
    assert_eq!(seen(&team.head, &case)["place"]["status"], "investigating");
    assert_eq!(refused(&team.head, &case, fine.clone()), "ENFORCEMENT_NOT_NOW", "it is found and told anew first");
    team.find(&case);
    let decided = act(&team.head, &case, fine);
    assert_eq!(decided["place"]["status"], "decided");
    let acts: Vec<_> = decided["events"].as_array().expect("a list").iter().map(|one| one["act"].clone()).collect();
    assert!(acts.contains(&json!("transferred")) && acts.contains(&json!("sent_back")), "{acts:?}");
}

#[test]
fn a_proposed_decision_is_answered_before_the_goods_go() {
    let team = Brigade::begin();
    let case = team.file(ANN);
    team.to_notice(&case);
    act(&team.head, &case, penalty("heavy", "20000.01", 40));
    let transfer = filed(&team, &case);
    let hand_over = format!("/api/enforcement/transfers/{transfer}/acts");
    assert_eq!(team.first.call("POST", &hand_over, note("hand_over")).1["code"], "PROPOSAL_OPEN");
    act(&team.deputy, &case, json!({"act": "disapprove", "note": "已移送公安"}));
    did(&team.first, &transfer, note("hand_over"));
    assert_eq!(seen(&team.head, &case)["place"]["status"], "transferred");
}

/// What was decided and served before is carried out, police or not.
#[test]
fn a_penalty_served_before_the_transfer_stands() {
    let team = Brigade::begin();
    let case = team.file(ANN);
    team.to_notice(&case);
    act(&team.head, &case, penalty("normal", "20000.00", 12));
    act(&team.first, &case, note("serve"));
    let transfer = filed(&team, &case);
    did(&team.first, &transfer, note("hand_over"));
    act(&team.first, &case, note("execute"));
    assert_eq!(act(&team.first, &case, note("close"))["place"]["outcome"], "penalised");
}

#[test]
fn an_officer_keeps_out_of_the_case_his_own_complaint_became() {
    let team = Brigade::begin();
    let server = &team.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let lot = open_lot(&writes, &checks, &[&server.person("ann", "bidder")], draft("OWN-1", 3_600_000));
    let words = json!({"name": "甲", "contact": "13800000000", "facts": "两个号牌轮流报价", "request": "查处"});
    let complaint = team.first.ok("POST", &format!("/api/lots/{lot}/complaints"), words);
    let path = format!("/api/enforcement/complaints/{}/acts", complaint["id"].as_str().expect("an id"));
    team.second.ok("POST", &path, note("accept"));
    team.second.ok("POST", &path, note("open_case"));
    let desk = team.head.ok("GET", "/api/enforcement/complaints", Value::Null);
    let case = desk["items"][0]["case_id"].as_str().expect("a case").to_string();

    let assign = |ids: [&String; 2]| json!({"act": "assign", "officers": ids, "note": "组成调查组"});
    assert_eq!(refused(&team.head, &case, assign([&team.ids[0], &team.ids[1]])), "RECUSED_COMPLAINANT");
    server.officer("e5", &team.agency, &["investigate", "decide"]);
    let known = team.head.ok("GET", "/api/enforcement/officers", Value::Null);
    let fifth = known.as_array().expect("a list").iter().find(|one| one["name"] == "e5").expect("known")["id"].clone();
    let fifth = fifth.as_str().expect("an id").to_string();
    act(&team.head, &case, assign([&team.ids[1], &fifth]));
    let code = |who: &Person, path: &str, body: Value| who.call("POST", path, body).1["code"].clone();
    let transfers = format!("/api/enforcement/cases/{case}/transfers");
    assert_eq!(code(&team.first, &transfers, json!({"note": "涉嫌犯罪"})), "RECUSED_COMPLAINANT");
    let task = json!({"case_id": case, "title": "核查", "text": "现场核查", "officer": team.ids[0],
        "due_at": sunbid::clock::now().0 + 86_400_000});
    assert_eq!(code(&team.head, "/api/enforcement/tasks", task), "RECUSED_COMPLAINANT");
    let begun = team.second.ok("POST", &transfers, json!({"note": "涉嫌犯罪"}));
    let acts = format!("/api/enforcement/transfers/{}/acts", begun["id"].as_str().expect("an id"));
    let force = json!({"act": "form_task_force", "officers": [team.ids[0], team.ids[1]], "note": "n"});
    assert_eq!(code(&team.head, &acts, force), "RECUSED_COMPLAINANT");
    assert_eq!(seen(&team.first, &case)["acts"], json!([]));
}

#[test]
fn nobody_takes_in_the_case_his_own_complaint_became() {
    let team = Brigade::begin();
    let server = &team.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let lot = open_lot(&writes, &checks, &[&server.person("ann", "bidder")], draft("OWN-2", 3_600_000));
    let there = server.agency(&server.sign_in("admin"), "12440300123456788T");
    let (wrote, other) = (server.officer("d1", &there, &["decide"]), server.officer("d2", &there, &["decide"]));
    let words = json!({"name": "甲", "contact": "13800000000", "facts": "两个号牌轮流报价", "request": "查处"});
    let complaint = wrote.ok("POST", &format!("/api/lots/{lot}/complaints"), words);
    let path = format!("/api/enforcement/complaints/{}/acts", complaint["id"].as_str().expect("an id"));
    // Its agency is the first whose officers investigate: ours.
    team.second.ok("POST", &path, note("accept"));
    team.second.ok("POST", &path, note("open_case"));
    let cases = team.head.ok("GET", "/api/enforcement/cases", Value::Null);
    let case = cases["items"][0]["id"].as_str().expect("a case").to_string();
    let over = json!({"agency": there, "note": "属其管辖"});
    team.head.ok("POST", &format!("/api/enforcement/cases/{case}/handovers"), over);
    let waits = other.ok("GET", "/api/enforcement/handovers", Value::Null);
    let door = format!("/api/enforcement/handovers/{}/answer", waits[0]["id"].as_str().expect("an id"));
    for acknowledges in [true, false] {
        let said = json!({"acknowledges": acknowledges, "note": "n"});
        assert_eq!(wrote.call("POST", &door, said).1["code"], "RECUSED_COMPLAINANT");
    }
    other.ok("POST", &door, json!({"acknowledges": true, "note": "收悉"}));
}

#[test]
fn the_papers_of_a_transfer_are_files_and_whom_it_is_sent_to_reads_them() {
    let team = Brigade::begin();
    let server = &team.server;
    let police = server.agency(&server.sign_in("admin"), "12440300123456788T");
    let (signs, stranger) = (server.officer("p1", &police, &["decide"]), server.person("o1", "officer"));
    let case = team.file(ANN);
    let transfer = approved(&team, &case);
    assert_eq!(attach(&team.head, &transfer, "letter", &paper("head")).0, 403, "the task force's part");
    let (status, said) = attach(&team.first, &transfer, "letter", b"only words");
    assert_eq!((status, &said["field"]), (400, &json!("file")));
    let (_, first) = attach(&team.first, &transfer, "letter", &paper("first"));
    let (_, second) = attach(&team.second, &transfer, "letter", &paper("second"));
    let hash = |view: &Value| view["place"]["papers"][0]["sha256"].as_str().expect("a hash").to_string();
    assert_ne!(hash(&first), hash(&second), "the newer stands");
    assert_eq!(second["place"]["papers"].as_array().map(Vec::len), Some(1));
    let acts = format!("/api/enforcement/transfers/{transfer}/acts");
    let sends = |to: &str| json!({"act": "send", "to": to, "note": "移送公安机关"});
    assert_eq!(team.first.call("POST", &acts, sends(&police)).1["code"], "PAPERS_MISSING");
    for kind in &FOUR[1..] {
        assert_eq!(attach(&team.first, &transfer, kind, &paper(kind)).0, 200);
    }
    let letter = format!("/api/enforcement/transfers/{transfer}/files/{}", hash(&second));
    assert_eq!(signs.fetch(&letter).0, 404, "not sent yet");
    assert_eq!(team.first.call("POST", &acts, sends(&team.agency)).1["field"], "to", "to another agency");
    did(&team.first, &transfer, sends(&police));
    for act in ["receive", "police_file", "police_refuse", "return"] {
        for who in [&team.first, &team.second, &team.head, &team.deputy] {
            assert_eq!(who.call("POST", &acts, note(act)).0, 403, "{act}: whoever sent it does not answer for them");
        }
    }
    assert_eq!(attach(&team.first, &transfer, "letter", &paper("late")).1["code"], "ENFORCEMENT_NOT_NOW");

    assert_eq!(signs.fetch(&letter), (200, paper("second")), "the very bytes");
    assert_eq!((stranger.fetch(&letter).0, team.head.fetch(&letter).0), (404, 200));
    let received = signs.ok("GET", "/api/enforcement/transfers", Value::Null);
    assert_eq!(
        (received[0]["id"].as_str(), received[0]["place"]["papers"].as_array().map(Vec::len)),
        (Some(transfer.as_str()), Some(4))
    );
    assert_eq!(received[0]["acts"], json!(["receive"]));
    assert_eq!(stranger.ok("GET", "/api/enforcement/transfers", Value::Null), json!([]));
    assert_eq!(did(&signs, &transfer, note("receive"))["place"]["status"], "received", "their own word");
    assert_eq!(signs.call("POST", &acts, note("hand_over")).0, 403, "and no other");
    assert_eq!(team.first.call("POST", &acts, note("police_refuse")).0, 403, "and nobody else's");
    did(&signs, &transfer, note("police_file"));
}
