//! 账号管理: a person switched off is out at once, his papers stay; a new password takes two administrators.

use crate::bank::code;
use crate::house::{PASSWORD, Server, draft, open_lot, soon};
use serde_json::{Value, json};

#[test]
fn a_bidder_switched_off_bids_no_more_and_his_papers_stay() {
    let server = Server::start();
    let admin = server.sign_in("admin");
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let bidder = server.person("bidder-a", "bidder");
    let id = open_lot(&clerk, &second, &[&bidder], draft("A-1", 3_600_000));
    let mut socket = bidder.socket();
    assert_eq!(socket.bid(&id, "1000.00")["accepted"], true);

    let found = admin.ok("GET", "/api/accounts?q=bidder-a&role=bidder&disabled=false", Value::Null);
    assert_eq!((found["total"].as_i64(), found["items"][0]["name"].as_str()), (Some(1), Some("bidder-a")), "{found}");
    assert_eq!(admin.ok("GET", "/api/accounts?q=bidder%25", Value::Null)["total"], 0);
    let path = format!("/api/accounts/{}", found["items"][0]["id"].as_str().expect("an id"));
    let act = |act: &str, reason: &str| admin.call("POST", &format!("{path}/{act}"), json!({"reason": reason}));
    assert_eq!(clerk.call("GET", "/api/accounts", Value::Null).0, 403);
    assert_eq!(code(act("disable", " ")), (400, "BAD_REQUEST".into()));
    assert_eq!(code(act("enable", "x")), (409, "CONFLICT".into()));
    assert_eq!(act("disable", "涉嫌串通，依通知暂停").0, 204);

    // From that moment on: neither the open socket nor the token nor the cookie nor the password serves.
    socket.send(json!({"type": "bid", "lot": id, "key": uuid::Uuid::new_v4().to_string(), "amount": "1001.00"}));
    assert_eq!(socket.until("error")["code"], "TOKEN_INVALID");
    assert_eq!(code(bidder.call("GET", "/api/me/applications", Value::Null)), (401, "TOKEN_INVALID".into()));
    assert_eq!(bidder.call("POST", "/api/session/refresh", json!({})).0, 401);
    let sign_in = || server.anyone().call("POST", "/api/session", json!({"login": "bidder-a", "password": PASSWORD}));
    assert_eq!(sign_in().0, 401);
    // What he did stands and is read.
    soon(|| {
        let applications = clerk.ok("GET", &format!("/api/desk/lots/{id}/applications"), Value::Null);
        let bids = clerk.ok("GET", &format!("/api/lots/{id}/bids"), Value::Null);
        (applications[0]["status"] == "admitted" && bids["items"][0]["amount"] == "1000.00").then_some(())
    });
    let row = admin.ok("GET", "/api/accounts?disabled=true", Value::Null);
    assert_eq!(row["items"][0]["disabled_reason"], "涉嫌串通，依通知暂停");
    let trail = admin.ok("GET", "/api/audit", Value::Null).to_string();
    assert!(trail.contains("disable account") && trail.contains("涉嫌串通，依通知暂停"));

    assert_eq!(act("enable", "核查完毕").0, 204);
    assert_eq!(sign_in().0, 200);
    let heard = server.sign_in("bidder-a").socket().bid(&id, "1002.00");
    assert_eq!(heard["code"], "ALREADY_LEADING", "he is heard again, and his bid still leads: {heard}");
    let own = admin.ok("GET", "/api/accounts?q=admin", Value::Null);
    let own = format!("/api/accounts/{}/disable", own["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(code(admin.call("POST", &own, json!({"reason": "x"}))), (409, "CONFLICT".into()));
}

#[test]
fn a_new_password_takes_two_administrators_and_a_code_that_serves_once() {
    let server = Server::start();
    let (admin, other) = (server.sign_in("admin"), server.person("admin-b", "admin"));
    let clerk = server.person("clerk-a", "clerk");
    let found = admin.ok("GET", "/api/accounts?q=clerk-a", Value::Null);
    let path = format!("/api/accounts/{}/reset", found["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(code(other.call("POST", &format!("{path}/grant"), json!({}))), (409, "CONFLICT".into()));
    admin.ok("POST", &path, json!({"reason": "遗忘密码，已核对身份证件"}));
    assert_eq!(code(admin.call("POST", &format!("{path}/grant"), json!({}))), (409, "CONFLICT".into()));
    let waits = other.ok("GET", "/api/accounts?q=clerk-a", Value::Null);
    assert_eq!(waits["items"][0]["reset_reason"], "遗忘密码，已核对身份证件");
    let granted = other.ok("POST", &format!("{path}/grant"), json!({}));
    let new = json!({"code": granted["code"], "password": "another-password"});
    let anyone = server.anyone();
    let wrong = anyone.call("POST", "/api/session/reset", json!({"code": "x", "password": "another-password"}));
    assert_eq!(code(wrong), (409, "CONFLICT".into()));
    let short = anyone.call("POST", "/api/session/reset", json!({"code": granted["code"], "password": "short"}));
    assert_eq!(code(short), (400, "BAD_REQUEST".into()));
    // Until it is used, the old password serves.
    clerk.ok("GET", "/api/desk/lots", Value::Null);
    anyone.ok("POST", "/api/session/reset", new.clone());
    assert_eq!(code(anyone.call("POST", "/api/session/reset", new)), (409, "CONFLICT".into()));
    assert_eq!(clerk.call("GET", "/api/desk/lots", Value::Null).0, 401);
    let sign_in =
        |password: &str| anyone.call("POST", "/api/session", json!({"login": "clerk-a", "password": password})).0;
    assert_eq!((sign_in(PASSWORD), sign_in("another-password")), (401, 200));
}
