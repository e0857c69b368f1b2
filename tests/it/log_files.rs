//! What of the log lies in files: facts too long for a leaf, and old leaves, read while the log goes on.

use crate::house::{Person, Server, draft, open_lot};
use crate::proof::{checkpoint, key, leaves};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use std::process::Command;
use sunbid::proof::from_base64;
use sunbid::proof::receipt::Receipt;
use uuid::Uuid;

/// Orders of one bidder that may stand at once, and bidders enough for a trade of more than 64 KiB.
const ORDERS: usize = 200;
const SELLERS: usize = 8;
/// Orders under way at once on a connection.
const AT_ONCE: usize = 10;

fn order(lot: &str, side: &str, quantity: usize) -> Value {
    let offer = json!({"kind": "order", "side": side, "price": "50000.00", "quantity": quantity});
    json!({"type": "offer", "lot": lot, "key": Uuid::new_v4(), "offer": offer})
}

/// An exchange on which one order meets those of everybody else at once; its lot.
fn crowded(server: &Server, sellers: &[Person], buyer: &Person) -> String {
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let profiles = writes.ok("GET", "/api/profiles", Value::Null);
    let profile = profiles.as_array().expect("a list").iter().find(|profile| profile["id"] == "carbon_exchange");
    let mut lot = draft("X-1", 1);
    lot["terms"] = profile.expect("a preset")["terms"].clone();
    let bidders: Vec<&Person> = sellers.iter().chain([buyer]).collect();
    let lot = open_lot(&writes, &checks, &bidders, lot);
    for seller in sellers {
        let mut socket = seller.socket();
        for _ in 0..ORDERS / AT_ONCE {
            (0..AT_ONCE).for_each(|_| socket.send(order(&lot, "sell", 1)));
            (0..AT_ONCE).for_each(|_| assert_eq!(socket.until("reply")["accepted"], true));
        }
    }
    lot
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_fact_too_long_for_a_leaf_is_read_by_its_hash_and_no_reader_holds_up_the_log() {
    let server = Server::start();
    let sellers: Vec<Person> = (0..SELLERS).map(|nth| server.person(&format!("s{nth}"), "bidder")).collect();
    let (buyer, anyone) = (server.person("buyer", "bidder"), server.anyone());
    let lot = crowded(&server, &sellers, &buyer);
    let mut socket = buyer.socket();
    socket.send(order(&lot, "buy", SELLERS * ORDERS));
    assert_eq!(socket.until("reply")["accepted"], true);

    let lines = leaves(&anyone, checkpoint(&server).size);
    let facts: Vec<Value> = lines.iter().map(|line| serde_json::from_slice(line).expect("JSON")).collect();
    let long: Vec<&str> = facts.iter().filter_map(|fact| fact["fact"]["long"]["sha256"].as_str()).collect();
    let [sha256] = long[..] else { panic!("one long fact: {long:?}") };
    let name = hex(&from_base64(sha256).expect("base64"));
    let line = anyone.bytes(&format!("/api/log/long/{name}"));
    assert_eq!(hex(&Sha256::digest(&line)), name, "the leaf names these very bytes");
    assert!(line.len() > usize::from(u16::MAX));
    let fact: Value = serde_json::from_slice(&line).expect("JSON");
    assert_eq!(fact["fact"]["traded"]["trades"].as_array().map(Vec::len), Some(SELLERS * ORDERS));
    assert!(!String::from_utf8_lossy(&line).contains("paddle"), "an exchange names nobody");
    for unknown in ["0".repeat(64), name.to_uppercase(), "../key".to_string()] {
        assert_eq!(anyone.fetch(&format!("/api/log/long/{unknown}")).0, 404, "{unknown}");
    }

    // The first full bundle becomes a pipe: who reads an old leaf waits until this test writes into it.
    let bundle = server.dir.path().join("data/log/tile/entries/000");
    let bytes = std::fs::read(&bundle).expect("a full bundle");
    std::fs::remove_file(&bundle).expect("removed");
    assert!(Command::new("mkfifo").arg(&bundle).status().expect("runs").success());
    let path = format!("/api/lots/{lot}/bids/20/receipt");
    let text = std::thread::scope(|scope| {
        let reading = scope.spawn(|| anyone.text(&path));
        // Opens once the server reads at the other end.
        let mut pipe = File::options().write(true).open(&bundle).expect("a pipe");
        socket.send(order(&lot, "buy", 1));
        let told = socket.until("reply");
        assert!(told["accepted"] == true && !reading.is_finished(), "{told}");
        pipe.write_all(&bytes).expect("written");
        drop(pipe);
        reading.join().expect("read")
    });
    Receipt::parse(&text).expect("a receipt").verify(&key(&server)).expect("holds");
}
