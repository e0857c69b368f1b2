//! 修改密码: who chose a password knows it, so the first one opens a single door.

use crate::bank::code;
use crate::house::{GIVEN, PASSWORD, Person, Server};
use serde_json::{Value, json};
use sunbid::security::permit::{DOORS, Who};

const TO_CHANGE: &str = "PASSWORD_TO_CHANGE";

/// Signs in with a password somebody else chose.
fn with_given(server: &Server, login: &str) -> (Person, Value) {
    let person = server.anyone();
    let session = person.ok("POST", "/api/session", json!({"login": login, "password": GIVEN}));
    (person.holding(&session), session)
}

#[test]
fn a_password_somebody_else_chose_opens_one_door() {
    let server = Server::start();
    let admin = server.sign_in("admin");
    admin.ok("POST", "/api/accounts", json!({"login": "ann", "password": GIVEN, "name": "ann", "role": "bidder"}));
    let (ann, session) = with_given(&server, "ann");
    assert_eq!(session["password_to_change"], true);
    let own = "/api/me/password";
    for (method, path, who) in DOORS {
        if matches!(who, Who::Anyone | Who::Signed) || *path == own {
            continue;
        }
        let path = path.replace("{id}", "3f1d4a54-7d2c-4f1e-a9b4-5f0c4f4b2a10").replace("{no}", "1");
        assert_eq!(code(ann.call(method, &path, Value::Null)), (403, TO_CHANGE.into()), "{method} {path}");
    }
    let mut socket = server.anyone().socket();
    socket.send(json!({"type": "hello", "token": ann.token}));
    assert_eq!(socket.until("error")["code"], TO_CHANGE);
    ann.ok("GET", "/api/lots", Value::Null);

    let change = |old: &str, new: &str| ann.call("POST", own, json!({"old": old, "password": new}));
    for (old, new, field) in [("not it", PASSWORD, "old"), (GIVEN, GIVEN, "password"), (GIVEN, "short", "password")] {
        let (status, said) = change(old, new);
        assert_eq!((status, said["field"].as_str()), (400, Some(field)), "{said}");
    }
    let (status, session) = change(GIVEN, PASSWORD);
    assert_eq!((status, &session["password_to_change"]), (200, &json!(false)), "{session}");
    assert_eq!(change(GIVEN, PASSWORD).0, 401, "the session of before has ended");
    server.sign_in("ann").ok("GET", "/api/me/applications", Value::Null);
    let by_the_administrator = json!({"login": "ann", "password": GIVEN});
    assert_eq!(server.anyone().call("POST", "/api/session", by_the_administrator).0, 401);
    let trail = admin.ok("GET", "/api/audit", Value::Null);
    assert!(trail["items"].as_array().expect("rows").iter().any(|row| row["action"] == "set a new password"));
}

#[test]
fn a_rehearsal_asks_nobody_and_the_same_house_in_earnest_asks_all() {
    let server = Server::start_rehearsal();
    let new = json!({"login": "ann", "password": GIVEN, "name": "ann", "role": "bidder"});
    server.sign_in("admin").ok("POST", "/api/accounts", new);
    let (ann, session) = with_given(&server, "ann");
    assert_eq!(session["password_to_change"], false);
    ann.ok("GET", "/api/me/applications", Value::Null);
    let server = Server::start_on(server.kill());
    let (ann, session) = with_given(&server, "ann");
    assert_eq!(session["password_to_change"], true);
    assert_eq!(code(ann.call("GET", "/api/me/applications", Value::Null)), (403, TO_CHANGE.into()));
    server.sign_in("admin").ok("GET", "/api/audit", Value::Null);
}

#[test]
fn who_changes_his_password_goes_on_and_his_other_sessions_end() {
    let server = Server::start();
    let here = server.person("ann", "bidder");
    let elsewhere = server.sign_in("ann");
    let mut socket = elsewhere.socket();
    let session = here.ok("POST", "/api/me/password", json!({"old": PASSWORD, "password": "known to me alone"}));
    assert_eq!(elsewhere.call("GET", "/api/me", Value::Null).0, 401);
    assert_eq!(elsewhere.call("POST", "/api/session/refresh", json!({})).0, 401);
    let bid = json!({"type": "bid", "lot": uuid::Uuid::new_v4(), "key": uuid::Uuid::new_v4(), "amount": "1.00"});
    socket.send(bid);
    assert_eq!(socket.until("error")["code"], "TOKEN_INVALID");
    assert_eq!(here.call("POST", "/api/session/refresh", json!({})).0, 200);
    let here = here.holding(&session);
    here.ok("GET", "/api/me/applications", Value::Null);
    server.sign_in_with("ann", "known to me alone");
}
