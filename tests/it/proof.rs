//! The transparency log: what was told once can be shown for ever, and what was changed is named.

use crate::house::{Person, Server, Socket, draft, open_lot, soon, verify};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use sunbid::proof::checkpoint::Checkpoint;
use sunbid::proof::note::{Key, Note};
use sunbid::proof::path::consistent;
use sunbid::proof::receipt::Receipt;
use sunbid::proof::{Hash, base64, commitment, hash_from_base64, leaf_hash, node_hash};
use tempfile::TempDir;

pub fn key(server: &Server) -> Key {
    let told = server.anyone().ok("GET", "/api/log/key", Value::Null);
    Key::parse(told["key"].as_str().expect("a key")).expect("of the documented form")
}

pub fn checkpoint(server: &Server) -> Checkpoint {
    Checkpoint::verify(&server.anyone().text("/checkpoint"), &key(server)).expect("signed")
}

pub struct Hall {
    pub server: Server,
    pub lot: String,
    sockets: [Socket; 2],
    /// The receipts of accepted bids, by sequence number.
    pub receipts: Vec<(u64, String)>,
}

impl Hall {
    pub fn with_bids(count: u64) -> Hall {
        let server = Server::start();
        let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
        let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
        let lot = open_lot(&writes, &checks, &[&ann, &bo], draft("P-1", 3_600_000));
        let mut hall = Hall { sockets: [ann.socket(), bo.socket()], server, lot, receipts: Vec::new() };
        (0..count).for_each(|nth| hall.bid(1_000 + nth));
        hall
    }

    fn bid(&mut self, amount: u64) {
        let told = self.sockets[(amount % 2) as usize].bid(&self.lot, &format!("{amount}.00"));
        assert_eq!(told["accepted"], true, "{told}");
        let receipt = told["receipt"].as_str().expect("an accepted bid has its receipt").to_string();
        self.receipts.push((told["seq"].as_u64().expect("a number"), receipt));
    }

    /// All tables up to date, then a power cut.
    pub fn kill(self) -> TempDir {
        soon(|| {
            let page = self.server.anyone().ok("GET", &format!("/api/lots/{}/bids", self.lot), Value::Null);
            (page["items"].as_array().expect("items").len() == self.receipts.len().min(50)).then_some(())
        });
        self.server.kill()
    }
}

fn verify_receipt(file: &Path, more: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sunbid"))
        .args(["verify", "--receipt"])
        .arg(file)
        .args(more)
        .output()
        .expect("runs");
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).expect("text"))
}

#[test]
fn every_accepted_bid_has_a_receipt_that_holds_offline_for_ever() {
    let mut hall = Hall::with_bids(6);
    let key = key(&hall.server);
    let early = checkpoint(&hall.server);
    for (nth, (_, text)) in hall.receipts.iter().enumerate() {
        let receipt = Receipt::parse(text).expect("a receipt");
        receipt.verify(&key).expect("holds");
        let line: Value = serde_json::from_slice(&receipt.line).expect("JSON");
        assert_eq!((&line["lot"], &line["scale"]), (&json!(hall.lot), &json!(2)));
        assert_eq!(line["fact"]["bid"]["amount"], json!((1_000 + nth) * 100));
    }
    // Fetched later, under a newer checkpoint, the same leaf stands in the same place.
    hall.bid(1_006);
    let (seq, first) = hall.receipts[0].clone();
    let later = hall.server.anyone().text(&format!("/api/lots/{}/bids/{seq}/receipt", hall.lot));
    let (first, later) = (Receipt::parse(&first).expect("one"), Receipt::parse(&later).expect("another"));
    assert_eq!((first.index, &first.line), (later.index, &later.line));
    let newest = later.verify(&key).expect("holds");
    assert!(newest.size > early.size);
    let told = hall.server.anyone().ok("GET", &format!("/api/log/consistency?from={}", early.size), Value::Null);
    let proof: Vec<_> =
        told["proof"].as_array().expect("hashes").iter().map(|hash| hash.as_str().expect("text")).collect();
    let proof: Vec<_> = proof.iter().map(|hash| hash_from_base64(hash).expect("a hash")).collect();
    consistent(early.size, &early.root, newest.size, &newest.root, &proof).expect("grown, not changed");
    let (status, _) = hall.server.anyone().call("GET", "/api/log/consistency?from=1000000", Value::Null);
    assert_eq!(status, 409);

    // On paper: the file alone and the key; or the folder.
    let file = hall.server.dir.path().join("one.tlog-proof");
    std::fs::write(&file, &hall.receipts[2].1).expect("written");
    let (whole, said) = verify_receipt(&file, &["--key", &key.to_string()]);
    assert!(whole && said.contains("100200"), "{said}");
    std::fs::write(&file, hall.receipts[2].1.replace("index ", "index 1")).expect("written");
    let (whole, said) = verify_receipt(&file, &["--key", &key.to_string()]);
    assert!(!whole && said.contains("not in the tree"), "{said}");

    // After a power cut the same tree is made of the same journal.
    let before = checkpoint(&hall.server);
    std::fs::write(&file, &hall.receipts[3].1).expect("written");
    let dir = hall.kill();
    let (whole, said) =
        verify_receipt(&dir.path().join("one.tlog-proof"), &["--data", &dir.path().join("data").to_string_lossy()]);
    assert!(whole && said.contains("100300"), "{said}");
    let again = Server::start_on(dir);
    let after = checkpoint(&again);
    assert_eq!((before.origin, before.size, before.root), (after.origin, after.size, after.root));
}

#[test]
fn whoever_asks_again_is_given_the_same_proof() {
    let mut hall = Hall::with_bids(2);
    let key = key(&hall.server);
    let asked = uuid::Uuid::new_v4().to_string();
    let lot = hall.lot.clone();
    let first = hall.sockets[0].bid_as(&lot, "1002.00", &asked);
    hall.bid(1_003);
    let again = hall.sockets[0].bid_as(&lot, "1002.00", &asked);
    assert_eq!((&again["again"], &again["accepted"]), (&json!(true), &json!(true)));
    let leaf = |told: &Value| {
        let receipt = Receipt::parse(told["receipt"].as_str().expect("a receipt")).expect("of its form");
        let size = receipt.verify(&key).expect("holds").size;
        (receipt.index, receipt.line, size)
    };
    let ((index, line, size), (same, same_line, later)) = (leaf(&first), leaf(&again));
    assert_eq!((index, &line), (same, &same_line));
    assert!(later > size, "under a newer checkpoint");
    // Somebody else's key is nobody's.
    let other = hall.sockets[1].bid_as(&lot, "1002.00", &asked);
    assert!(other["accepted"] == false && other.get("receipt").is_none(), "{other}");

    hall.receipts.push((0, String::new()));
    let server = Server::start_on(hall.kill());
    let after = server.sign_in("ann").socket().bid_as(&lot, "1002.00", &asked);
    assert_eq!((leaf(&after).0, leaf(&after).1), (index, line), "a restart forgets nothing");
}

/// What the journal would be had the last batch never been written: whole, and shorter.
pub fn drop_last_batch(data: &Path) -> u64 {
    let journal = Connection::open(data.join("journal.db")).expect("a journal");
    let last: i64 = journal.query_row("select max(first_n) from journal", [], |row| row.get(0)).expect("a batch");
    journal.execute("delete from journal where first_n = ?", [last]).expect("deleted");
    // The tables are put back too, so that only the seals know better.
    let tables = Connection::open(data.join("sunbid.db")).expect("tables");
    tables.execute("delete from projection_cursor", []).expect("deleted");
    for table in ["bids", "refusals", "lot_states"] {
        tables.execute(&format!("delete from {table}"), []).expect("emptied");
    }
    last as u64
}

/// Writes an entry anew with the chain made good from there on, as somebody with the disk could.
pub fn rewrite(data: &Path, from: &str, to: &str) -> u64 {
    let journal = Connection::open(data.join("journal.db")).expect("a journal");
    let rows: Vec<(i64, Vec<u8>)> = journal
        .prepare("select first_n, body from journal order by first_n")
        .expect("rows")
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .map(|row| row.expect("a row"))
        .collect();
    let (mut head, mut changed) = ([0_u8; 32], None);
    for (first_n, body) in rows {
        let text = String::from_utf8(body).expect("lines");
        let altered = if changed.is_none() { text.replace(from, to) } else { text.clone() };
        if altered != text {
            changed = Some(first_n);
        }
        for line in altered.lines().filter(|line| !line.is_empty()) {
            head = Sha256::new().chain_update(head).chain_update(line).finalize().into();
        }
        let written = journal.execute(
            "update journal set body = ?2, head = ?3 where first_n = ?1",
            rusqlite::params![first_n, altered.as_bytes(), head],
        );
        written.expect("written");
    }
    changed.expect("something to change") as u64
}

pub fn refuses_to_start(data: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sunbid"))
        .args(["serve", "--no-demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .output()
        .expect("runs");
    assert!(!output.status.success(), "a server must not open on a record that was changed");
    String::from_utf8([output.stdout, output.stderr].concat()).expect("text")
}

#[test]
fn a_dropped_bid_a_changed_bid_and_removed_seals_are_each_named() {
    let dropped = Hall::with_bids(4).kill();
    let data = dropped.path().join("data");
    let (whole, said) = verify(&data);
    assert!(whole && said.contains("leaves under"), "{said}");
    let last = drop_last_batch(&data);
    for said in [verify(&data).1, refuses_to_start(&data)] {
        assert!(said.contains(&format!("entry {last} is missing: the log has sealed")), "{said}");
    }

    let changed = Hall::with_bids(4).kill();
    let data = changed.path().join("data");
    let n = rewrite(&data, "\"amount\":100200", "\"amount\":100900");
    for said in [verify(&data).1, refuses_to_start(&data)] {
        assert!(said.contains("is not what was sealed") && said.contains(&format!("entry {n}")), "{said}");
    }

    let bare = Hall::with_bids(1).kill();
    let data = bare.path().join("data");
    std::fs::remove_file(data.join("log/seals")).expect("removed");
    for said in [verify(&data).1, refuses_to_start(&data)] {
        assert!(said.contains("seals were removed"), "{said}");
    }
}

/// The lines of all leaves, from the bundles everyone may fetch.
pub fn leaves(anyone: &Person, size: u64) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for n in 0..size.div_ceil(256) {
        let bytes = anyone.bytes(&format!("/tile/entries/{n:03}{}", part(size, n)));
        let mut rest = bytes.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (line, after) = after.split_at(u16::from_be_bytes(*length) as usize);
            lines.push(line.to_vec());
            rest = after;
        }
    }
    lines
}

fn part(size: u64, n: u64) -> String {
    match size - n * 256 {
        256.. => String::new(),
        width => format!(".p/{width}"),
    }
}

fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => panic!("no leaves"),
        [hash] => *hash,
        _ => {
            let (left, right) = hashes.split_at(hashes.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

#[test]
fn tiles_and_entries_agree_with_the_checkpoint() {
    let mut hall = Hall::with_bids(0);
    // Past one full tile.
    (0..300).for_each(|nth| hall.bid(1_000 + nth));
    let anyone = hall.server.anyone();
    let signed = checkpoint(&hall.server);
    let lines = leaves(&anyone, signed.size);
    let hashes: Vec<Hash> = lines.iter().map(|line| leaf_hash(line)).collect();
    assert_eq!((hashes.len() as u64, root(&hashes)), (signed.size, signed.root));
    let full = anyone.bytes("/tile/0/000");
    assert_eq!(full, hashes[..256].concat());
    assert_eq!(anyone.bytes(&format!("/tile/0/001{}", part(signed.size, 1))), hashes[256..].concat());
    assert_eq!(anyone.bytes("/tile/1/000.p/1"), root(&hashes[..256]));
    for none in
        ["/tile/0/000.p/256", "/tile/0/001", "/tile/0/002", "/tile/9/000", "/tile/entries/x000/001", "/tile/0/../key"]
    {
        assert_eq!(anyone.call("GET", none, Value::Null).0, 404, "{none}");
    }
    // An old leaf is proved from its file.
    let (seq, text) = hall.receipts[0].clone();
    let later = Receipt::parse(&anyone.text(&format!("/api/lots/{}/bids/{seq}/receipt", hall.lot))).expect("a receipt");
    assert_eq!(later.line, Receipt::parse(&text).expect("a receipt").line);
    later.verify(&key(&hall.server)).expect("holds");
}

#[test]
fn a_sealed_lots_leaves_tell_nothing_before_the_close_and_bind_us_all_the_same() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let profiles = writes.ok("GET", "/api/profiles", Value::Null);
    let sealed = profiles.as_array().expect("a list").iter().find(|profile| profile["id"] == "property_one_shot");
    let mut lot = draft("P-2", 1);
    lot["terms"] = sealed.expect("a preset")["terms"].clone();
    lot["terms"]["phases"][0]["length_ms"] = json!(5_000);
    let lot = open_lot(&writes, &checks, &[&ann, &bo], lot);
    let (mut a, mut b) = (ann.socket(), bo.socket());
    let before = checkpoint(&server);
    let asked = uuid::Uuid::new_v4().to_string();
    let told = [a.bid_as(&lot, "2345678.90", &asked), b.bid(&lot, "2222222.20"), a.bid(&lot, "2400000.00")];
    let after = checkpoint(&server);
    assert_eq!((before.size, before.root), (after.size, after.root), "no leaf was added by offers or refusals");
    assert!(told.iter().all(|told| told.get("receipt").is_none()));
    assert!(told[2].get("promise").is_none(), "nothing was taken: {}", told[2]);
    assert_eq!(a.bid_as(&lot, "2345678.90", &asked)["promise"], told[0]["promise"], "asked again");

    let key = key(&server);
    let bound: Vec<String> = told[..2]
        .iter()
        .map(|told| {
            let promise = &told["promise"];
            let text = promise["note"].as_str().expect("a note");
            let note = Note::parse(text).expect("a note");
            key.verify(&note).expect("signed");
            let commitment_told = note.text.lines().nth(2).expect("a commitment").to_string();
            let salt = hash_from_base64(promise["salt"].as_str().expect("a salt")).expect("32 bytes");
            let line = promise["line"].as_str().expect("a line");
            assert_eq!(base64(&commitment(&salt, line.as_bytes())), commitment_told);
            commitment_told
        })
        .collect();
    assert!(told[0]["promise"]["line"].as_str().expect("a line").contains("234567890"));

    let anyone = server.anyone();
    let told_of = || anyone.ok("GET", &format!("/api/lots/{lot}/kept"), Value::Null);
    assert_eq!(told_of(), json!({"receipts": []}), "still secret");
    soon(|| {
        let state = anyone.ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"].clone();
        state.get("outcome").is_some().then_some(())
    });
    // The tables may tell of the close a moment before its leaves are signed.
    let (lines, kept) = soon(|| {
        let lines = leaves(&anyone, checkpoint(&server).size);
        let facts = lines.iter().rev().map(|line| serde_json::from_slice::<Value>(line).expect("JSON"));
        let kept = facts.filter_map(|line| line["fact"]["kept"]["commitments"].as_array().cloned()).next();
        kept.map(|kept| (lines, kept))
    });
    let early: String = lines[..before.size as usize].iter().map(|line| String::from_utf8_lossy(line)).collect();
    assert!(!early.contains("2345678") && !early.contains("2222222"), "{early}");
    assert_eq!(kept.len(), 64, "among decoys");
    assert!(bound.iter().all(|bound| kept.contains(&json!(bound))), "{kept:?}");
    // Each is proved to whoever holds a promise, without a word on which.
    let told_now = told_of();
    let [receipt] = told_now["receipts"].as_array().expect("a list").as_slice() else { panic!("one: {told_now}") };
    let receipt = Receipt::parse(receipt.as_str().expect("text")).expect("a receipt");
    receipt.verify(&key).expect("holds");
    let proved: Value = serde_json::from_slice(&receipt.line).expect("JSON");
    assert_eq!((&proved["lot"], &proved["fact"]["kept"]["commitments"]), (&json!(lot), &json!(kept)));
    assert!(told_now.get("next_from").is_none());
    assert_eq!(anyone.ok("GET", &format!("/api/lots/{lot}/kept?from=1"), Value::Null)["receipts"], json!([]));
}

/// A witness of its own machine: `sunbid witness`.
pub struct Witness {
    child: Child,
    dir: TempDir,
    pub host: String,
}

impl Witness {
    pub fn start(dir: TempDir, logs: &[Key]) -> Witness {
        let port_file = dir.path().join("port");
        let _ = std::fs::remove_file(&port_file);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sunbid"));
        command.args(["witness", "--listen", "127.0.0.1:0", "--data"]).arg(dir.path().join("data"));
        command.arg("--port-file").arg(&port_file);
        for log in logs {
            command.args(["--log", &log.to_string()]);
        }
        let child = command.stdout(Stdio::null()).spawn().expect("the witness starts");
        let host = soon(|| std::fs::read_to_string(&port_file).ok());
        Witness { child, dir, host }
    }

    fn kill(mut self) -> TempDir {
        self.child.kill().expect("killed");
        self.child.wait().expect("reaped");
        std::mem::replace(&mut self.dir, TempDir::new().expect("a folder"))
    }

    pub fn key(&self) -> Key {
        let mut answer = ureq::get(format!("http://{}/key", self.host)).call().expect("a key");
        Key::parse(&answer.body_mut().read_to_string().expect("text")).expect("a key")
    }

    fn ask(&self, old: u64, proof: &[String], checkpoint: &str) -> (u16, String) {
        let proof: String = proof.iter().map(|hash| format!("{hash}\n")).collect();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let sent = agent
            .post(format!("http://{}/add-checkpoint", self.host))
            .send(format!("old {old}\n{proof}\n{checkpoint}"));
        let mut answer = sent.expect("the witness answers");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for item in std::fs::read_dir(from).expect("a folder") {
        let path = item.expect("an item").path();
        let target = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).expect("copied")),
        }
    }
}

#[test]
fn a_log_that_shows_two_records_under_one_key_is_found_out_by_its_witness() {
    let hall = Hall::with_bids(1);
    let (lot, log) = (hall.lot.clone(), key(&hall.server));
    let dir = hall.kill();
    let twin = TempDir::new().expect("a folder");
    copy(dir.path(), twin.path());
    let (one, two) = (Server::start_on(dir), Server::start_on(twin));
    let witness = Witness::start(TempDir::new().expect("a folder"), std::slice::from_ref(&log));

    let stranger = Server::start();
    let unknown = stranger.anyone().text("/checkpoint");
    assert_eq!(witness.ask(0, &[], &unknown).0, 404, "a log it does not know");
    let signed = one.anyone().text("/checkpoint");
    let altered = signed.replacen("\n", "\n1", 1);
    assert_eq!(witness.ask(0, &[], &altered).0, 403, "a checkpoint its log did not sign");
    assert_eq!(witness.ask(1_000, &[], &signed).0, 400, "a proof from after the checkpoint");
    assert_eq!(witness.ask(0, &[], "nothing").0, 400);

    // The two records part here.
    assert_eq!(one.sign_in("bo").socket().bid(&lot, "1001.00")["accepted"], true);
    assert_eq!(two.sign_in("bo").socket().bid(&lot, "1001.00")["accepted"], true);
    let (ours, theirs) = (one.anyone().text("/checkpoint"), two.anyone().text("/checkpoint"));
    let (status, line) = witness.ask(0, &[], &ours);
    assert_eq!(status, 200, "{line}");
    let cosigned = format!("{ours}{line}");
    witness.key().verify_cosignature(&Note::parse(&cosigned).expect("a note")).expect("cosigned");
    let size = checkpoint(&one).size;
    assert_eq!(witness.ask(0, &[], &ours), (409, format!("{size}\n")), "it tells what it saw last");
    assert_eq!(witness.ask(size, &[], &theirs).0, 409, "another tree of the same size");

    // Its memory outlives it, and a longer tree that leaves the first out is no way round.
    let witness = Witness::start(witness.kill(), &[log]);
    assert_eq!(witness.ask(size, &[], &theirs).0, 409);
    assert_eq!(two.sign_in("ann").socket().bid(&lot, "1002.00")["accepted"], true);
    let told = two.anyone().ok("GET", &format!("/api/log/consistency?from={size}"), Value::Null);
    let proof: Vec<String> = serde_json::from_value(told["proof"].clone()).expect("hashes");
    let longer = told["checkpoint"].as_str().expect("text");
    assert_eq!(witness.ask(size, &proof, longer).0, 422);
}

#[test]
fn a_server_has_its_checkpoints_cosigned() {
    let hall = Hall::with_bids(1);
    let (lot, log) = (hall.lot.clone(), key(&hall.server));
    let dir = hall.kill();
    let witness = Witness::start(TempDir::new().expect("a folder"), std::slice::from_ref(&log));
    let by = witness.key();
    let url = format!("http://{}", witness.host);
    let server = Server::start_with(dir, &["--witness", &url, &by.to_string()]);
    assert_eq!(server.sign_in("bo").socket().bid(&lot, "1001.00")["accepted"], true);
    let size = checkpoint(&server).size;
    let cosigned = soon(|| {
        let (status, text) = server.anyone().call("GET", "/api/log/cosigned", Value::Null);
        let text = text.as_str().filter(|_| status == 200)?.to_string();
        (Checkpoint::verify(&text, &log).expect("signed").size == size).then_some(text)
    });
    by.verify_cosignature(&Note::parse(&cosigned).expect("a note")).expect("cosigned");
    assert_eq!(server.anyone().text("/checkpoint"), cosigned, "everybody is shown who has seen it");
}
