//! Who did what is on record, and a record that was touched is found.

use crate::house::{Server, draft, soon, verify};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn every_change_is_a_row_and_a_reading_is_none() {
    let server = Server::start();
    let (clerk, supervisor) = (server.person("clerk", "clerk"), server.person("supervisor", "supervisor"));
    let lot = clerk.ok("POST", "/api/desk/lots", draft("AUDIT-1", 60_000));
    let id = lot["card"]["id"].as_str().expect("an id");
    let (refused, _) = clerk.call("POST", &format!("/api/desk/lots/{id}/check"), json!({}));
    assert_eq!(refused, 409);
    clerk.ok("GET", &format!("/api/desk/lots/{id}"), Value::Null);
    let page = supervisor.ok("GET", "/api/audit", Value::Null);
    let seen: Vec<(&str, &str, u64)> = page["items"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["login"] == "clerk")
        .map(|row| {
            (
                row["action"].as_str().expect("text"),
                row["subject"].as_str().expect("text"),
                row["status"].as_u64().expect("a number"),
            )
        })
        .collect();
    let clerk_id = clerk.ok("GET", "/api/me", Value::Null)["id"].clone();
    let own = supervisor.ok("GET", &format!("/api/audit?account={}", clerk_id.as_str().expect("an id")), Value::Null);
    let own = own["items"].as_array().expect("rows");
    assert!(own.len() == 5 && own.iter().all(|row| row["account"] == clerk_id), "one person's rows: {own:?}");
    let check = format!("/api/desk/lots/{id}/check");
    assert_eq!(
        seen,
        [
            ("POST /api/desk/lots/{id}/check", check.as_str(), 409),
            ("POST /api/desk/lots", "/api/desk/lots", 200),
            ("POST /api/me/password", "/api/me/password", 200),
            ("set a new password", "", 200),
            ("sign in", "", 200),
        ]
    );
}

#[test]
fn rows_are_not_changed_and_a_changed_row_is_named() {
    let server = Server::start();
    server.person("clerk", "clerk");
    let dir = server.kill();
    let data = dir.path().join("data");
    let (whole, said) = verify(&data);
    assert!(whole && said.contains("audit rows chained"), "{said}");
    let tables = Connection::open(data.join("sunbid.db")).expect("opens");
    for touch in ["update audit set subject = 'x' where n = 1", "delete from audit where n = 1"] {
        let refused = tables.execute(touch, []).expect_err("append only").to_string();
        assert!(refused.contains("audit_is_append_only"), "{refused}");
    }
    tables
        .execute_batch("drop trigger audit_is_not_changed; update audit set subject = 'x' where n = 1")
        .expect("by force");
    let (whole, said) = verify(&data);
    assert!(!whole && said.contains("audit row 1"), "{said}");
}

/// Anchors the journal holds.
fn anchors(data: &Path) -> i64 {
    let journal = Connection::open(data.join("journal.db")).expect("opens");
    let held = "select count(*) from journal where instr(body, '\"audit_head\"') > 0";
    journal.query_row(held, [], |row| row.get(0)).expect("a number")
}

fn cut(data: &Path, rows: &str) {
    let tables = Connection::open(data.join("sunbid.db")).expect("opens");
    tables.execute_batch(&format!("drop trigger if exists audit_is_not_erased; {rows}")).expect("by force");
}

#[test]
fn a_trail_whose_end_was_cut_is_named_from_the_stop_on_and_for_good() {
    let server = Server::start();
    server.person("clerk", "clerk");
    let dir = server.stop();
    let data = dir.path().join("data");
    assert_eq!(anchors(&data), 1, "a clean stop notes the head");
    assert!(verify(&data).0);
    cut(&data, "delete from audit where n = (select max(n) from audit)");
    let (whole, said) = verify(&data);
    assert!(!whole && said.contains("noted at entry") && said.contains("the trail was cut"), "{said}");
    // The server goes on, rows come in the place of those that went, and the cut is still told.
    let server = Server::start_on(dir);
    for _ in 0..3 {
        server.sign_in("clerk");
    }
    let (whole, said) = verify(&server.stop().path().join("data"));
    assert!(!whole && said.contains("the trail was cut"), "{said}");
}

#[test]
fn a_trail_made_anew_no_longer_fits_what_the_start_noted() {
    let server = Server::start();
    server.person("clerk", "clerk");
    // A power cut: nothing was noted, and the next start does it.
    let server = Server::start_on(server.kill());
    let data = server.dir.path().join("data");
    soon(|| (anchors(&data) == 1).then_some(()));
    let dir = server.kill();
    let (whole, said) = verify(&data);
    assert!(whole, "{said}");
    cut(&data, "delete from audit");
    let (whole, said) = verify(&data);
    assert!(!whole && said.contains("the trail was cut"), "{said}");
    drop(dir);
}
