//! Open data through the front door: mirrors miss nothing and see nothing twice, nothing is told too
//! early, and what was published stays.

use crate::house::{Person, Server, draft, open_lot, soon};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const OCID: &str = "ocds-sunbid-";

/// Reads the feed from where it stands to its end, and notes what is wrong with it.
pub struct Mirror {
    person: Person,
    after: i64,
    /// Release ids in the feed's order.
    pub seen: Vec<String>,
}

impl Mirror {
    pub fn of(server: &Server) -> Mirror {
        Mirror { person: server.anyone(), after: 0, seen: Vec::new() }
    }

    /// One page of changes and the releases they name; whether there was anything.
    pub fn step(&mut self, limit: i64) -> bool {
        let get = |door: &str, limit| format!("/api/open/{door}?after={}&limit={limit}", self.after);
        let package = self.person.ok("GET", &get("releases", limit), Value::Null);
        let releases = package["releases"].as_array().expect("releases");
        if releases.is_empty() {
            return false;
        }
        // A page of releases ends early where they are heavy; changes are numbers only.
        let page = self.person.ok("GET", &get("changes", releases.len() as i64), Value::Null);
        let changes = page["changes"].as_array().expect("changes");
        for (nth, change) in changes.iter().enumerate() {
            assert_eq!(change["n"], self.after + 1 + nth as i64, "no number is missing and none comes twice");
            assert_eq!(change["release"], releases[nth]["id"], "the feed and the packages are in one order");
            self.seen.push(change["release"].as_str().expect("an id").to_string());
        }
        self.after += changes.len() as i64;
        changes.len() == releases.len()
    }
}

#[test]
fn mirrors_that_read_while_the_floor_is_busy_miss_nothing_and_see_nothing_twice() {
    const LOTS: usize = 30;
    const CHANGES: i64 = 2_000;
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let bidders: Vec<Person> = (0..5).map(|n| server.person(&format!("b{n}"), "bidder")).collect();
    let lots: Vec<String> = (0..LOTS)
        .map(|n| {
            let mut lot = draft(&format!("O-{n}"), 3_600_000);
            lot["terms"]["self_outbid"] = json!(true);
            open_lot(&writes, &checks, &[&bidders[n % bidders.len()]], lot)
        })
        .collect();
    let latest = || server.anyone().ok("GET", "/api/open/changes?limit=1", Value::Null)["latest"].as_i64();
    let done = AtomicBool::new(false);
    let mirrors: Vec<Mirror> = std::thread::scope(|scope| {
        for (nth, bidder) in bidders.iter().enumerate() {
            let (lots, done, people) = (&lots, &done, bidders.len());
            scope.spawn(move || {
                let mut socket = bidder.socket();
                for price in 1_000.. {
                    for lot in lots.iter().skip(nth).step_by(people) {
                        assert_eq!(socket.bid(lot, &format!("{price}.00"))["accepted"], true);
                    }
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    std::thread::park_timeout(Duration::from_millis(40));
                }
            });
        }
        let reading: Vec<_> = [7, 100]
            .map(|limit| {
                let (mut mirror, done) = (Mirror::of(&server), &done);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        if !mirror.step(limit) {
                            std::thread::park_timeout(Duration::from_millis(20));
                        }
                    }
                    mirror
                })
            })
            .into_iter()
            .collect();
        soon(|| (latest() >= Some(CHANGES)).then_some(()));
        done.store(true, Ordering::Relaxed);
        reading.into_iter().map(|reading| reading.join().expect("a mirror")).collect()
    });
    // What was still under way when the bidders stopped.
    let quiet = soon(|| {
        let before = latest();
        std::thread::park_timeout(Duration::from_millis(500));
        (latest() == before).then_some(before)
    });
    for mut mirror in mirrors {
        while mirror.step(100) {}
        assert_eq!(Some(mirror.seen.len() as i64), quiet);
        let once: BTreeSet<&String> = mirror.seen.iter().collect();
        assert_eq!(once.len(), mirror.seen.len());
    }
}

fn package(server: &Server, path: &str) -> Value {
    server.anyone().ok("GET", &format!("/api/open/{path}"), Value::Null)
}

/// A lot's newest release, once it satisfies.
fn newest(server: &Server, lot: &str, is: impl Fn(&Value) -> bool) -> Value {
    soon(|| {
        let (status, package) = server.anyone().call("GET", &format!("/api/open/records/{OCID}{lot}"), Value::Null);
        let compiled = package["records"][0]["compiledRelease"].clone();
        (status == 200 && is(&compiled)).then_some(compiled)
    })
}

#[test]
fn before_the_close_there_are_no_bidders_and_after_it_paddles() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann, &bo], draft("P-1", 4_000));
    ann.socket().bid(&lot, "1000.00");
    bo.socket().bid(&lot, "1200.50");
    let running = newest(&server, &lot, |release| release["bids"]["statistics"][0]["value"] == 2);
    assert_eq!(running["tender"]["status"], "active");
    assert_eq!(running["bids"]["statistics"][1]["value"], 1200.5);
    assert!(running["bids"].get("details").is_none() && running.get("awards").is_none(), "{running}");
    assert!(running["tender"].get("tenderers").is_none());
    let said = running.to_string();
    assert!(!said.contains("paddle-") && !said.contains("\"ann\"") && !said.contains("\"bo\""), "{said}");

    let closed = newest(&server, &lot, |release| release["tender"]["status"] == "complete");
    assert_eq!(closed["bids"]["details"].as_array().map(Vec::len), Some(2));
    let award = &closed["awards"][0];
    assert_eq!((&award["status"], &award["value"]["amount"]), (&json!("active"), &json!(1200.5)));
    assert_eq!(award["relatedLots"][0], json!(lot));
    let bid = closed["bids"]["details"].as_array().expect("bids").iter().find(|bid| bid["id"] == award["relatedBid"]);
    assert_eq!(bid.expect("the award's bid")["value"]["amount"], 1200.5);
    let ends = closed["tender"]["tenderPeriod"]["endDate"].as_str().expect("an end");
    assert_eq!(award["date"], ends, "the real close");
    let said = closed.to_string();
    assert!(!said.contains("\"ann\"") && !said.contains("\"bo\""), "a lot without a notice of its result names nobody");
    assert_eq!(dangling(&closed), Vec::<String>::new());

    // Amounts are the decimals that were bid, digit by digit.
    let text = server.anyone().text(&format!("/api/open/records/{OCID}{lot}"));
    assert!(text.contains("\"amount\":1200.50,"), "{text}");
    let log = package(&server, &format!("bids/{OCID}{lot}?limit=1"));
    assert_eq!((&log["bids"][0]["amount"], log["next_after"].is_u64()), (&json!("1000.00"), true));
    let csv = server.anyone().text("/api/open/bids.csv");
    assert_eq!(csv.lines().filter(|line| line.starts_with(&format!("{OCID}{lot},"))).count(), 2, "{csv}");
    assert!(server.anyone().text("/api/open/lots.csv").contains(&format!("{OCID}{lot},P-1,equipment")));
    let lines = server.anyone().text("/api/open/releases.jsonl");
    let counted = server.anyone().ok("GET", "/api/open", Value::Null)["counts"]["releases"].clone();
    assert_eq!(json!(lines.lines().count()), counted);
}

/// Every organization referred to that is no party.
pub fn dangling(release: &Value) -> Vec<String> {
    let parties: BTreeSet<&str> =
        release["parties"].as_array().expect("parties").iter().filter_map(|party| party["id"].as_str()).collect();
    let mut lost = Vec::new();
    let mut check = |reference: &Value| {
        let id = reference["id"].as_str().unwrap_or("no id");
        if !parties.contains(id) {
            lost.push(id.to_string());
        }
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    check(&release["tender"]["procuringEntity"]);
    list(&release["tender"]["tenderers"]).iter().for_each(&mut check);
    for bid in list(&release["bids"]["details"]) {
        list(&bid["tenderers"]).iter().for_each(&mut check);
    }
    let bids: BTreeSet<String> = list(&release["bids"]["details"]).iter().map(|bid| bid["id"].to_string()).collect();
    for award in list(&release["awards"]) {
        list(&award["suppliers"]).iter().for_each(&mut check);
        if !bids.contains(&award["relatedBid"].to_string()) {
            check(&json!({"id": format!("bid {}", award["relatedBid"])}));
        }
    }
    lost
}
