//! 号牌: a full hall gives out every paddle it has, and writes no refusal for those it did not draw.

use crate::house::{Server, draft, soon};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// More than have three digits.
const BIDDERS: i64 = 905;

#[test]
fn a_lot_takes_more_bidders_than_three_digits_and_writes_no_refusal_for_a_paddle_it_did_not_draw() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let lot = writes.ok("POST", "/api/desk/lots", draft("FULL-1", 3_600_000));
    let lot = lot["card"]["id"].as_str().expect("an id").to_string();
    checks.ok("POST", &format!("/api/desk/lots/{lot}/check"), json!({}));
    writes.ok("POST", &format!("/api/desk/lots/{lot}/publish"), json!({}));
    // A registration costs a password's hash; nine hundred of them would be this test's whole time.
    let mut db = server.tables();
    let tx = db.transaction().expect("begins");
    for no in 1..=BIDDERS {
        let account = Uuid::new_v4().to_string();
        tx.execute(
            "insert into accounts (id, login, name, role, password_hash, created_at) values (?1, ?1, ?1, 'bidder', '', 0)",
            [&account],
        )
        .expect("an account");
        tx.execute(
            "insert into applications (lot, no, account, status, submitted_at) values (?, ?, ?, 'submitted', 0)",
            (&lot, no, &account),
        )
        .expect("an application");
    }
    tx.commit().expect("committed");

    let mut paddles = BTreeSet::new();
    for no in 1..=BIDDERS {
        let admitted = writes.ok("POST", &format!("/api/desk/lots/{lot}/applications/{no}/admit"), json!({}));
        let paddle = admitted["paddle"].as_u64().expect("a paddle");
        assert_eq!(paddle < 1_000, no <= 900, "the {no}th got {paddle}");
        assert!(paddles.insert(paddle), "{paddle} twice");
    }
    let seated = "select count(*) from applications where paddle is not null";
    soon(|| db.query_row(seated, [], |row| row.get::<_, i64>(0)).is_ok_and(|seen| seen == BIDDERS).then_some(()));
    let taken: i64 = db
        .query_row("select count(*) from refusals where code = 'PADDLE_TAKEN'", [], |row| row.get(0))
        .expect("a number");
    // The feed may be an entry behind when the next draws; before, filling a hall wrote tens of thousands.
    assert!(taken < 10, "{taken} refusals of paddles");
    let page = writes.ok("GET", &format!("/api/desk/lots/{lot}/applications?after_no=900"), Value::Null);
    assert_eq!(page.as_array().expect("rows").len(), 5);
}
