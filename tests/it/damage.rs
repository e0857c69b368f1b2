//! Damage to the record is found and named; nothing is guessed.

use crate::house::{Server, draft, open_lot, soon, verify};
use rusqlite::Connection;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn a_lot_with_bids() -> tempfile::TempDir {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    let lot = open_lot(&writes, &checks, &[&ann, &bo], draft("D-1", 3_600_000));
    let (mut a, mut b) = (ann.socket(), bo.socket());
    for amount in 1000..1006 {
        let socket = if amount % 2 == 0 { &mut a } else { &mut b };
        assert_eq!(socket.bid(&lot, &format!("{amount}.00"))["accepted"], true);
    }
    soon(|| {
        let page = server.anyone().ok("GET", &format!("/api/lots/{lot}/bids"), Value::Null);
        (page["items"].as_array().expect("items").len() == 6).then_some(())
    });
    server.kill()
}

fn damaged(data: &Path, sql: &str) -> String {
    let journal = Connection::open(data.join("journal.db")).expect("a journal");
    assert!(journal.execute(sql, []).expect("damaged") > 0, "{sql} touched nothing");
    let (whole, said) = verify(data);
    assert!(!whole, "{sql}: {said}");
    said
}

#[test]
fn a_whole_record_verifies_and_each_kind_of_damage_is_named() {
    let changed = a_lot_with_bids();
    let data = changed.path().join("data");
    let (whole, said) = verify(&data);
    assert!(whole && said.contains("entries, 1 lots, chain whole"), "{said}");
    // The tables are held to the journal row by row.
    for (change, back) in [
        ("update bids set amount = amount + 1 where seq = 6", "update bids set amount = amount - 1 where seq = 6"),
        ("update lot_states set leader = leader + 1", "update lot_states set leader = leader - 1"),
        (
            "update applications set paddle = paddle + 1 where no = 1",
            "update applications set paddle = paddle - 1 where no = 1",
        ),
        ("update applications set priority = 1 where no = 1", "update applications set priority = null where no = 1"),
    ] {
        let tables = Connection::open(data.join("sunbid.db")).expect("tables");
        assert!(tables.execute(change, []).expect("changed") > 0, "{change} touched nothing");
        let (whole, said) = verify(&data);
        assert!(!whole, "{change}: {said}");
        tables.execute(back, []).expect("changed back");
        assert!(verify(&data).0, "{back}");
    }
    // The eighth entry's amount: 100400 becomes 100900.
    let said = damaged(
        &data,
        "update journal set body = replace(cast(body as text), '100400', '100900') where instr(body, '\"amount\":100400')",
    );
    assert!(said.contains("damaged at entry"), "{said}");
    let refused = Command::new(env!("CARGO_BIN_EXE_sunbid"))
        .args(["serve", "--no-demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .output()
        .expect("runs");
    assert!(!refused.status.success(), "a server must not open on a damaged record");

    let missing = a_lot_with_bids();
    let data = missing.path().join("data");
    let said = damaged(&data, "delete from journal where first_n = 4");
    assert!(said.contains("entry 4"), "{said}");

    let cut = a_lot_with_bids();
    let data = cut.path().join("data");
    let said = damaged(&data, "delete from journal where first_n = (select max(first_n) from journal)");
    assert!(said.contains("is missing"), "{said}");

    let tables = a_lot_with_bids();
    let data = tables.path().join("data");
    let sql = Connection::open(data.join("sunbid.db")).expect("tables");
    sql.execute("delete from bids where amount = 100300", []).expect("deleted");
    let (whole, said) = verify(&data);
    assert!(!whole && said.contains("the table bids does not say what the journal says"), "{said}");

    let seats = a_lot_with_bids();
    let data = seats.path().join("data");
    let sql = Connection::open(data.join("sunbid.db")).expect("tables");
    sql.execute("update applications set paddle = null, status = 'submitted' where no = 2", []).expect("unseated");
    let (whole, said) = verify(&data);
    assert!(!whole && said.contains("of the journal is missing"), "{said}");
}
