//! Every selling method through a whole life, and what open data tell of it. With OCDS_OUT set, the
//! release and record packages are written there, for the standard's own validator (tests/ocds.sh);
//! OCDS_COPIES makes more lots of each method.

use crate::house::{Person, Server, Socket, draft, open_lot_seated};
use crate::open::dangling;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// No method shortened as here takes so long.
const PATIENCE: Duration = Duration::from_secs(240);

/// What becomes of a lot, by its copy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    BidOn,
    /// Bid up to the ceiling at once, where there is one.
    ToTheTop,
    CalledOff,
    LeftAlone,
}

const FATES: [Fate; 4] = [Fate::ToTheTop, Fate::CalledOff, Fate::BidOn, Fate::LeftAlone];

struct Lot {
    id: String,
    fate: Fate,
    terms: Value,
    paddles: Vec<u64>,
    /// Who has done his part in which phase.
    done: BTreeSet<String>,
}

/// Hours become seconds; a rule keeps its kind.
fn shorten(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let ms = match name.as_str() {
                    "length_ms" | "inquiry_ms" | "collect_ms" | "round_ms" => 2_500,
                    "period_ms" => 1_500,
                    "reveal_ms" => 20_000,
                    "every_ms" | "turn_ms" | "lead_ms" => 700,
                    "pause_ms" | "window_ms" => 200,
                    "freeze_ms" | "recent_ms" => 0,
                    _ => {
                        if name == "broadcasts_ms" {
                            *field = json!([]);
                        }
                        shorten(field);
                        continue;
                    }
                };
                *field = json!(ms);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        _ => {}
    }
}

struct Hall {
    server: Server,
    writes: Person,
    checks: Person,
    supervisor: Person,
    bidders: Vec<Person>,
    sockets: Vec<Socket>,
}

impl Hall {
    fn open() -> Hall {
        let server = Server::start();
        let bidders: Vec<Person> = ["ann", "bo", "cy"].map(|login| server.person(login, "bidder")).into();
        Hall {
            writes: server.person("c1", "clerk"),
            checks: server.person("c2", "clerk"),
            supervisor: server.person("sue", "supervisor"),
            sockets: bidders.iter().map(Person::socket).collect(),
            bidders,
            server,
        }
    }

    /// What is offered: a profile's code and its terms, shortened, so often each.
    fn offered(&self, copies: usize) -> Vec<(String, Value, Fate)> {
        let profiles = self.writes.ok("GET", "/api/profiles", Value::Null);
        let mut offered = Vec::new();
        for profile in profiles.as_array().expect("profiles") {
            let mut terms = profile["terms"].clone();
            shorten(&mut terms);
            // Set by two clerks in a window of hours: not what is told here.
            let fields = terms.as_object_mut().expect("terms");
            fields.remove("reserve_entry");
            fields.remove("reserve_offer_ms");
            for copy in 0..copies {
                let number = format!("{}-{copy}", profile["id"].as_str().expect("an id"));
                offered.push((number, terms.clone(), FATES[copy % FATES.len()]));
            }
        }
        offered
    }

    fn open_lot(&self, (number, terms, fate): (String, Value, Fate)) -> Lot {
        let mut lot = draft(&number, 1);
        lot["terms"] = terms.clone();
        let seated: Vec<&Person> = self.bidders.iter().collect();
        let (id, paddles) = open_lot_seated(&self.writes, &self.checks, &seated, lot);
        Lot { id, fate, terms, paddles, done: BTreeSet::new() }
    }

    /// Does what the moment asks of each lot; those that ended are left out.
    fn round(&mut self, running: Vec<Lot>) -> Vec<Lot> {
        let mut left = Vec::new();
        for mut lot in running {
            let state = self.server.anyone().ok("GET", &format!("/api/lots/{}", lot.id), Value::Null)["state"].clone();
            if state.get("outcome").is_none() {
                self.move_on(&mut lot, &state);
                left.push(lot);
            }
        }
        left
    }

    fn say(&mut self, bidder: usize, frame: Value) -> bool {
        self.sockets[bidder].send(frame);
        self.sockets[bidder].until("reply")["accepted"] == true
    }

    fn bid(&mut self, lot: &Lot, bidder: usize, amount: &str) -> bool {
        let key = uuid::Uuid::new_v4();
        self.say(bidder, json!({"type": "bid", "lot": lot.id, "key": key, "amount": amount}))
    }

    fn offer(&mut self, lot: &Lot, bidder: usize, offer: Value) -> bool {
        let key = uuid::Uuid::new_v4();
        self.say(bidder, json!({"type": "offer", "lot": lot.id, "key": key, "offer": offer}))
    }

    fn desk(&self, lot: &Lot, act: &str, body: Value) -> bool {
        self.writes.call("POST", &format!("/api/desk/lots/{}/{act}", lot.id), body).0 == 200
    }

    /// Does what the running phase asks of people, once each.
    fn move_on(&mut self, lot: &mut Lot, state: &Value) {
        if lot.fate == Fate::LeftAlone {
            return;
        }
        let phase = state["phase"].as_str().unwrap_or_default().to_string();
        let room = &state["room"];
        let once = |lot: &mut Lot, who: &str| lot.done.insert(format!("{phase} {} {who}", state["phase_index"]));
        match phase.as_str() {
            "open" | "free" | "timed" => self.bid_openly(lot, state),
            "inquiry" | "ceiling_inquiry" => {
                for bidder in 0..3 {
                    if once(lot, &format!("{bidder}")) {
                        let key = uuid::Uuid::new_v4();
                        self.say(bidder, json!({"type": "answer", "lot": lot.id, "key": key, "yes": true}));
                    }
                }
            }
            "sealed" => {
                for bidder in 0..3 {
                    if once(lot, &format!("{bidder}")) {
                        let amount = beside(lot, state, bidder as i64);
                        self.bid(lot, bidder, &amount);
                    }
                }
            }
            "dutch" if room["step"].as_u64() >= Some(1) => {
                let shown = room["shown"].as_str().expect("a price").to_string();
                self.bid(lot, 0, &shown);
            }
            "lottery" => self.draw(lot),
            "area" if once(lot, "area") => {
                let least = room["minimum"].as_str().expect("an area").to_string();
                self.bid(lot, 1, &least);
            }
            "weighted" => {
                for bidder in 0..3 {
                    if once(lot, &format!("{bidder}")) {
                        let amount = beside(lot, state, 100_000 * bidder as i64);
                        self.offer(lot, bidder, json!({"kind": "marks", "amount": amount, "marks": [30 + bidder, 40]}));
                    }
                }
            }
            "scored" if once(lot, "scored") => {
                for paddle in &lot.paddles {
                    for expert in 0..5 {
                        let word = json!({"expert": expert, "paddle": paddle, "pass": true, "points": "60.00"});
                        self.checks.call("POST", &format!("/api/desk/lots/{}/scores", lot.id), word.clone());
                        self.desk(lot, "scores", word);
                    }
                }
            }
            "call" => {
                let unit = lot.terms["phases"][0]["unit"].clone();
                for bidder in 0..3 {
                    if once(lot, &format!("{bidder}")) {
                        let price = stepped(lot, bidder as i64);
                        self.offer(
                            lot,
                            bidder,
                            json!({"kind": "order", "side": "buy", "price": price, "quantity": unit}),
                        );
                    }
                }
            }
            "rising" => {
                let products = room["prices"].as_array().expect("prices").len();
                for bidder in 0..3 {
                    if once(lot, &format!("{bidder} in round {}", room["round"])) {
                        self.offer(lot, bidder, json!({"kind": "demand", "quantities": vec![1; products]}));
                    }
                }
            }
            "exchange" if once(lot, "exchange") => {
                for (bidder, side) in [(0, "sell"), (1, "buy")] {
                    let price = stepped(lot, 0);
                    self.offer(lot, bidder, json!({"kind": "order", "side": side, "price": price, "quantity": 5}));
                }
            }
            _ => {}
        }
        if lot.fate == Fate::CalledOff && state["bids"].as_u64() > Some(0) {
            self.desk(lot, "terminate", json!({"ground": "权属争议"}));
        }
    }

    fn bid_openly(&mut self, lot: &mut Lot, state: &Value) {
        let bids = state["bids"].as_u64().unwrap_or(0);
        let ceiling = lot.terms["ceiling"]["price"].as_str().filter(|_| lot.fate == Fate::ToTheTop);
        let minimum = state["minimum"].as_str();
        let (Some(amount), true) = (ceiling.or(minimum).map(str::to_string), bids < 3) else { return };
        self.bid(lot, bids as usize % 3, &amount);
    }

    /// 摇号 by two offices, every bidder content with the seeds alone.
    fn draw(&self, lot: &mut Lot) {
        let offices = [(&self.writes, "center"), (&self.supervisor, "supervisor")];
        for (who, seed) in offices {
            let hex: String = Sha256::digest(seed).iter().map(|byte| format!("{byte:02x}")).collect();
            if lot.done.insert(format!("commit {seed}")) {
                who.ok("POST", &format!("/api/lots/{}/draw/commit", lot.id), json!({"digest": hex}));
            }
            // Too early until the seeds of others are collected.
            who.call("POST", &format!("/api/lots/{}/draw/reveal", lot.id), json!({"seed": seed}));
        }
    }
}

fn amount(text: &Value) -> rust_decimal::Decimal {
    text.as_str().expect("an amount").parse().expect("a decimal")
}

/// An amount some whole units better than the start, or than the ceiling where it was reached.
fn beside(lot: &Lot, state: &Value, units: i64) -> String {
    let from = [&lot.terms["ceiling"]["price"], &state["price"], &lot.terms["start_price"]];
    let from = amount(from.into_iter().find(|price| price.is_string()).expect("a price"));
    let units = rust_decimal::Decimal::from(units);
    let to = if lot.terms["direction"] == "descending" { from - units } else { from + units };
    to.to_string()
}

/// So many steps above the start.
fn stepped(lot: &Lot, steps: i64) -> String {
    let step = amount(&lot.terms["step"]["bands"][0]["step"]);
    (amount(&lot.terms["start_price"]) + step * rust_decimal::Decimal::from(steps)).to_string()
}

#[test]
fn every_selling_method_is_told_in_the_words_of_the_standard() {
    let copies = std::env::var("OCDS_COPIES").ok().and_then(|copies| copies.parse().ok()).unwrap_or(1);
    let mut hall = Hall::open();
    let offered = hall.offered(copies);
    let count = offered.len();
    // A lot is bid on from the moment it opens: on a slow machine it would end before the last has opened.
    let mut running = Vec::new();
    for lot in offered {
        running.push(hall.open_lot(lot));
        running = hall.round(running);
    }
    let since = Instant::now();
    while !running.is_empty() {
        assert!(since.elapsed() < PATIENCE, "{} lots do not end", running.len());
        running = hall.round(running);
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let records = settled(&hall.server, count);
    for record in &records {
        let compiled = &record["compiledRelease"];
        assert_eq!(dangling(compiled), Vec::<String>::new(), "{compiled}");
        let said = compiled.to_string();
        assert!(!said.contains("\"ann\"") && !said.contains("\"cy\""), "{said}");
    }
    let of =
        |status: &str| records.iter().filter(|record| record["compiledRelease"]["tender"]["status"] == status).count();
    assert!(of("complete") * 3 > count / copies, "most methods sold: {}", of("complete"));
    assert_eq!(of("complete") + of("unsuccessful") + of("cancelled") + of("active"), count);
    if copies > 3 {
        assert!(of("unsuccessful") > 0 && of("cancelled") > 0);
    }
    let releases = pages(&hall.server, "releases");
    let ids: BTreeSet<String> = releases.iter().map(|release| release["id"].to_string()).collect();
    assert_eq!(ids.len(), releases.len());
    for release in &releases {
        assert_eq!(dangling(release), Vec::<String>::new());
    }
    if let Ok(out) = std::env::var("OCDS_OUT") {
        write(&hall.server, Path::new(&out));
    }
}

/// Everything that is public of a lot: its record, its state, its log, its rows in the bulk files.
fn everything_public(server: &Server, lot: &str) -> String {
    let anyone = server.anyone();
    let mut all = anyone.text(&format!("/api/open/records/ocds-sunbid-{lot}"));
    for path in [format!("/api/lots/{lot}"), format!("/api/open/bids/ocds-sunbid-{lot}"), format!("/api/results/{lot}")]
    {
        all += &anyone.text(&path);
    }
    for path in ["/api/open/bids.csv", "/api/open/releases.jsonl"] {
        all.extend(anyone.text(path).lines().filter(|line| line.contains(lot)));
    }
    let size = crate::proof::checkpoint(server).size;
    let leaves = crate::proof::leaves(&anyone, size);
    let leaves = leaves.iter().map(|line| String::from_utf8_lossy(line)).filter(|line| line.contains(lot));
    leaves.fold(all, |all, line| all + &line)
}

#[test]
fn what_was_not_opened_stays_secret_when_a_lot_is_called_off() {
    let mut hall = Hall::open();
    let profiles = hall.writes.ok("GET", "/api/profiles", Value::Null);
    let mut methods = BTreeSet::new();
    for profile in profiles.as_array().expect("profiles") {
        let mut terms = profile["terms"].clone();
        let method = terms["phases"][0]["method"].as_str().unwrap_or_default().to_string();
        if !["sealed", "call", "rising"].contains(&method.as_str()) {
            continue;
        }
        let fields = terms.as_object_mut().expect("terms");
        fields.remove("reserve_entry");
        fields.remove("reserve_offer_ms");
        let mut lot = draft(&format!("{}-off", profile["id"].as_str().expect("an id")), 1);
        lot["terms"] = terms.clone();
        let seated: Vec<&Person> = hall.bidders.iter().collect();
        let (id, paddles) = open_lot_seated(&hall.writes, &hall.checks, &seated, lot);
        let lot = Lot { id, fate: Fate::CalledOff, terms, paddles, done: BTreeSet::new() };
        let state = hall.server.anyone().ok("GET", &format!("/api/lots/{}", lot.id), Value::Null)["state"].clone();
        let unit = lot.terms["phases"][0]["unit"].as_i64().unwrap_or(1);
        for bidder in 0..3 {
            let steps = bidder as i64;
            let taken = match method.as_str() {
                "sealed" => hall.bid(&lot, bidder, &beside(&lot, &state, steps)),
                "call" => {
                    let price = stepped(&lot, steps);
                    hall.offer(&lot, bidder, json!({"kind": "order", "side": "buy", "price": price, "quantity": unit}))
                }
                _ => {
                    let products = state["room"]["prices"].as_array().expect("prices").len();
                    hall.offer(&lot, bidder, json!({"kind": "demand", "quantities": vec![1; products]}))
                }
            };
            assert!(taken, "{method}: bidder {bidder}");
        }
        // What the best of them offered, as open data would write it.
        let given = match method.as_str() {
            "sealed" => Some(beside(&lot, &state, 2)),
            "call" => {
                let price: rust_decimal::Decimal = stepped(&lot, 2).parse().expect("a decimal");
                Some((price * rust_decimal::Decimal::from(unit)).to_string())
            }
            _ => None,
        };
        assert!(hall.desk(&lot, "terminate", json!({"ground": "权属争议"})), "{method}");
        let record = crate::house::soon(|| {
            let (status, record) =
                hall.server.anyone().call("GET", &format!("/api/open/records/ocds-sunbid-{}", lot.id), Value::Null);
            let compiled = &record["records"][0]["compiledRelease"];
            (status == 200 && compiled["tender"]["status"] == "cancelled").then(|| compiled.clone())
        });
        let details = record["bids"]["details"].as_array().cloned().unwrap_or_default();
        assert_eq!(details, Vec::<Value>::new(), "{method}: nothing was opened");
        let result = format!("/api/results/{}", lot.id);
        crate::house::soon(|| (hall.server.anyone().call("GET", &result, Value::Null).0 == 200).then_some(()));
        let public = everything_public(&hall.server, &lot.id);
        assert!(given.is_none_or(|given| !public.contains(&given)), "{method}: told in {public}");
        methods.insert(method);
    }
    assert_eq!(methods, ["call", "rising", "sealed"].map(String::from).into());
}

/// Every record, once all lots' ends are published.
fn settled(server: &Server, count: usize) -> Vec<Value> {
    crate::house::soon(|| {
        let records = pages(server, "records");
        // A ceiling handed over stays with another method: active for good.
        let over =
            records.iter().filter(|record| record["compiledRelease"]["tender"]["tenderPeriod"]["endDate"].is_string());
        let ended = over.filter(|record| record["compiledRelease"]["bids"].is_object()).count();
        (records.len() == count && ended == count).then_some(records)
    })
}

/// All pages of packages, one after another.
fn pages(server: &Server, what: &str) -> Vec<Value> {
    let mut all = Vec::new();
    each_page(server, what, |package| all.extend(package[what].as_array().expect("a package").clone()));
    all
}

fn each_page(server: &Server, what: &str, mut each: impl FnMut(&Value)) {
    let mut next = Some(format!("/api/open/{what}?limit=50"));
    while let Some(path) = next {
        let package = server.anyone().ok("GET", &path, Value::Null);
        each(&package);
        let link = package["links"]["next"].as_str();
        next = link.map(|link| link[link.find("/api/").expect("a door")..].to_string());
    }
}

fn write(server: &Server, out: &Path) {
    std::fs::create_dir_all(out).expect("a folder");
    for what in ["releases", "records"] {
        let mut no = 0;
        each_page(server, what, |package| {
            no += 1;
            std::fs::write(out.join(format!("{what}-{no:04}.json")), package.to_string()).expect("written");
        });
    }
}
