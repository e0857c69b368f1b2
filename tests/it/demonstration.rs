//! What a stranger finds: the demonstration's supervision and enforcement, each page with something on it.

use crate::house::{Person, Server};
use serde_json::Value;
use std::collections::BTreeSet;

fn set(list: &Value, field: &str) -> BTreeSet<String> {
    let all = list.as_array().expect("a list").iter();
    all.filter_map(|one| one.pointer(field)?.as_str().map(String::from)).collect()
}

fn has(list: &Value, field: &str, names: &[&str]) {
    let found = set(list, field);
    for name in names {
        assert!(found.contains(*name), "no {name} among {found:?}");
    }
}

#[test]
fn a_demonstration_has_supervision_and_enforcement_to_look_at() {
    let server = Server::start_demonstration();
    let sue = server.sign_in_with("supervisor", "sunbid-demo");
    let get = |who: &Person, path: &str| who.ok("GET", path, Value::Null);

    let cards = get(&sue, "/api/cards")["items"].clone();
    has(&cards, "/level", &["blue", "yellow", "red"]);
    has(&cards, "/state", &["notified", "explained", "confirmed", "withdrawn", "closed"]);
    let orders = get(&sue, "/api/dispatch/orders")["items"].clone();
    has(&orders, "/state", &["issued", "answered"]);
    let alerts = get(&sue, "/api/supervision/alerts")["items"].clone();
    has(&alerts, "/rule", &["alternating_pair", "machine_speed", "shared_network", "premium_over_half"]);
    let rules = get(&sue, "/api/supervision/rules");
    let of = |rule: &str| rules.as_array().expect("rules").iter().find(|row| row["rule"] == rule).cloned();
    let (turns, speed) = (of("alternating_pair").expect("a rule"), of("machine_speed").expect("a rule"));
    assert_eq!((turns["confirmed"].as_u64(), speed["confirmed"].as_u64()), (Some(1), Some(0)), "{rules}");
    assert_eq!(get(&sue, "/api/supervision/deviations").as_array().map(Vec::len), Some(2));

    let cases = get(&sue, "/api/enforcement/cases")["items"].clone();
    has(&cases, "/place/status", &["filed", "investigating", "decided", "closed"]);
    has(&cases, "/place/outcome", &["penalised", "not_founded"]);
    has(&get(&sue, "/api/enforcement/tasks"), "/status", &["reported", "dispatched"]);
    has(&get(&sue, "/api/enforcement/complaints")["items"], "/status", &["filed", "accepted"]);
    assert_eq!(get(&sue, "/api/enforcement/handovers").as_array().map(Vec::len), Some(1));
    let units = get(&sue, "/api/evaluation")["units"].clone();
    has(&units, "/kind", &["agency", "center"]);
    assert!(
        units.as_array().expect("units").iter().filter(|unit| unit["score_tenths"].is_u64()).count() >= 2,
        "{units}"
    );
}
