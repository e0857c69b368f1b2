//! A year's decree is imported by two persons, and survives a restart.

use crate::house::Server;
use serde_json::{Value, json};

#[test]
fn a_decree_is_imported_by_two_administrators_and_a_wrong_one_changes_nothing() {
    let server = Server::start();
    let admin = server.sign_in("admin");
    let years =
        |list: &Value| list.as_array().expect("a list").iter().map(|row| row["year"].as_i64()).collect::<Vec<_>>();
    assert_eq!(years(&admin.ok("GET", "/api/calendar", Value::Null)), [2024, 2025, 2026].map(Some));
    let wrong = json!({"year": 2027, "decree": "测试", "off": ["2027-10-01..2027-10-07"], "on": ["2027-10-04"]});
    let (status, said) = admin.call("POST", "/api/calendar", wrong);
    assert_eq!(
        (status, said["code"].as_str(), said["field"].as_str()),
        (400, Some("BAD_REQUEST"), Some("off")),
        "{said}"
    );
    let right = json!({"year": 2027, "decree": "测试", "off": ["2027-10-01..2027-10-07"], "on": ["2027-10-09"]});
    let proposed = admin.ok("POST", "/api/calendar", right.clone());
    assert_eq!(years(&admin.ok("GET", "/api/calendar", Value::Null)).len(), 3, "nothing moves on one word");
    let path = format!("/api/calendar/proposals/{}", proposed["id"].as_str().expect("an id"));
    assert_eq!(admin.call("POST", &format!("{path}/grant"), json!({})).0, 409);
    assert_eq!(admin.call("POST", "/api/calendar", right.clone()).0, 409, "it waits already");
    let second = server.sign_in("admin2");
    second.ok("POST", &format!("{path}/refuse"), json!({"reason": "核对原文"}));
    assert_eq!(second.call("POST", &format!("{path}/grant"), json!({})).0, 409);
    let proposed = admin.ok("POST", "/api/calendar", right.clone());
    let waits = second.ok("GET", "/api/calendar/proposals", Value::Null);
    assert_eq!((&waits[0]["decree"], &waits[0]["mine"]), (&right, &json!(false)));
    let path = format!("/api/calendar/proposals/{}", proposed["id"].as_str().expect("an id"));
    second.ok("POST", &format!("{path}/grant"), json!({}));
    assert_eq!(years(&admin.ok("GET", "/api/calendar", Value::Null)).last(), Some(&Some(2027)));
    let server = Server::start_on(server.kill());
    let kept = server.anyone().ok("GET", "/api/calendar", Value::Null);
    assert_eq!(kept.as_array().expect("a list").last(), Some(&right));
}
