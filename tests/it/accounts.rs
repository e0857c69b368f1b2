//! 账号管理: a person switched off is out at once, his papers stay; a new password, an account for staff and
//! what it may do take two administrators.

use crate::bank::code;
use crate::house::{GIVEN, PASSWORD, Server, draft, open_lot, soon};
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
    assert_eq!(act("disable", "涉嫌串通，依通知暂停").0, 200);

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

    let (status, back) = act("enable", "核查完毕");
    assert_eq!((status, back["account"]["login"].as_str()), (200, Some("bidder-a")), "a bidder comes back at once");
    assert_eq!(sign_in().0, 200);
    let heard = server.sign_in("bidder-a").socket().bid(&id, "1002.00");
    assert_eq!(heard["code"], "ALREADY_LEADING", "he is heard again, and his bid still leads: {heard}");
    let own = admin.ok("GET", "/api/accounts?q=admin", Value::Null);
    assert_eq!(own["items"][0]["login"], "admin");
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

/// A valid identity number (GB 11643) with the given serial digits.
pub fn id_number(serial: u32) -> String {
    let body = format!("44030019900101{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", &"10X98765432"[sum as usize % 11..][..1])
}

#[test]
fn staff_come_to_be_and_change_and_come_back_by_two_persons() {
    let server = Server::start();
    let (admin, second) = (server.sign_in("admin"), server.sign_in("admin2"));
    let center = admin.ok("GET", "/api/centers", Value::Null)[0]["id"].clone();
    let district = admin.ok("GET", "/api/centers", Value::Null)[1]["id"].clone();
    let new = json!({"login": "clerk-a", "password": GIVEN, "name": "王经办", "role": "clerk", "center_id": center,
        "id_number": id_number(11)});
    let sign_in = || server.anyone().call("POST", "/api/session", json!({"login": "clerk-a", "password": PASSWORD}));
    let wrong = json!({"login": "x", "password": PASSWORD, "name": "x", "role": "clerk", "center_id": center,
        "id_number": "440300199001010000"});
    let (status, said) = admin.call("POST", "/api/accounts", wrong);
    assert_eq!((status, said["field"].as_str()), (400, Some("id_number")), "{said}");

    // One administrator proposes; nothing is there until another agrees.
    let step = admin.ok("POST", "/api/accounts", new.clone());
    assert!(step.get("account").is_none(), "{step}");
    assert_eq!(sign_in().0, 401);
    assert_eq!(admin.ok("GET", "/api/accounts?q=clerk-a", Value::Null)["total"], 0);
    assert_eq!(code(second.call("POST", "/api/accounts", new.clone())), (409, "CONFLICT".into()), "it waits already");
    let path = |step: &Value| format!("/api/staff-proposals/{}", step["proposal"].as_str().expect("a proposal"));
    assert_eq!(code(admin.call("POST", &format!("{}/grant", path(&step)), json!({}))), (409, "CONFLICT".into()));
    let listed = second.ok("GET", "/api/staff-proposals", Value::Null);
    assert_eq!(
        (&listed[0]["login"], &listed[0]["mine"], &listed[0]["identified"]),
        (&json!("clerk-a"), &json!(false), &json!(true))
    );
    assert!(!listed.to_string().contains(&id_number(11)));
    second.ok("POST", &format!("{}/grant", path(&step)), json!({}));
    server.newcomer("clerk-a");
    assert_eq!(sign_in().0, 200);
    assert_eq!(code(second.call("POST", &format!("{}/grant", path(&step)), json!({}))), (409, "CONFLICT".into()));

    // A refused one leaves its login free; one's own is taken back.
    let officer = json!({"login": "b", "password": PASSWORD, "name": "b", "role": "supervisor"});
    let refused = admin.ok("POST", "/api/accounts", officer.clone());
    second.ok("POST", &format!("{}/refuse", path(&refused)), json!({"reason": "未见任命文件"}));
    let again = admin.ok("POST", "/api/accounts", officer);
    admin.ok("POST", &format!("{}/refuse", path(&again)), json!({"reason": "填错"}));
    assert_eq!(second.ok("GET", "/api/staff-proposals", Value::Null), json!([]));

    // Another center: his session of before ends, the next one knows it.
    let clerk = server.sign_in("clerk-a");
    let row = admin.ok("GET", "/api/accounts?q=clerk-a", Value::Null)["items"][0].clone();
    assert_eq!(row["identified"], true);
    let account = format!("/api/accounts/{}", row["id"].as_str().expect("an id"));
    let change = json!({"center_id": district, "reason": "轮岗"});
    assert_eq!(clerk.call("POST", &format!("{account}/change"), change.clone()).0, 403);
    let step = admin.ok("POST", &format!("{account}/change"), change);
    clerk.ok("GET", "/api/desk/lots", Value::Null);
    assert_eq!(clerk.ok("GET", "/api/me", Value::Null)["center_id"], center, "until somebody agrees");
    second.ok("POST", &format!("{}/grant", path(&step)), json!({}));
    assert_eq!(clerk.call("GET", "/api/me", Value::Null).0, 401);
    assert_eq!(server.sign_in("clerk-a").ok("GET", "/api/me", Value::Null)["center_id"], district);

    // Switched off by one at once; back by two.
    admin.ok("POST", &format!("{account}/disable"), json!({"reason": "接受调查"}));
    let step = admin.ok("POST", &format!("{account}/enable"), json!({"reason": "调查结束"}));
    assert_eq!(sign_in().0, 401);
    second.ok("POST", &format!("{}/grant", path(&step)), json!({}));
    assert_eq!(sign_in().0, 200);

    let trail = admin.ok("GET", "/api/audit", Value::Null).to_string();
    for noted in
        ["propose staff: new", "grant staff: new", "refuse staff: new", "propose staff: enable", "grant staff: enable"]
    {
        assert!(trail.contains(noted), "{noted}");
    }
}

/// What waits for a second word of what was answered.
fn waits(step: &Value) -> String {
    format!("/api/staff-proposals/{}/grant", step["proposal"].as_str().expect("a proposal"))
}

#[test]
fn an_administrator_goes_by_two_persons_and_who_had_him_go_chooses_nobody_to_second_him() {
    let server = Server::start();
    let supervisor = server.person("watch-a", "supervisor");
    let (admin, second) = (server.sign_in("admin"), server.sign_in("admin2"));
    let propose = |login: &str| {
        let new = json!({"login": login, "password": GIVEN, "name": login, "role": "notary"});
        waits(&admin.ok("POST", "/api/accounts", new))
    };
    let grant = propose("notary-a");
    assert_eq!(supervisor.call("POST", &grant, json!({})).0, 403, "there is another administrator");
    let found = admin.ok("GET", "/api/accounts?q=admin2", Value::Null);
    let off = format!("/api/accounts/{}/disable", found["items"][0]["id"].as_str().expect("an id"));
    let step = admin.ok("POST", &off, json!({"reason": "离职"}));
    let going = waits(&step);
    second.ok("GET", "/api/accounts", Value::Null);
    assert_eq!(code(admin.call("POST", &going, json!({}))), (409, "CONFLICT".into()), "nobody seconds himself");
    assert_eq!(code(second.call("POST", &going, json!({}))), (409, "CONFLICT".into()), "nor what is about himself");
    // No administrator is left beside these two.
    supervisor.ok("POST", &going, json!({}));
    assert_eq!(second.call("GET", "/api/accounts", Value::Null).0, 401);
    let gone = admin.ok("GET", "/api/accounts?q=admin2", Value::Null);
    assert_eq!(gone["items"][0]["disabled_reason"], "离职");

    for grant in [grant, propose("notary-b")] {
        let (status, said) = supervisor.call("POST", &grant, json!({}));
        assert_eq!(status, 409, "{said}");
        assert!(said["en"].as_str().expect("a sentence").contains("--second-admin"), "{said}");
    }

    // A house left with one administrator is given a second by whoever starts the server.
    let grant = propose("notary-c");
    let more = ["--second-admin", &format!("admin3:{GIVEN}")];
    let server = Server::start_with(server.kill(), &more);
    let third = server.newcomer("admin3");
    third.ok("POST", &grant, json!({}));
    server.newcomer("notary-c");
    assert!(
        third.ok("GET", "/api/audit", Value::Null).to_string().contains("second administrator from the command line")
    );
}

#[test]
fn a_supervisor_seconds_where_a_single_administrator_is_left_who_had_nobody_go() {
    let server = Server::start();
    let supervisor = server.person("watch-a", "supervisor");
    // As in a house begun before the platform had two.
    server
        .tables()
        .execute("update accounts set disabled = 1, disabled_at = 1 where login = 'admin2'", [])
        .expect("one");
    let new = json!({"login": "notary-a", "password": GIVEN, "name": "n", "role": "notary"});
    let grant = waits(&server.sign_in("admin").ok("POST", "/api/accounts", new));
    supervisor.ok("POST", &grant, json!({}));
    server.newcomer("notary-a");
}
