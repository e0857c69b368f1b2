//! 当场处罚 and 追责时效: what is decided without an investigation, and what is punished no more.

use crate::enforcement::{ANN, Brigade, act, penalty, put_out, refused, standard};
use crate::house::Person;
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;

/// A case filed with what is given, about an entity.
fn filed(brigade: &Brigade, more: Value) -> String {
    let mut new = json!({"title": "踏勘未登记", "facts": "代理机构未按规定登记踏勘人员",
        "party": {"kind": "entity", "code": ANN, "name": "安企业"}});
    for (field, value) in more.as_object().expect("fields") {
        new[field] = value.clone();
    }
    let case = brigade.first.ok("POST", "/api/enforcement/cases", new);
    case["id"].as_str().expect("an id").to_string()
}

/// The day so many days ago.
fn day(ago: i64) -> String {
    sunbid::calendar::Day::of(sunbid::clock::now().plus_ms(-ago * DAY_MS)).to_string()
}

fn spot(brigade: &Brigade, amount: &str) -> Value {
    let mut penalty = penalty("light", amount, 0)["penalty"].clone();
    penalty["reason"] = json!("当场改正");
    json!({"act": "on_the_spot", "with": brigade.ids[1], "penalty": penalty, "note": "当场交付决定书"})
}

fn said(who: &Person, case: &str, act: Value) -> Value {
    who.call("POST", &format!("/api/enforcement/cases/{case}/acts"), act).1
}

#[test]
fn a_small_fine_is_decided_and_served_on_the_spot_by_two_and_put_on_the_agency_s_file() {
    let brigade = Brigade::begin();
    let mut cheap = standard();
    cheap["code"] = json!("COLLUSION");
    (cheap["grades"][0]["min"], cheap["grades"][0]["max"]) = (json!("100"), json!("5000"));
    (cheap["grades"][2]["unit"], cheap["grades"][2]["min"]) = (json!("percent_of_base"), json!("10"));
    cheap["grades"][2]["max"] = json!("30");
    put_out(&brigade, cheap);
    let case = filed(&brigade, json!({"act_time": {"on": day(0)}}));
    let mut alone = spot(&brigade, "500");
    alone["with"] = json!(brigade.ids[0]);
    assert_eq!(refused(&brigade.first, &case, alone), "TWO_OFFICERS");
    let mut stranger = spot(&brigade, "500");
    stranger["with"] = json!(brigade.ids[2]);
    assert_eq!(said(&brigade.first, &case, stranger)["field"], "with", "who only decides does not go along");
    assert_eq!(refused(&brigade.first, &case, spot(&brigade, "3000.01")), "ON_THE_SPOT_CAP");
    assert_eq!(refused(&brigade.first, &case, spot(&brigade, "99")), "ON_THE_SPOT_DEVIATES");
    let mut share = spot(&brigade, "500");
    share["penalty"]["grade"] = json!("heavy");
    assert_eq!(
        refused(&brigade.first, &case, share),
        "ON_THE_SPOT_DEVIATES",
        "a share has its base in no decision on the spot"
    );
    assert_eq!(brigade.head.call("POST", &format!("/api/enforcement/cases/{case}/acts"), spot(&brigade, "500")).0, 403);

    let served = act(&brigade.first, &case, spot(&brigade, "3000"));
    assert_eq!((&served["place"]["status"], &served["place"]["finding"]["version"]), (&json!("served"), &json!(2)));
    let steps: Vec<_> = served["steps"].as_array().expect("a list").iter().map(|step| step["step"].clone()).collect();
    assert!(steps.contains(&json!("put_on_file")) && steps.contains(&json!("execute")), "{steps:?}");
    let recorded: i64 = brigade
        .server
        .tables()
        .query_row(
            "select count(*) from register_rows where register = 'social_credit' and data like ?",
            [format!("%{}%", served["number"].as_str().expect("a number"))],
            |row| row.get(0),
        )
        .expect("counted");
    assert_eq!(recorded, 1, "what is served is on record");
    act(&brigade.second, &case, json!({"act": "execute", "note": "当场缴纳"}));
    let close = json!({"act": "close", "note": "执行完毕"});
    assert_eq!(refused(&brigade.first, &case, close.clone()), "NOT_ON_FILE");
    let filing = json!({"act": "put_on_file", "note": "予以备案"});
    assert_eq!(brigade.first.call("POST", &format!("/api/enforcement/cases/{case}/acts"), filing.clone()).0, 403);
    assert_eq!(refused(&brigade.head, &case, filing.clone()), "ON_THE_SPOT_UNCONFIRMED");
    let confirm = json!({"act": "confirm", "note": "本人在场，情况属实"});
    assert_eq!(refused(&brigade.first, &case, confirm.clone()), "ANOTHER_OFFICER", "who decided it says nothing twice");
    act(&brigade.second, &case, confirm);
    act(&brigade.head, &case, filing);
    let closed = act(&brigade.first, &case, close);
    assert_eq!(closed["place"]["outcome"], "penalised");
}

#[test]
fn who_fines_on_the_spot_does_not_take_his_own_fine_on_file() {
    let brigade = Brigade::begin();
    let mut cheap = standard();
    (cheap["grades"][0]["min"], cheap["grades"][0]["max"]) = (json!("100"), json!("5000"));
    put_out(&brigade, cheap);
    let both = brigade.server.officer("e5", &brigade.agency, &["investigate", "decide"]);
    let case = filed(&brigade, json!({"act_time": {"on": day(0)}}));
    act(&both, &case, spot(&brigade, "500"));
    act(&brigade.second, &case, json!({"act": "confirm", "note": "本人在场，情况属实"}));
    let filing = json!({"act": "put_on_file", "note": "予以备案"});
    assert_eq!(refused(&both, &case, filing.clone()), "ANOTHER_OFFICER");
    act(&brigade.head, &case, filing);
}

#[test]
fn an_act_that_came_to_light_too_late_is_not_punished() {
    let brigade = Brigade::begin();
    let case = filed(&brigade, json!({}));
    brigade.to_notice(&case);
    let decide = penalty("normal", "20000.00", 12);
    assert_eq!(refused(&brigade.head, &case, decide.clone()), "ACT_UNDATED");
    let date = |on: &str| json!({"act": "date_act", "act_time": {"on": on}, "note": "据招标文件签发日期"});
    assert_eq!(said(&brigade.first, &case, date("2999-01-01"))["field"], "act_time.on");
    act(&brigade.first, &case, date(&day(740)));
    assert_eq!(refused(&brigade.head, &case, decide.clone()), "LIMITATION_PASSED");
    let closed = act(&brigade.head, &case, json!({"act": "dismiss", "note": "超过二年未被发现"}));
    assert_eq!((&closed["place"]["status"], &closed["place"]["outcome"]), (&json!("closed"), &json!("no_penalty")));

    // It counts from the end of what continued, and is five years where lives or finance were harmed.
    for (act_time, decided) in [
        (json!({"on": day(1500), "continues": true, "until": day(700)}), true),
        (json!({"on": day(1500), "continues": true}), true),
        (json!({"on": day(1500), "continues": true, "until": day(740)}), false),
        (json!({"on": day(1800), "grave": true}), true),
        (json!({"on": day(1840), "grave": true}), false),
    ] {
        let case = filed(&brigade, json!({"act_time": act_time}));
        brigade.to_notice(&case);
        let said = said(&brigade.head, &case, decide.clone());
        match decided {
            true => assert_eq!(said["place"]["status"], "decided", "{act_time}: {said}"),
            false => assert_eq!(said["code"], "LIMITATION_PASSED", "{act_time}: {said}"),
        }
    }
}
