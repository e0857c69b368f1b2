//! Behind a reverse proxy: whose address counts, and whose word on it.

use crate::house::{PASSWORD, Server, draft, open_lot};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

/// Wrong passwords for one login from one address; one more is told to wait.
const TRIES_MAX: usize = 10;

fn serve(more: &[&str]) -> Server {
    Server::start_with(TempDir::new().expect("a folder"), more)
}

/// Tries a wrong password through a proxy that says this of its caller.
fn try_password(server: &Server, header: &str, said: &str) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let login = json!({"login": "ann", "password": format!("not {PASSWORD}")});
    let request = agent.post(format!("http://{}/api/session", server.host)).header(header, said);
    request.send_json(login).expect("an answer").status().as_u16()
}

#[test]
fn behind_a_trusted_proxy_each_caller_has_limits_of_his_own() {
    for (more, header, said) in [
        (
            &["--trusted-proxy", "10.0.0.0/8,127.0.0.1"][..],
            "x-forwarded-for",
            ["198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.8"],
        ),
        (
            &["--trusted-proxy", "127.0.0.0/8", "--proxy-forwarded"],
            "forwarded",
            ["for=198.51.100.9, for=203.0.113.7;proto=https", "for=\"[2001:db8::8]:4711\""],
        ),
    ] {
        let server = serve(more);
        let [first, second] = said;
        for _ in 0..TRIES_MAX {
            assert_eq!(try_password(&server, header, first), 401);
        }
        assert_eq!(try_password(&server, header, first), 429);
        let disguised = first.replace("198.51.100.9", "192.0.2.1");
        assert_eq!(try_password(&server, header, &disguised), 429, "what the caller himself wrote is hearsay");
        assert_eq!(try_password(&server, header, second), 401, "a neighbour behind the same proxy");
    }
}

#[test]
fn nobody_else_is_believed() {
    for more in [&[][..], &["--trusted-proxy", "192.0.2.0/24"], &["--trusted-proxy", "127.0.0.1", "--proxy-forwarded"]]
    {
        let server = serve(more);
        for nth in 0..TRIES_MAX {
            assert_eq!(try_password(&server, "x-forwarded-for", &format!("203.0.113.{nth}")), 401);
        }
        assert_eq!(try_password(&server, "x-forwarded-for", "203.0.113.99"), 429, "{more:?}");
    }
}

/// The networks' names in the record.
fn networks(data: &Path) -> Vec<String> {
    let journal = Connection::open(data.join("journal.db")).expect("a journal");
    let mut rows = journal.prepare("select body from journal order by first_n").expect("rows");
    let rows = rows.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
    let bodies: Vec<String> = rows.map(|body| String::from_utf8(body.expect("a row")).expect("lines")).collect();
    let network =
        |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["network"].as_str().map(str::to_string);
    bodies.iter().flat_map(|body| body.lines()).filter_map(network).collect()
}

#[test]
fn the_record_tells_the_networks_of_two_bidders_behind_one_proxy_apart() {
    let server = serve(&["--trusted-proxy", "127.0.0.1"]);
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann, &bo], draft("P-1", 3_600_000));
    let mut anns = ann.socket_through(&[("x-forwarded-for", "203.0.113.7")]);
    let mut bos = bo.socket_through(&[("x-forwarded-for", "203.0.113.8")]);
    let told = [anns.bid(&lot, "1000.00"), bos.bid(&lot, "1001.00"), anns.bid(&lot, "1002.00")];
    assert!(told.iter().all(|told| told["accepted"] == true), "{told:?}");
    let dir = server.kill();
    let told = networks(&dir.path().join("data"));
    assert_eq!((told.len(), told[0] == told[2]), (3, true), "{told:?}");
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 2, "{told:?}");
}
