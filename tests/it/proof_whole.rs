//! What binds the whole of the record, not only what a leaf tells; and what opens what was committed to.

use crate::house::{Server, draft, open_lot, soon, verify};
use crate::proof::{Hall, Witness, checkpoint, drop_last_batch, key, leaves, refuses_to_start, rewrite};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use sunbid::proof::receipt::Receipt;
use sunbid::proof::{base64, commitment, hash_from_base64};
use tempfile::TempDir;

fn verify_with(data: &Path, more: &[&str]) -> (bool, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_sunbid")).args(["verify", "--data"]).arg(data).args(more).output();
    let output = run.expect("runs");
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).expect("text"))
}

/// Puts the journal's own chain into every seal, as somebody with the disk could.
fn rewrite_seals(data: &Path) {
    let journal = Connection::open(data.join("journal.db")).expect("a journal");
    let path = data.join("log/seals");
    let mut lines = String::new();
    for line in std::fs::read_to_string(&path).expect("seals").lines() {
        let mut seal: Value = serde_json::from_str(line).expect("a seal");
        let entries = seal["entries"].as_i64().expect("a number");
        let head = "select lower(hex(head)) from journal where first_n + count = ?";
        if let Ok(head) = journal.query_row(head, [entries], |row| row.get::<_, String>(0)) {
            seal["head"] = head.into();
        }
        lines += &format!("{seal}\n");
    }
    std::fs::write(path, lines).expect("written");
}

/// Leaves out the seals of entries that are gone.
fn cut_seals(data: &Path, entries: u64) {
    let path = data.join("log/seals");
    let all = std::fs::read_to_string(&path).expect("seals");
    let is_left = |line: &&str| {
        let seal: Value = serde_json::from_str(line).expect("a seal");
        seal["entries"].as_u64().expect("a number") <= entries
    };
    let left: String = all.lines().filter(is_left).map(|line| format!("{line}\n")).collect();
    std::fs::write(path, left).expect("written");
}

#[test]
fn who_holds_a_paddle_is_bound_by_what_the_log_signed() {
    let dir = Hall::with_bids(3).kill();
    let data = dir.path().join("data");
    assert!(verify(&data).0);
    let tables = Connection::open(data.join("sunbid.db")).expect("tables");
    let seats: Vec<(String, i64)> = tables
        .prepare("select account, paddle from applications where paddle is not null")
        .expect("rows")
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .map(|row| row.expect("a row"))
        .collect();
    let [(ann, first), (bo, second)] = &seats[..] else { panic!("two seats: {seats:?}") };
    let seat = |account: &str| format!("\"seat\":{{\"account\":\"{account}\"");
    for (from, to) in [(ann.as_str(), "for a moment"), (bo.as_str(), ann.as_str()), ("for a moment", bo.as_str())] {
        rewrite(&data, &seat(from), &seat(to));
    }
    for (account, paddle) in [(ann, -1), (bo, *first), (ann, *second)] {
        let swap = "update applications set paddle = ? where account = ?";
        tables.execute(swap, rusqlite::params![paddle, account]).expect("swapped");
    }
    rewrite_seals(&data);
    for said in [verify(&data).1, refuses_to_start(&data)] {
        assert!(said.contains("is not what was sealed"), "{said}");
    }
}

#[test]
fn what_no_leaf_tells_is_bound_by_the_checkpoint() {
    let dir = Hall::with_bids(3).kill();
    let data = dir.path().join("data");
    // The chain of the journal stands in the signed text: a seal beside it cannot say otherwise.
    rewrite(&data, "{\"n\":", "{ \"n\":");
    rewrite_seals(&data);
    for said in [verify(&data).1, refuses_to_start(&data)] {
        assert!(said.contains("the journal's chain is another"), "{said}");
    }
}

#[test]
fn a_record_cut_short_is_held_to_what_was_told_of_it() {
    let hall = Hall::with_bids(1);
    let (lot, log) = (hall.lot.clone(), key(&hall.server));
    let dir = hall.kill();
    let witness = Witness::start(TempDir::new().expect("a folder"), std::slice::from_ref(&log));
    let (url, by) = (format!("http://{}", witness.host), witness.key().to_string());
    let server = Server::start_with(dir, &["--witness", &url, &by]);
    assert_eq!(server.sign_in("bo").socket().bid(&lot, "1001.00")["accepted"], true);
    let size = checkpoint(&server).size;
    soon(|| {
        let (status, text) = server.anyone().call("GET", "/api/log/cosigned", Value::Null);
        let is_newest = |text: &str| text.lines().nth(1).is_some_and(|line| line == size.to_string());
        (status == 200 && text.as_str().is_some_and(is_newest)).then_some(())
    });
    let told = server.anyone().text("/checkpoint");
    let dir = server.kill();
    let (data, kept) = (dir.path().join("data"), dir.path().join("kept"));
    std::fs::write(&kept, told).expect("written");
    let kept = kept.to_string_lossy().into_owned();

    let (log, stranger) = (log.to_string(), key(&Server::start()).to_string());
    let (whole, said) = verify_with(&data, &["--key", &log, "--witness", &by, "--checkpoint", &kept]);
    assert!(whole, "{said}");
    let (whole, said) = verify_with(&data, &["--key", &stranger]);
    assert!(!whole && said.contains("is another"), "{said}");
    let unknown = Witness::start(TempDir::new().expect("a folder"), &[key(&Server::start())]).key().to_string();
    let (whole, said) = verify_with(&data, &["--witness", &unknown]);
    assert!(!whole && said.contains("cosignature"), "{said}");

    let last = drop_last_batch(&data);
    cut_seals(&data, last);
    for said in [verify(&data).1, refuses_to_start(&data)] {
        assert!(said.contains("entries are missing: the checkpoint of the witnesses"), "{said}");
    }
    std::fs::remove_file(data.join("log/cosigned")).expect("removed");
    let (whole, said) = verify_with(&data, &["--checkpoint", &kept]);
    assert!(!whole && said.contains("entries are missing: the checkpoint of"), "{said}");
    let (whole, said) = verify_with(&data, &["--witness", &by]);
    assert!(!whole && said.contains("cosignature"), "{said}");
    std::fs::remove_dir_all(data.join("log")).expect("removed");
    let (whole, said) = verify(&data);
    assert!(!whole && said.contains("its log was removed"), "{said}");
}

#[test]
fn a_record_whose_log_is_gone_is_not_served_under_another_by_itself() {
    let hall = Hall::with_bids(2);
    let (before, receipt) = (checkpoint(&hall.server), hall.receipts[1].1.clone());
    let own = key(&hall.server);
    let dir = hall.kill();
    let (data, aside) = (dir.path().join("data"), dir.path().join("aside"));
    let rebuild = |more: &[&str]| {
        let run =
            Command::new(env!("CARGO_BIN_EXE_sunbid")).args(["rebuild-log", "--data"]).arg(&data).args(more).output();
        let output = run.expect("runs");
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).expect("text"))
    };
    std::fs::rename(data.join("log"), &aside).expect("moved");
    let said = refuses_to_start(&data);
    assert!(said.contains("LOG_MISSING") && said.contains("rebuild-log"), "{said}");
    assert!(!data.join("log").exists(), "nothing was put in its place");
    let (done, said) = rebuild(&[]);
    assert!(!done && said.contains("--new"), "{said}");

    // Key, salts' secret and name come back from a backup: the same log, its tree and tiles made of the journal.
    std::fs::create_dir(data.join("log")).expect("made");
    std::fs::copy(aside.join("key"), data.join("log/key")).expect("copied");
    let said = refuses_to_start(&data);
    assert!(said.contains("LOG_MISSING") && said.contains("salt"), "{said}");
    assert!(rebuild(&["--new"]).1.contains("LOG_INCOMPLETE"));
    std::fs::copy(aside.join("salt"), data.join("log/salt")).expect("copied");
    let (done, said) = rebuild(&[]);
    assert!(done && said.contains(&own.to_string()), "{said}");
    let server = Server::start_on(dir);
    let after = checkpoint(&server);
    assert_eq!((&before.origin, before.size, before.root), (&after.origin, after.size, after.root));
    Receipt::parse(&receipt).expect("a receipt").verify(&key(&server)).expect("holds as before");

    // Lost for good: another log, on purpose, under a key of its own.
    let dir = server.kill();
    std::fs::remove_dir_all(data.join("log")).expect("removed");
    let (done, said) = rebuild(&["--new", "--log-origin", "second.example/log"]);
    assert!(done, "{said}");
    let server = Server::start_on(dir);
    let second = key(&server);
    assert_eq!((checkpoint(&server).size, second.name.as_str()), (before.size, "second.example/log"));
    assert!(Receipt::parse(&receipt).expect("a receipt").verify(&second).is_err(), "it never signed that");
    let dir = server.kill();
    assert!(verify(&dir.path().join("data")).0);
}

#[test]
fn what_was_committed_to_is_opened_at_the_close_and_a_seat_by_its_holder() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let lot = draft("P-3", 3_000);
    let lot = open_lot(&writes, &checks, &[&ann, &bo], lot);
    let anyone = server.anyone();
    let facts = || -> Vec<Value> {
        let lines = leaves(&anyone, checkpoint(&server).size);
        lines.iter().map(|line| serde_json::from_slice::<Value>(line).expect("JSON")["fact"].clone()).collect()
    };
    let fact = |name: &str| facts().into_iter().find_map(|fact| fact.get(name).cloned());
    assert!(fact("opened").is_none(), "not before the close");
    soon(|| anyone.ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"].get("outcome").map(|_| ()));
    let (published, opened) = (fact("published").expect("a leaf"), soon(|| fact("opened")));
    for (part, says) in [("terms", "\"start_price\""), ("reserve", "100000")] {
        let (line, salt) = (opened[part]["line"].as_str().expect("a line"), opened[part]["salt"].as_str());
        let salt = hash_from_base64(salt.expect("a salt")).expect("32 bytes");
        assert_eq!(published[part], base64(&commitment(&salt, line.as_bytes())), "{part}");
        assert!(line.contains(says), "{line}");
    }
    assert!(opened["terms"]["line"].as_str().expect("a line").contains("\"reserve\":null"), "{opened}");

    let own = ann.ok("GET", &format!("/api/lots/{lot}/you/seat"), Value::Null);
    let salt = hash_from_base64(own["salt"].as_str().expect("a salt")).expect("32 bytes");
    let account = own["account"].as_str().expect("an account");
    assert_eq!(own["commitment"], base64(&commitment(&salt, account.as_bytes())));
    let seat = json!({"paddle": own["paddle"], "account": own["commitment"]});
    assert!(facts().iter().any(|fact| fact["admitted"] == seat), "{seat}");
    assert!(!facts().iter().any(|fact| fact.to_string().contains(account)), "nobody is named");
}
