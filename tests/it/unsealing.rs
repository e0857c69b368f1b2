//! Bidders' names are sealed until the close; two supervisors open them, and each reading is noted.

use crate::approval::{act, begin, register, upload};
use crate::house::{Server, draft, open_lot, soon};
use serde_json::{Value, json};

#[test]
fn names_are_sealed_until_the_close_but_for_two_supervisors_word() {
    let server = Server::start();
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let (one, two, third) =
        (server.person("one", "supervisor"), server.person("two", "supervisor"), server.person("third", "supervisor"));
    let bidder = server.person("bidder", "bidder");
    register(&bidder, &server.person("officer", "officer"), "甲公司", "91440300708461136T");
    let lot = open_lot(&clerk, &checker, &[&bidder], draft("SEALED-1", 600_000));
    let path = format!("/api/lots/{lot}/bidders");
    for who in [&clerk, &one, &two] {
        let (status, said) = who.call("GET", &path, Value::Null);
        assert_eq!((status, said["code"].as_str()), (403, Some("SEALED")));
    }
    let asks = format!("/api/lots/{lot}/unsealings");
    assert_eq!(one.call("POST", &asks, json!({"reason": " "})).1["field"], "reason");
    let asked = one.ok("POST", &asks, json!({"reason": "核查举报线索"}));
    let grant = format!("{asks}/{}/grant", asked[0]["id"].as_str().expect("an id"));
    assert_eq!(one.call("POST", &grant, json!({})).1["code"], "UNSEALING_ANOTHER_PERSON");
    assert_eq!(one.call("GET", &path, Value::Null).0, 403, "asking opens nothing");
    two.ok("POST", &grant, json!({}));
    for who in [&one, &two] {
        let names = who.ok("GET", &path, Value::Null);
        assert_eq!(
            (names[0]["registered_name"].as_str(), names[0]["code"].as_str()),
            (Some("甲公司"), Some("91440300708461136T"))
        );
    }
    for who in [&clerk, &third] {
        assert_eq!(who.call("GET", &path, Value::Null).0, 403, "it serves the two");
    }
    let noted = one.ok("GET", "/api/audit", Value::Null);
    let readings: Vec<_> = noted["items"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["action"] == "read sealed bidders")
        .map(|row| (row["login"].as_str(), row["purpose"].as_str()))
        .collect();
    assert_eq!(readings, [(Some("two"), Some("核查举报线索")), (Some("one"), Some("核查举报线索"))]);

    let asked = soon(|| {
        let alerts = third.ok("GET", &format!("/api/supervision/alerts?lot={lot}&rule=sealed_read_early"), Value::Null);
        alerts["items"].as_array().filter(|readings| readings.len() == 2).cloned()
    });
    for reading in asked {
        assert_eq!(
            (reading["level"].as_str(), &reading["paddles"]),
            (Some("yellow"), &json!([])),
            "others may ask why"
        );
    }

    // Nor is there a way round: the trail and the cases name no bidder of an open lot.
    let rows = noted["items"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["role"] == "bidder"), "his acts are on record");
    assert!(rows.iter().all(|row| row["role"] != "bidder" || row.get("login").is_none()), "{noted}");
    let case = begin(&bidder, "BID-APPLICATION", Some(&format!("{lot}/1")), json!({"statement": "符合条件"}));
    upload(&bidder, &case, "application");
    act(&bidder, &case, json!({"act": "file"}));
    assert_eq!(one.call("GET", &format!("/api/cases/{case}"), Value::Null).1["code"], "SEALED");
    assert_eq!(one.ok("GET", "/api/inbox", Value::Null)["total"], 0);

    clerk.ok("POST", &format!("/api/desk/lots/{lot}/terminate"), json!({"ground": "测试结束"}));
    let names = soon(|| Some(clerk.call("GET", &path, Value::Null)).filter(|(status, _)| *status == 200));
    assert_eq!(names.1[0]["account"], "bidder");
    soon(|| (one.ok("GET", "/api/inbox", Value::Null)["total"] == 1).then_some(()));
    one.ok("GET", &format!("/api/cases/{case}"), Value::Null);
}
