//! What is published and issued stands in the log by its hash, once; what witnesses sign stands beside the
//! paper; and the log keeps its name.

use crate::house::{Server, soon, verify};
use crate::life::{Desk, file};
use crate::proof::{Witness, checkpoint, key};
use serde_json::{Value, json};
use std::process::Command;
use sunbid::proof::note::Note;
use sunbid::proof::receipt::Receipt;
use tempfile::TempDir;

/// The document's page, once its hash stands in the log.
fn noted(server: &Server, fingerprint: &str) -> Value {
    soon(|| {
        let seen = server.anyone().ok("GET", &format!("/api/documents/{fingerprint}"), Value::Null);
        seen.get("noted").is_some().then_some(seen)
    })
}

fn due(server: &Server) -> i64 {
    server.tables().query_row("select count(*) from notes_due", [], |row| row.get(0)).expect("a number")
}

fn fact(receipt: &Receipt) -> Value {
    serde_json::from_slice::<Value>(&receipt.line).expect("JSON")["fact"].clone()
}

#[test]
fn what_is_issued_is_noted_once_and_tells_nobody_whose_it_is() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let lot = desk.lot("N-1", 2_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann]);
    ann.socket().bid(&lot, "1000.00");
    desk.sold(&lot);
    ann.bytes(&format!("/api/printed/win_letter/{lot}"));
    let printed = ann.ok("GET", &format!("/api/lots/{lot}/printed"), Value::Null);
    let notice =
        printed.as_array().expect("rows").iter().find(|row| row["kind"] == "notice").expect("a notice").clone();
    ann.bytes(&format!("/api/printed/notice/{}", notice["subject"].as_str().expect("a subject")));
    let printed = ann.ok("GET", &format!("/api/lots/{lot}/printed"), Value::Null);
    let fingerprint = |kind: &str| {
        let row = printed.as_array().expect("rows").iter().find(|row| row["kind"] == kind).expect("offered");
        row["issued"][0]["fingerprint"].as_str().expect("a hash").to_string()
    };

    let (server, log) = (&desk.server, key(&desk.server));
    let mut leaves = Vec::new();
    for (kind, of_lot, id) in [
        ("win_letter", Value::from("00000000-0000-0000-0000-000000000000"), String::new()),
        ("notice", json!(lot), fingerprint("notice")),
    ] {
        let seen = noted(server, &fingerprint(kind));
        let sha256 = seen["file_sha256"].as_str().expect("a hash");
        let receipt = Receipt::parse(&server.anyone().text(&format!("/api/log/notes/{sha256}"))).expect("a receipt");
        receipt.verify(&log).expect("holds");
        let line: Value = serde_json::from_slice(&receipt.line).expect("JSON");
        let told = &line["fact"]["noted"];
        assert_eq!((&told["kind"], &told["sha256"], &told["id"]), (&json!("document"), &json!(sha256), &json!(id)));
        assert_eq!((&line["lot"], seen["noted"].as_u64()), (&of_lot, Some(receipt.index)));
        leaves.push((sha256.to_string(), receipt.index));
    }
    assert_eq!(server.anyone().call("GET", &format!("/api/log/notes/{}", "0".repeat(64)), Value::Null).0, 404);

    // A power cut between the log's answer and our own book: the row is still due, the log already has it.
    // Another was written down and never reached the log.
    soon(|| (due(server) == 0).then_some(()));
    let size = checkpoint(server).size;
    let Desk { server, .. } = desk;
    let dir = server.kill();
    let db = crate::house::tables(dir.path());
    let unheard = "ab".repeat(32);
    for sha256 in [&leaves[0].0, &unheard] {
        db.execute("insert into notes_due (kind, version, sha256) values ('document', 1, ?)", [sha256]).expect("due");
    }
    let server = Server::start_with(dir, &["--rehearsal"]);
    soon(|| (due(&server) == 0).then_some(()));
    assert_eq!(checkpoint(&server).size, size + 1, "one was new");
    for (sha256, index) in leaves.into_iter().chain([(unheard, size)]) {
        let receipt = Receipt::parse(&server.anyone().text(&format!("/api/log/notes/{sha256}"))).expect("a receipt");
        assert_eq!(receipt.index, index);
    }
}

#[test]
fn a_confirmation_carries_the_cosignatures_of_witnesses_as_they_come() {
    let server = Server::start_rehearsal();
    let log = key(&server);
    let dir = server.kill();
    let witnesses = [0, 1].map(|_| Witness::start(TempDir::new().expect("a folder"), std::slice::from_ref(&log)));
    let [(one_url, one), (two_url, two)] =
        [0, 1].map(|nth: usize| (format!("http://{}", witnesses[nth].host), witnesses[nth].key()));
    let server = Server::start_with(dir, &["--rehearsal", "--witness", &one_url, &one.to_string()]);
    let told = server.anyone().ok("GET", "/api/log/witnesses", Value::Null);
    assert_eq!((&told[0]["key"], told.as_array().map(Vec::len)), (&json!(one.to_string()), Some(1)));

    let desk = Desk::of(server);
    let ann = desk.bidder("ann");
    let lot = desk.lot("W-1", 2_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    desk.open(&lot, &[&ann]);
    ann.socket().bid(&lot, "1000.00");
    desk.sold(&lot);
    desk.both(&lot, "confirm", json!({"number": "Q-1"}));
    let path = format!("/api/printed/confirmation/{lot}");
    let confirmed = ann.bytes(&path);
    let printed = ann.ok("GET", &format!("/api/lots/{lot}/printed"), Value::Null);
    let row = printed.as_array().expect("rows").iter().find(|row| row["kind"] == "confirmation").expect("offered");
    let fingerprint = row["issued"][0]["fingerprint"].as_str().expect("a hash").to_string();

    let check = format!("/api/documents/{fingerprint}");
    let signed = |server: &Server, wanted: usize| {
        soon(|| {
            let seen = server.anyone().ok("GET", &check, Value::Null);
            (seen["cosigned_by"].as_array().map(Vec::len) == Some(wanted)).then_some(())
        });
        let receipt = Receipt::parse(&server.anyone().text(&format!("{check}/cosigned"))).expect("a receipt");
        receipt.verify(&log).expect("the sale is in the tree that was cosigned");
        assert!(fact(&receipt)["closed"]["outcome"].to_string().contains("100000"), "the hammer: {}", fact(&receipt));
        receipt.checkpoint.to_string()
    };
    let whole = signed(&desk.server, 1);
    one.verify_cosignature(&Note::parse(&whole).expect("a note")).expect("cosigned");
    assert_eq!(ann.bytes(&path), confirmed, "the paper itself stays as it was printed");

    // A notary joins later: his signature comes beside the first.
    let Desk { server, .. } = desk;
    let more = ["--rehearsal", "--witness", &one_url, &one.to_string(), "--witness", &two_url, &two.to_string()];
    let server = Server::start_with(server.kill(), &more);
    let whole = signed(&server, 2);
    for key in [&one, &two] {
        key.verify_cosignature(&Note::parse(&whole).expect("a note")).expect("cosigned");
    }
    assert_eq!(server.sign_in("ann").bytes(&path), confirmed);
}

#[test]
fn a_log_keeps_the_name_it_was_given() {
    let folder = TempDir::new().expect("a folder");
    let server = Server::start_with(folder, &["--site", "https://bid.example.cn"]);
    let told = server.anyone().ok("GET", "/api/log/key", Value::Null);
    assert_eq!((&told["origin"], key(&server).name), (&json!("bid.example.cn/log"), "bid.example.cn/log".to_string()));
    assert!(server.anyone().text("/checkpoint").starts_with("bid.example.cn/log\n"));
    // The site may move; what was signed stays signed.
    let server = Server::start_with(server.kill(), &["--site", "https://new.example.cn"]);
    assert_eq!(key(&server).name, "bid.example.cn/log");
    let dir = server.kill();
    let data = dir.path().join("data");
    let (whole, said) = verify(&data);
    assert!(whole, "{said}");
    let output = Command::new(env!("CARGO_BIN_EXE_sunbid"))
        .args(["serve", "--no-demo", "--listen", "127.0.0.1:0", "--log-origin", "other.example/log", "--data"])
        .arg(&data)
        .output()
        .expect("runs");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    assert!(!output.status.success() && said.contains("bid.example.cn/log for good"), "{said}");
}
