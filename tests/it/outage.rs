//! What the platform does to lots when it was away, or is about to go: nothing that people could not answer.

use crate::house::{Server, draft, open_lot, soon};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;

const HOUR_MS: i64 = 3_600_000;

fn stage(server: &Server, lot: &str) -> Value {
    server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"]["stage"].clone()
}

#[test]
fn a_lot_that_ends_before_people_are_back_stands_still() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let ann = server.person("ann", "bidder");
    let soon_over = open_lot(&writes, &checks, &[&ann], draft("O-1", 20_000));
    let long = open_lot(&writes, &checks, &[&ann], draft("O-2", HOUR_MS));
    assert_eq!(ann.socket().bid(&soon_over, "1000.00")["accepted"], true);
    let server = Server::start_on(server.kill());
    soon(|| (stage(&server, &soon_over) == "suspended").then_some(()));
    assert_eq!(stage(&server, &long), "bidding", "an hour is time enough");
}

#[test]
fn a_stop_closes_no_lot_and_waits_for_nobody_who_is_silent() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let ann = server.person("ann", "bidder");
    let lot = open_lot(&writes, &checks, &[&ann], draft("O-1", 3_000));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
    let mut silent = TcpStream::connect(&server.host).expect("a connection");
    silent.write_all(b"GET /healthz HTTP/1.1\r\n").expect("half a request");
    let dir = server.stop();
    drop(silent);
    let server = Server::start_on(dir);
    soon(|| (stage(&server, &lot) == "suspended").then_some(()));
}

#[test]
fn a_published_lot_that_no_rule_allows_any_more_keeps_no_other_from_opening() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let written = writes.ok("POST", "/api/desk/lots", draft("O-1", HOUR_MS));
    let unfit = written["card"]["id"].as_str().expect("an id").to_string();
    checks.ok("POST", &format!("/api/desk/lots/{unfit}/check"), json!({}));
    let dir = server.kill();
    let sql = "update lots set status = 'published', terms = replace(terms, '3600000,\"extension', '0,\"extension')";
    assert_eq!(crate::house::tables(dir.path()).execute(sql, []).expect("frozen"), 1);
    let server = Server::start_on(dir);
    let (writes, checks) = (server.sign_in("c1"), server.sign_in("c2"));
    let ann = server.person("ann", "bidder");
    let lot = open_lot(&writes, &checks, &[&ann], draft("O-2", HOUR_MS));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
    let said = writes.call("POST", &format!("/api/desk/lots/{unfit}/publish"), json!({}));
    assert_eq!((said.0, &said.1["field"]), (400, &json!("terms.phases.length_ms")), "{}", said.1);
}
