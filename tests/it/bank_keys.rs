//! 银行公钥: a bank signs by any key that stands; two administrators add and revoke one. And a refund that
//! came back goes to another account of the same name, by two clerks.

use crate::bank::{Bank, HOUR_MS, Paid, apply, code, credit, hex, lot, message, rejected};
use crate::house::Server;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sunbid::clock;

fn notice(id: &str, reference: &str) -> String {
    let paid = Paid { reference, account: "000", yuan: "1.00", at: clock::now().0, name: "X", from: "6222" };
    message(id, &credit(&paid))
}

#[test]
fn a_bank_signs_by_any_key_that_two_administrators_let_stand() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (admin, other) = (server.sign_in("admin"), server.person("admin-b", "admin"));
    let path = "/api/banks/test-bank/keys";
    let [second, coming] = [0, 1].map(|_| Ed25519KeyPair::generate().expect("a key"));
    let public = |pair: &Ed25519KeyPair| hex(pair.public_key().as_ref());
    let send = |pair: &Ed25519KeyPair, xml: &str| code(bank.send_signed(xml, &hex(pair.sign(xml.as_bytes()).as_ref())));
    let number = |pair: &Ed25519KeyPair| {
        let keys = admin.ok("GET", path, Value::Null);
        let row = keys.as_array().expect("rows").iter().find(|key| key["public_key"] == public(pair)).cloned();
        row.expect("the key")["n"].as_i64().expect("a number")
    };

    admin.ok("POST", path, json!({"public_key": public(&second)}));
    let again = admin.call("POST", path, json!({"public_key": public(&second)}));
    assert_eq!(code(again), (409, "CONFLICT".into()));
    assert_eq!(send(&second, &notice("K1", "K1")), (401, "SIGNATURE_WRONG".into()));
    let confirm = format!("{path}/{}/confirm", number(&second));
    assert_eq!(code(admin.call("POST", &confirm, json!({}))), (409, "CONFLICT".into()));
    other.ok("POST", &confirm, json!({}));
    assert_eq!(send(&second, &notice("K2", "K2")).0, 200);
    // The first one serves beside it.
    assert_eq!(send(&bank.pair, &notice("K3", "K3")).0, 200);

    let from = clock::now().0 + HOUR_MS;
    admin.ok("POST", path, json!({"public_key": public(&coming), "valid_from": from}));
    other.ok("POST", &format!("{path}/{}/confirm", number(&coming)), json!({}));
    assert_eq!(send(&coming, &notice("K4", "K4")), (401, "KEY_NOT_VALID".into()));

    let revoke = format!("{path}/{}/revoke", number(&bank.pair));
    assert_eq!(code(admin.call("POST", &revoke, json!({"reason": ""}))), (400, "BAD_REQUEST".into()));
    admin.ok("POST", &revoke, json!({"reason": "私钥疑似泄露"}));
    assert_eq!(send(&bank.pair, &notice("K5", "K5")).0, 200);
    let confirm = format!("{path}/{}/confirm", number(&bank.pair));
    assert_eq!(code(admin.call("POST", &confirm, json!({}))), (409, "CONFLICT".into()));
    other.ok("POST", &confirm, json!({}));
    assert_eq!(send(&bank.pair, &notice("K6", "K6")), (401, "KEY_REVOKED".into()));
    assert_eq!(code(server.person("clerk-a", "clerk").call("GET", path, Value::Null)).0, 403);

    // Ours are published, the newest first, and a new one is drawn on demand.
    let before = server.anyone().ok("GET", "/api/signing-keys", Value::Null);
    admin.ok("POST", "/api/signing-keys", json!({}));
    let after = server.anyone().ok("GET", "/api/signing-keys", Value::Null);
    assert_eq!((before.as_array().map(Vec::len), after.as_array().map(Vec::len)), (Some(1), Some(2)));
    assert_eq!(after[1]["public_key"], before[0]["public_key"]);
}

#[test]
fn a_refund_to_a_dead_account_goes_to_another_of_the_same_name_by_two_clerks() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let bidder = server.person("Payer Ltd", "bidder");
    let deadline_at = clock::now().0 + HOUR_MS;
    let id = lot(&clerk, &second, "P-1", HOUR_MS, deadline_at);
    let (_, account) = apply(&bidder, &id, "62220001");
    let late = Paid {
        reference: "R1",
        account: &account,
        yuan: "200.00",
        at: deadline_at + 1,
        name: "Payer Ltd",
        from: "62220001",
    };
    bank.send(&message("M1", &credit(&late)));
    let row = || clerk.ok("GET", "/api/desk/refunds", Value::Null)["items"][0].clone();
    let path = format!("/api/desk/refunds/{}", row()["id"].as_str().expect("an id"));
    let let_out = |after: i64| {
        clerk.ok("POST", &format!("{path}/make"), json!({}));
        second.ok("POST", &format!("{path}/check"), json!({}));
        let (status, batch, _) = bank.fetch(after, clock::now().0);
        assert_eq!(status, 200);
        batch
    };
    let payee =
        |to: &str| clerk.call("POST", &format!("{path}/payee"), json!({"to_account": to, "reason": "竞买人来函"}));
    assert_eq!(code(payee("62229999")), (409, "CONFLICT".into()));
    let batch = let_out(0);
    assert!(batch.contains("<Id>62220001</Id>"), "{batch}");
    let name = batch.split("<EndToEndId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a name").to_string();
    assert_eq!(bank.send(&rejected("S1", &name, "AC04")).1["entries"][0]["result"], "returned");
    assert_eq!((row()["state"].as_str(), row()["return_code"].as_str()), (Some("returned"), Some("AC04")));

    // The same dead account takes no second try.
    let make = || code(clerk.call("POST", &format!("{path}/make"), json!({})));
    assert_eq!(make(), (409, "CONFLICT".into()));
    assert_eq!(code(payee("62 22")).0, 204);
    assert_eq!(code(payee("6222 9999")).0, 204);
    assert_eq!(make(), (409, "CONFLICT".into()));
    // The second clerk reads where it goes and why, and says the same: not what was put there since.
    let read = row();
    assert_eq!((read["payee_waits"].as_str(), read["payee_reason"].as_str()), (Some("62229999"), Some("竞买人来函")));
    let check = |who: &crate::house::Person, to: &str, reason: &str| {
        let said = json!({"to_account": to, "reason": reason});
        code(who.call("POST", &format!("{path}/payee/check"), said))
    };
    assert_eq!(check(&clerk, "62229999", "竞买人来函"), (409, "CONFLICT".into()));
    assert_eq!(code(second.call("POST", &format!("{path}/payee/check"), json!({}))).0, 400);
    assert_eq!(code(payee("6222 8888")).0, 204);
    assert_eq!(check(&second, "62229999", "竞买人来函"), (409, "PAYEE_CHANGED".into()));
    assert_eq!(code(payee("6222 9999")).0, 204);
    assert_eq!(check(&second, "62229999", "电话通知"), (409, "PAYEE_CHANGED".into()));
    assert_eq!(check(&second, "62229999", "竞买人来函").0, 204);
    let batch = let_out(1);
    assert!(batch.contains("<Id>62229999</Id>") && batch.contains("<Nm>Payer Ltd</Nm>"), "{batch}");
}
