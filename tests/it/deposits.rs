//! 竞买保证金 through the front door: a bank that signs, bidders who pay, clerks who give back.

use crate::bank::{Bank, HOUR_MS, Paid, apply, balances, code, credit, debit, lot, message};
use crate::house::{Person, Server, soon, verify};
use serde_json::{Value, json};
use std::collections::HashMap;
use sunbid::clock;

#[test]
fn a_deposit_goes_from_the_bank_to_a_seat_and_back_again() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let (winner, loser) = (server.person("Winner Ltd", "bidder"), server.person("Loser Ltd", "bidder"));
    let deadline_at = clock::now().0 + HOUR_MS;
    let id = lot(&clerk, &second, "D-1", 3_000, deadline_at);
    let frozen = clerk.call(
        "PUT",
        &format!("/api/desk/lots/{id}/deposit"),
        json!({"bank": "test-bank", "deadline_at": deadline_at}),
    );
    assert_eq!(code(frozen), (409, "CONFLICT".into()));

    let (first_no, account) = apply(&winner, &id, "6222 0001");
    let again =
        winner.ok("POST", &format!("/api/lots/{id}/applications/mine/account"), json!({"payer_account": "6222 0001"}));
    assert_eq!(again["account"], account.as_str());
    assert_eq!((again["required"].as_str(), again["deadline_at"].as_i64()), (Some("200.00"), Some(deadline_at)));
    let admit = |no: i64| clerk.call("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
    assert_eq!(code(admit(first_no)), (409, "DEPOSIT_SHORT".into()));

    // Half, from his own account; then what does not count; then the rest, booked at the deadline itself.
    let now = clock::now().0;
    let half =
        Paid { reference: "R1", account: &account, yuan: "100.00", at: now, name: "Winner Ltd", from: "62220001" };
    let first = message("M1", &credit(&half));
    let (status, answer) = bank.send(&first);
    assert_eq!((status, answer["entries"][0]["result"].as_str()), (200, Some("counted")), "{answer}");
    assert_eq!(code(admit(first_no)), (409, "DEPOSIT_SHORT".into()));
    let others = [
        credit(&Paid { reference: "R2", name: "Somebody", yuan: "500.00", ..half.clone() }),
        credit(&Paid { reference: "R3", at: deadline_at + 1, yuan: "100.00", ..half.clone() }),
        credit(&Paid { reference: "R4", account: "000", yuan: "7.00", ..half.clone() }),
    ];
    let (_, answer) = bank.send(&message("M2", &others.concat()));
    let results: Vec<_> = (0..3).map(|n| answer["entries"][n]["result"].as_str()).collect();
    assert_eq!(results, [Some("wrong_payer"), Some("late"), Some("unknown_account")]);
    assert_eq!(code(admit(first_no)), (409, "DEPOSIT_SHORT".into()));

    // The same again changes nothing; the same reference with another sum is an alarm.
    let before = balances(&clerk);
    assert_eq!(bank.send(&first).1["entries"][0]["result"], "counted");
    assert_eq!(bank.send(&message("M3", &credit(&half))).1["entries"][0]["result"], "counted");
    let altered = credit(&Paid { yuan: "100.01", ..half.clone() });
    assert_eq!(code(bank.send(&message("M4", &altered))), (409, "REFERENCE_ALTERED".into()));
    assert_eq!(code(bank.send(&message("M1", &altered))), (409, "REFERENCE_ALTERED".into()));
    let tampered = first.replace("100.00", "900.00");
    assert_eq!(code(bank.send_signed(&tampered, &bank.sign(first.as_bytes()))), (401, "SIGNATURE_WRONG".into()));
    assert_eq!(code(bank.send("<Document/>")), (400, "BAD_REQUEST".into()));
    assert_eq!(before, balances(&clerk));

    let rest = credit(&Paid { reference: "R5", at: deadline_at, ..half.clone() });
    bank.send(&message("M5", &rest));
    assert_eq!(admit(first_no).0, 200);

    let (second_no, other) = apply(&loser, &id, "62220002");
    let all = Paid { reference: "R6", account: &other, yuan: "200.00", name: "Loser Ltd", from: "62220002", at: now };
    bank.send(&message("M6", &credit(&all)));
    assert_eq!(admit(second_no).0, 200);

    // Who they are stays hidden from the desk.
    for path in ["/api/desk/deposits", "/api/desk/deposits/credits", "/api/desk/refunds"] {
        let seen = clerk.ok("GET", path, Value::Null).to_string();
        assert!(!seen.contains("Winner") && !seen.contains("Loser") && !seen.contains("62220001"), "{seen}");
    }
    clerk.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    let unsettled = clerk.call("POST", &format!("/api/desk/lots/{id}/deposit/settle"), json!({}));
    assert_eq!(code(unsettled), (409, "CONFLICT".into()));
    assert_eq!(winner.socket().bid(&id, "1000.00")["accepted"], true);
    soon(|| {
        let lot = clerk.ok("GET", &format!("/api/desk/lots/{id}"), Value::Null);
        (lot["card"]["stage"] == "sold").then_some(())
    });
    soon(|| (clerk.call("POST", &format!("/api/desk/lots/{id}/deposit/settle"), json!({})).0 == 204).then_some(()));
    clerk.ok("POST", &format!("/api/desk/lots/{id}/deposit/settle"), json!({}));
    let after = balances(&clerk);
    let expected =
        [("bank", "1007.00"), ("held", "0.00"), ("suspense", "-7.00"), ("payable", "-800.00"), ("earnest", "-200.00")];
    for (ledger, amount) in expected {
        assert_eq!(after[ledger], amount, "{ledger}");
    }
    let closed = Paid { reference: "R7", yuan: "1.00", ..all.clone() };
    assert_eq!(bank.send(&message("M7", &credit(&closed))).1["entries"][0]["result"], "closed_account");

    // Two clerks let the loser's money out; one alone cannot.
    let refunds = clerk.ok("GET", "/api/desk/refunds?lot=D-1", Value::Null);
    assert_eq!(refunds["total"], 3, "{refunds}");
    let lost =
        refunds["items"].as_array().expect("rows").iter().find(|row| row["reason"] == "lost").expect("his").clone();
    let path = format!("/api/desk/refunds/{}", lost["id"].as_str().expect("an id"));
    let check = |person: &Person| person.call("POST", &format!("{path}/check"), json!({}));
    assert_eq!(code(check(&second)), (409, "CONFLICT".into()));
    clerk.ok("POST", &format!("{path}/make"), json!({}));
    assert_eq!(code(check(&clerk)), (409, "CONFLICT".into()));
    assert_eq!(bank.fetch(0, clock::now().0).0, 204);
    assert_eq!(check(&second).0, 204);

    let asked_at = clock::now().0;
    let (status, batch, signed) = bank.fetch(0, asked_at);
    assert!(status == 200 && signed, "{status}");
    assert_eq!(bank.fetch(0, asked_at).0, 409);
    assert_eq!(bank.fetch(0, asked_at + 10 * HOUR_MS).0, 401);
    assert_eq!(bank.fetch(0, asked_at + 1), (200, batch.clone(), true));
    assert_eq!(bank.fetch(1, asked_at + 2).0, 204);
    let name = batch.split("<EndToEndId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a name").to_string();
    assert!(batch.contains("<InstdAmt Ccy=\"CNY\">200.00</InstdAmt>") && batch.contains("<Nm>Loser Ltd</Nm>"));
    assert_eq!(code(bank.send(&message("M8", &debit(&name, "199.00")))), (409, "UNKNOWN_REFUND".into()));
    assert_eq!(bank.send(&message("M9", &debit(&name, "200.00"))).1["entries"][0]["result"], "paid");
    assert_eq!(bank.send(&message("M10", &debit(&name, "200.00"))).1["entries"][0]["result"], "paid");
    let mine = loser.ok("GET", "/api/me/deposits", Value::Null);
    assert_eq!(mine[0]["state"], "refunded", "{mine}");
    assert_eq!(winner.ok("GET", "/api/me/deposits", Value::Null)[0]["state"], "earnest");
    assert_eq!(balances(&clerk)["payable"], "-600.00");

    // A winner who does not sign loses it, for a reason.
    let forfeit = format!("/api/desk/lots/{id}/applications/{first_no}/forfeit");
    assert_eq!(code(clerk.call("POST", &forfeit, json!({"reason": " "}))), (400, "BAD_REQUEST".into()));
    let granted =
        |person: &Person, reason: &str| person.call("POST", &format!("{forfeit}/grant"), json!({"reason": reason}));
    let grant = |person: &Person| granted(person, "不签合同");
    assert_eq!(code(grant(&second)), (409, "CONFLICT".into()));
    clerk.ok("POST", &forfeit, json!({"reason": "不签合同"}));
    assert_eq!(balances(&clerk)["forfeited"], "0.00");
    let waits = second.ok("GET", "/api/desk/deposits?state=earnest", Value::Null);
    assert_eq!(waits["items"][0]["forfeit_reason"], "不签合同", "{waits}");
    assert_eq!(code(grant(&clerk)), (409, "CONFLICT".into()));
    // What the second clerk read is what he grants, not what was written since.
    clerk.ok("POST", &forfeit, json!({"reason": "另有缘由"}));
    assert_eq!(code(grant(&second)), (409, "FORFEITURE_CHANGED".into()));
    clerk.ok("POST", &forfeit, json!({"reason": "不签合同"}));
    assert_eq!(grant(&second).0, 204);
    assert_eq!(grant(&second).0, 204);
    clerk.ok("POST", &forfeit, json!({"reason": "再次"}));
    assert_eq!(balances(&clerk)["forfeited"], "-200.00");
    assert_eq!(winner.ok("GET", "/api/me/deposits", Value::Null)[0]["reason"], "不签合同");
    let (sound, said) = verify(&server.kill().path().join("data"));
    assert!(sound, "{said}");
}

/// splitmix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[test]
fn the_ledger_balances_after_messages_out_of_order_and_twice() {
    const MESSAGES: usize = 300;
    let seed = 20_081_001;
    println!("seed {seed}");
    let mut chance = Chance(seed);
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let bidder = server.person("Payer Ltd", "bidder");
    let deadline_at = clock::now().0 + HOUR_MS;
    let id = lot(&clerk, &second, "D-2", HOUR_MS, deadline_at);
    let (_, account) = apply(&bidder, &id, "62220009");
    let (mut sent, mut expected) = (Vec::<String>::new(), HashMap::<&str, i64>::new());
    for n in 0..MESSAGES {
        if n > 0 && chance.below(4) == 0 {
            let known = &sent[chance.below(sent.len() as u64) as usize];
            assert_eq!(bank.send(known).0, 200);
            continue;
        }
        let fen = 1 + chance.below(1_000_000) as i64;
        let (yuan, reference) = (format!("{}.{:02}", fen / 100, fen % 100), format!("R{n}"));
        let sound = Paid {
            reference: &reference,
            account: &account,
            yuan: &yuan,
            at: deadline_at - chance.below(1000) as i64,
            name: "Payer Ltd",
            from: "62220009",
        };
        let (ledger, paid) = match chance.below(4) {
            0 => ("payable", Paid { name: "Somebody", ..sound }),
            1 => ("payable", Paid { at: deadline_at + 1, ..sound }),
            2 => ("suspense", Paid { account: "000", ..sound }),
            _ => ("held", sound),
        };
        let message = message(&format!("M{n}"), &credit(&paid));
        assert_eq!(bank.send(&message).0, 200);
        *expected.entry(ledger).or_default() += fen;
        *expected.entry("bank").or_default() -= fen;
        sent.push(message);
    }
    let balances = balances(&clerk);
    for (ledger, fen) in expected {
        let yuan = balances[ledger].replace('.', "").parse::<i64>().expect("fen");
        assert_eq!(yuan, -fen, "{ledger}");
    }
}

#[test]
fn a_message_laid_into_the_folder_is_taken_as_over_the_wire() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let clerk = server.person("clerk-a", "clerk");
    let folder = server.dir.path().join("data/bank/in/test-bank");
    std::fs::create_dir_all(&folder).expect("a folder");
    let paid = Paid { reference: "F1", account: "000", yuan: "3.00", at: clock::now().0, name: "X", from: "6222" };
    let (good, bad) = (message("F1", &credit(&paid)), message("F2", &credit(&paid)));
    std::fs::write(folder.join("a.xml"), &good).expect("written");
    std::fs::write(folder.join("a.xml.sig"), bank.sign(good.as_bytes())).expect("written");
    std::fs::write(folder.join("b.xml"), &bad).expect("written");
    std::fs::write(folder.join("b.xml.sig"), bank.sign(good.as_bytes())).expect("written");
    let root = server.dir.path().join("data/bank");
    soon(|| root.join("done/test-bank/a.xml").exists().then_some(()));
    soon(|| root.join("refused/test-bank/b.xml").exists().then_some(()));
    let answer = std::fs::read_to_string(root.join("refused/test-bank/b.xml.answer.json")).expect("an answer");
    assert!(answer.contains("SIGNATURE_WRONG"), "{answer}");
    assert_eq!(balances(&clerk)["suspense"], "-3.00");
}
