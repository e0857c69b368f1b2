//! 冲正 and 银行报警: what a bank takes back is taken from where it lies, and a person answers for it.

use crate::bank::{
    Bank, HOUR_MS, Paid, apply, balances, bounce, code, credit, debit, lot, message, rejected, reversal,
};
use crate::house::{Person, Server};
use serde_json::{Value, json};
use sunbid::clock;

fn result(answer: &(u16, Value)) -> &str {
    answer.1["entries"][0]["result"].as_str().unwrap_or("none")
}

fn alarm(person: &Person, code: &str) -> Value {
    let all = person.ok("GET", "/api/desk/bank-alarms", Value::Null);
    let rows = all["items"].as_array().expect("rows");
    rows.iter().find(|row| row["code"] == code).unwrap_or_else(|| panic!("no {code} in {all}")).clone()
}

/// Two clerks let out the refund that waits; its EndToEndId.
fn let_out(clerk: &Person, second: &Person, bank: &Bank, after: i64) -> String {
    let refunds = clerk.ok("GET", "/api/desk/refunds", Value::Null);
    let rows = refunds["items"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["state"] == "due" || row["state"] == "returned").expect("a refund");
    let path = format!("/api/desk/refunds/{}", row["id"].as_str().expect("an id"));
    clerk.ok("POST", &format!("{path}/make"), json!({}));
    second.ok("POST", &format!("{path}/check"), json!({}));
    let (status, batch, _) = bank.fetch(after, clock::now().0);
    assert_eq!(status, 200);
    batch.split("<EndToEndId>").nth(1).and_then(|rest| rest.split('<').next()).expect("a name").to_string()
}

#[test]
fn what_a_bank_takes_back_counts_no_more_and_is_told_to_a_person() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let supervisor = server.person("watcher", "supervisor");
    let (bidder, other) = (server.person("Payer Ltd", "bidder"), server.person("Other Ltd", "bidder"));
    let deadline_at = clock::now().0 + HOUR_MS;
    let id = lot(&clerk, &second, "V-1", HOUR_MS, deadline_at);
    let (no, account) = apply(&bidder, &id, "62220001");
    let paid = Paid {
        reference: "R1",
        account: &account,
        yuan: "200.00",
        at: clock::now().0,
        name: "Payer Ltd",
        from: "62220001",
    };
    let admit = |no: i64| clerk.call("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));

    // Paid, and taken back before anybody counted on it: it is as if it had not come.
    let at = clock::now().0;
    assert_eq!(result(&bank.send(&message("M1", &credit(&paid)))), "counted");
    assert_eq!(code(bank.send(&message("M2", &reversal("V1", "R1", "199.00", at)))), (409, "REVERSAL_ALTERED".into()));
    assert_eq!(result(&bank.send(&message("M3", &reversal("V1", "R1", "200.00", at)))), "reversed");
    let taken = balances(&clerk);
    assert_eq!(
        (taken.get("held").map(String::as_str), taken.get("bank").map(String::as_str)),
        (Some("0.00"), Some("0.00"))
    );
    assert_eq!(code(admit(no)), (409, "DEPOSIT_SHORT".into()));
    let mine = bidder.ok("GET", "/api/me/deposits", Value::Null);
    assert_eq!((mine[0]["state"].as_str(), mine[0]["missing"].as_str()), (Some("issued"), Some("200.00")), "{mine}");
    assert_eq!(mine[0]["credits"][0]["reversed"], true);
    // The same again moves nothing; another word for the same credit is an alarm.
    assert_eq!(result(&bank.send(&message("M4", &reversal("V1", "R1", "200.00", at)))), "reversed");
    assert_eq!(code(bank.send(&message("M5", &reversal("V2", "R1", "200.00", at)))), (409, "REVERSAL_ALTERED".into()));
    assert_eq!(taken, balances(&clerk));

    // Paid again and admitted; then the bank takes it back under his seat.
    bank.send(&message("M6", &credit(&Paid { reference: "R2", ..paid.clone() })));
    assert_eq!(admit(no).0, 200);
    assert_eq!(result(&bank.send(&message("M7", &reversal("V3", "R2", "200.00", at)))), "reversed");
    assert_eq!(balances(&clerk)["held"], "0.00");
    let raised = alarm(&supervisor, "reversal_after_hold");
    assert_eq!((raised["state"].as_str(), raised["lot_number"].as_str()), (Some("open"), Some("V-1")), "{raised}");
    let path = format!("/api/desk/bank-alarms/{}", raised["n"]);
    let close = |person: &Person| person.call("POST", &format!("{path}/close"), json!({}));
    assert_eq!(code(close(&supervisor)), (409, "CONFLICT".into()));
    let nothing = clerk.call("POST", &format!("{path}/explain"), json!({"explanation": " "}));
    assert_eq!(code(nothing), (400, "BAD_REQUEST".into()));
    clerk.ok("POST", &format!("{path}/explain"), json!({"explanation": "银行误记，已通知竞买人补缴"}));
    assert_eq!(code(close(&clerk)), (409, "CONFLICT".into()));
    let open_before = clerk.ok("GET", "/api/desk/deposits/balances", Value::Null)["alarms"].as_i64();
    assert_eq!(close(&supervisor).0, 204);
    let open_after = clerk.ok("GET", "/api/desk/deposits/balances", Value::Null)["alarms"].as_i64();
    assert_eq!(open_after, open_before.map(|open| open - 1));
    let closed = alarm(&clerk, "reversal_after_hold");
    assert_eq!((closed["state"].as_str(), closed["closed_by"].as_str()), (Some("closed"), Some("watcher")));

    // Told before its credit, it waits for it, and a person knows.
    assert_eq!(result(&bank.send(&message("M8", &reversal("V4", "R3", "7.00", at)))), "reversal_waits");
    assert_eq!(alarm(&clerk, "reversal_waits")["reference"], "R3");
    let early = Paid { reference: "R3", yuan: "7.00", ..paid.clone() };
    assert_eq!(result(&bank.send(&message("M9", &credit(&early)))), "counted");
    assert_eq!(balances(&clerk)["held"], "0.00");
    // Its credit of another sum: the credit stands, and a person is told.
    bank.send(&message("M10", &reversal("V5", "R4", "8.00", at)));
    bank.send(&message("M11", &credit(&Paid { reference: "R4", yuan: "9.00", ..paid.clone() })));
    assert_eq!(alarm(&clerk, "reversal_altered")["reference"], "R4");
    assert_eq!(balances(&clerk)["held"], "-9.00");

    // Out of suspense; and out of what was to go back, whose refund is withdrawn.
    bank.send(&message("M12", &credit(&Paid { reference: "R5", account: "000", yuan: "3.00", ..paid.clone() })));
    assert_eq!(alarm(&clerk, "unknown_account")["amount"], "3.00");
    assert_eq!(result(&bank.send(&message("M13", &reversal("V6", "R5", "3.00", at)))), "reversed");
    let (_, others) = apply(&other, &id, "62220002");
    let stranger = Paid { reference: "R6", account: &others, yuan: "50.00", name: "Somebody", ..paid.clone() };
    bank.send(&message("M14", &credit(&stranger)));
    assert_eq!(result(&bank.send(&message("M15", &reversal("V7", "R6", "50.00", at)))), "reversed");
    let rows = clerk.ok("GET", "/api/desk/refunds", Value::Null);
    assert_eq!(rows["items"][0]["state"], "withdrawn", "{rows}");
    let now = balances(&clerk);
    assert_eq!(
        (now.get("suspense").map(String::as_str), now.get("payable").map(String::as_str)),
        (Some("0.00"), Some("0.00"))
    );

    // Paid out, come back, paid out again, and then taken back: a claim, and an alarm that stops no more
    // from going out.
    bank.send(&message("M16", &credit(&Paid { reference: "R7", ..stranger })));
    let first = let_out(&clerk, &second, &bank, 0);
    assert_eq!(result(&bank.send(&message("M17", &debit(&first, "50.00")))), "paid");
    assert_eq!(balances(&clerk)["payable"], "0.00");
    assert_eq!(result(&bank.send(&message("M18", &bounce(&first, "50.00")))), "returned");
    assert_eq!(balances(&clerk)["payable"], "-50.00");
    let again = let_out(&clerk, &second, &bank, 1);
    assert_ne!(first, again);
    assert_eq!(code(bank.send(&message("M19", &bounce(&again, "50.00")))), (409, "UNKNOWN_REFUND".into()));
    assert_eq!(result(&bank.send(&message("M20", &debit(&again, "50.00")))), "paid");
    assert_eq!(result(&bank.send(&message("M21", &reversal("V8", "R7", "50.00", at)))), "reversed");
    let end = balances(&clerk);
    assert_eq!(
        (end.get("claims").map(String::as_str), end.get("payable").map(String::as_str)),
        (Some("50.00"), Some("0.00"))
    );
    assert_eq!(alarm(&clerk, "reversal_after_refund")["state"], "open");
}

#[test]
fn the_registered_name_pays_and_money_taken_back_from_one_lot_is_missed_at_the_next() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let (bidder, officer) = (server.person("bidder-a", "bidder"), server.person("officer-a", "officer"));
    crate::approval::register(&bidder, &officer, "甲公司", "91440300708461136T");
    let deadline_at = clock::now().0 + HOUR_MS;
    let at = clock::now().0;
    let lots = ["O-1", "O-2"].map(|number| lot(&clerk, &second, number, HOUR_MS, deadline_at));
    let [(first_no, first), (second_no, other)] = lots.each_ref().map(|id| apply(&bidder, id, "62220001"));
    let admit =
        |lot: &str, no: i64| clerk.call("POST", &format!("/api/desk/lots/{lot}/applications/{no}/admit"), json!({}));
    let paid = Paid { reference: "R1", account: &first, yuan: "120.00", at, name: "甲公司", from: "62220001" };

    // In the name of his login it is another's money; in the registered one it counts, in two parts.
    bank.send(&message("M0", &credit(&Paid { reference: "R0", name: "bidder-a", ..paid.clone() })));
    assert_eq!(clerk.ok("GET", "/api/desk/deposits/credits", Value::Null)["items"][0]["verdict"], "wrong_payer");
    assert_eq!(result(&bank.send(&message("M1", &credit(&paid)))), "counted");
    assert_eq!(code(admit(&lots[0], first_no)), (409, "DEPOSIT_SHORT".into()));
    bank.send(&message("M2", &credit(&Paid { reference: "R2", yuan: "80.00", ..paid.clone() })));
    assert_eq!(admit(&lots[0], first_no).0, 200);

    // Both lots at once: the part taken back from the first is not there for the second.
    bank.send(&message("M3", &credit(&Paid { reference: "R3", account: &other, yuan: "200.00", ..paid.clone() })));
    assert_eq!(result(&bank.send(&message("M4", &reversal("V2", "R2", "80.00", at)))), "reversed");
    assert_eq!(code(admit(&lots[1], second_no)), (409, "DEPOSIT_OVER_COMMITTED".into()));
    bank.send(&message("M5", &credit(&Paid { reference: "R4", yuan: "80.00", ..paid })));
    assert_eq!(admit(&lots[1], second_no).0, 200);
}

/// A lot whose money never binds anybody, and a stranger's payment to it: it goes back at once.
fn stranger<'a>(account: &'a str, reference: &'a str, yuan: &'a str) -> Paid<'a> {
    Paid { reference, account, yuan, at: clock::now().0, name: "Somebody", from: "62229999" }
}

#[test]
fn a_refund_that_comes_back_after_its_money_was_taken_back_is_paid_to_nobody() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let (supervisor, bidder) = (server.person("watcher", "supervisor"), server.person("Payer Ltd", "bidder"));
    let at = clock::now().0;
    let id = lot(&clerk, &second, "V-2", HOUR_MS, at + HOUR_MS);
    let (_, account) = apply(&bidder, &id, "62220001");
    // Another depositor's money, which must not pay for it.
    let other = Paid { name: "Payer Ltd", from: "62220001", ..stranger(&account, "R0", "100.00") };
    assert_eq!(result(&bank.send(&message("M0", &credit(&other)))), "counted");
    let state = |credit: &str| {
        let rows = clerk.ok("GET", "/api/desk/deposits/credits", Value::Null);
        let row = rows["items"].as_array().expect("rows").iter().find(|row| row["reference"] == credit).cloned();
        row.expect("the credit")["refund"].clone()
    };
    let stands = |claims: &str, bank: &str, payable: &str| {
        let now = balances(&clerk);
        let of = |ledger: &str| now.get(ledger).cloned().unwrap_or_else(|| "0.00".into());
        assert_eq!((of("claims").as_str(), of("bank").as_str(), of("payable").as_str()), (claims, bank, payable));
    };

    // Sent; taken back; and then the bank could not pay it after all.
    bank.send(&message("M1", &credit(&stranger(&account, "R1", "50.00"))));
    let first = let_out(&clerk, &second, &bank, 0);
    assert_eq!(result(&bank.send(&message("M2", &reversal("V1", "R1", "50.00", at)))), "reversed");
    stands("50.00", "100.00", "-50.00");
    assert_eq!(result(&bank.send(&rejected("M3", &first, "AC04"))), "returned");
    stands("0.00", "100.00", "0.00");
    assert_eq!(state("R1"), "withdrawn");
    // Told once more it is answered as before, and moves nothing.
    assert_eq!(result(&bank.send(&rejected("M4", &first, "AC04"))), "returned");
    stands("0.00", "100.00", "0.00");

    // No more leaves the sub-account before two persons have answered for the alarm.
    let raised = format!("/api/desk/bank-alarms/{}", alarm(&clerk, "reversal_after_refund")["n"]);
    clerk.ok("POST", &format!("{raised}/explain"), json!({"explanation": "已抵销"}));
    supervisor.ok("POST", &format!("{raised}/close"), json!({}));

    // Paid; taken back; and then the payment came back.
    bank.send(&message("M5", &credit(&stranger(&account, "R2", "70.00"))));
    let next = let_out(&clerk, &second, &bank, 1);
    assert_eq!(result(&bank.send(&message("M6", &debit(&next, "70.00")))), "paid");
    assert_eq!(result(&bank.send(&message("M7", &reversal("V2", "R2", "70.00", at)))), "reversed");
    stands("70.00", "30.00", "0.00");
    assert_eq!(result(&bank.send(&message("M8", &bounce(&next, "70.00")))), "returned");
    stands("0.00", "100.00", "0.00");
    assert_eq!(state("R2"), "withdrawn");
    assert_eq!(result(&bank.send(&message("M9", &bounce(&next, "70.00")))), "returned");
    stands("0.00", "100.00", "0.00");
    assert_eq!(bank.fetch(2, clock::now().0).0, 204);
}

#[test]
fn money_put_forward_goes_out_no_more_once_a_reversal_stands_against_its_account() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let (supervisor, bidder) = (server.person("watcher", "supervisor"), server.person("Payer Ltd", "bidder"));
    let at = clock::now().0;
    let id = lot(&clerk, &second, "V-3", HOUR_MS, at + HOUR_MS);
    let (no, account) = apply(&bidder, &id, "62220001");
    let own = Paid { name: "Payer Ltd", from: "62220001", ..stranger(&account, "R1", "200.00") };
    bank.send(&message("M1", &credit(&own)));
    clerk.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
    // Two refunds of the same sub-account: one is checked, one only made, when the bank takes the deposit back.
    for (message_id, reference) in [("M2", "R2"), ("M3", "R3")] {
        bank.send(&message(message_id, &credit(&stranger(&account, reference, "5.00"))));
    }
    let rows = clerk.ok("GET", "/api/desk/refunds", Value::Null);
    let path = |place: usize| format!("/api/desk/refunds/{}", rows["items"][place]["id"].as_str().expect("an id"));
    for place in 0..2 {
        clerk.ok("POST", &format!("{}/make", path(place)), json!({}));
    }
    second.ok("POST", &format!("{}/check", path(0)), json!({}));
    assert_eq!(result(&bank.send(&message("M4", &reversal("V1", "R1", "200.00", at)))), "reversed");
    let check = || code(second.call("POST", &format!("{}/check", path(1)), json!({})));
    assert_eq!(check(), (409, "CONFLICT".into()));
    assert_eq!(bank.fetch(0, clock::now().0).0, 204);

    let raised = format!("/api/desk/bank-alarms/{}", alarm(&clerk, "reversal_after_hold")["n"]);
    clerk.ok("POST", &format!("{raised}/explain"), json!({"explanation": "已补缴"}));
    supervisor.ok("POST", &format!("{raised}/close"), json!({}));
    assert_eq!(check().0, 204);
    let (status, batch, _) = bank.fetch(0, clock::now().0);
    assert_eq!((status, batch.matches("<EndToEndId>").count()), (200, 2), "{batch}");
}

#[test]
fn a_credit_whose_early_reversal_does_not_fit_it_can_still_be_given_back() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let clerk = server.person("clerk-a", "clerk");
    let at = clock::now().0;
    assert_eq!(result(&bank.send(&message("M1", &reversal("V1", "R1", "8.00", at)))), "reversal_waits");
    let lost = stranger("000", "R1", "9.00");
    assert_eq!(result(&bank.send(&message("M2", &credit(&lost)))), "unknown_account");
    assert_eq!(alarm(&clerk, "reversal_altered")["reference"], "R1");
    let row = clerk.ok("GET", "/api/desk/deposits/credits", Value::Null)["items"][0].clone();
    let give_back = || clerk.call("POST", &format!("/api/desk/deposits/credits/{}/return", row["n"]), json!({}));
    assert_eq!(give_back().0, 204);
    assert_eq!(balances(&clerk)["suspense"], "0.00");
    assert_eq!(clerk.ok("GET", "/api/desk/refunds", Value::Null)["items"][0]["amount"], "9.00");
    assert_eq!(code(give_back()), (409, "CONFLICT".into()));
}
