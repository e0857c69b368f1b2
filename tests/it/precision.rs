//! 精确率 through the front door: from an alert to its case, to what the case found, to the figure of its rule.

use crate::enforcement::{Brigade, act, penalty};
use crate::house::{Person, draft, open_lot_seated};
use crate::watch::raised;
use serde_json::{Value, json};

fn row(sue: &Person, rule: &str) -> Value {
    let rules = sue.ok("GET", "/api/supervision/rules", Value::Null);
    rules.as_array().expect("rules").iter().find(|row| row["rule"] == rule).cloned().expect("the rule")
}

#[test]
fn what_a_case_finds_is_what_its_alert_was_worth_on_every_page_and_in_the_file() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks, sue) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("sue", "supervisor"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let (lot, _) = open_lot_seated(&writes, &checks, &[&ann, &bo], draft("P-1", 3_600_000));
    for (person, amount) in [(&ann, "1000.00"), (&bo, "1700.00")] {
        let mut socket = person.socket();
        socket.send(json!({"type": "hello", "token": person.token, "device": "one"}));
        socket.until("welcome");
        assert_eq!(socket.bid(&lot, amount)["accepted"], true);
    }
    let device = raised(&sue, &lot, "shared_device")["id"].as_i64().expect("an id");
    let premium = raised(&sue, &lot, "premium_over_half")["id"].as_i64().expect("an id");
    let alert = |id: i64| sue.ok("GET", &format!("/api/supervision/alerts/{id}"), Value::Null);

    // Settled by a person.
    for word in
        [json!({"act": "take"}), json!({"act": "note", "text": "已核"}), json!({"act": "dismiss", "text": "属实价"})]
    {
        sue.ok("POST", &format!("/api/supervision/alerts/{premium}/acts"), word);
    }
    assert_eq!(alert(premium)["confirmed"], false);

    // Handed to the officers, who are asked and not told.
    let opened = sue.ok(
        "POST",
        &format!("/api/supervision/alerts/{device}/case"),
        json!({"agency": brigade.agency, "note": "同一设备"}),
    );
    let case = opened["case_id"].as_str().expect("an id").to_string();
    let seen = alert(device);
    assert_eq!((&seen["case"]["case_id"], seen.get("confirmed")), (&opened["case_id"], None), "{seen}");
    let view = brigade.head.ok("GET", &format!("/api/enforcement/cases/{case}"), Value::Null);
    assert_eq!((view["source"].as_str(), view["source_ref"].as_str()), (Some("alert"), Some(&*device.to_string())));
    assert_eq!((&row(&sue, "shared_device")["cases"], &row(&sue, "shared_device")["open"]), (&json!(1), &json!(1)));

    brigade.assign(&case);
    let party = json!({"kind": "entity", "code": "91440300708461136T", "name": "安企业"});
    act(&brigade.first, &case, json!({"act": "identify", "party": party, "note": "经核实"}));
    brigade.find(&case);
    act(&brigade.head, &case, penalty("normal", "20000.00", 6));
    act(&brigade.first, &case, json!({"act": "serve", "note": "直接送达"}));
    act(&brigade.second, &case, json!({"act": "execute", "note": "罚款已缴"}));
    act(&brigade.first, &case, json!({"act": "close", "note": "执行完毕"}));
    assert_eq!(alert(device)["confirmed"], true);
    let known = row(&sue, "shared_device");
    assert_eq!(
        (&known["decided"], &known["confirmed"], &known["precision_percent"], &known["few"]),
        (&json!(1), &json!(1), &json!("100.0"), &json!(true)),
        "{known}"
    );
    assert_eq!(row(&sue, "premium_over_half")["precision_percent"], "0.0");
    let csv = sue.text("/api/supervision/rules/export");
    assert!(
        csv.lines().any(|line| line.starts_with("shared_device,") && line.ends_with(",1,0,1,1,1,0,100.0,true")),
        "{csv}"
    );

    // Annulled, the question is open again.
    brigade.annul(&case);
    assert!(alert(device).get("confirmed").is_none());
    assert!(row(&sue, "shared_device").get("precision_percent").is_none());
}
