//! 结案退还: what won nothing goes back when its lot closes, though nobody asks for it.

use crate::approval::{act, begin, upload};
use crate::bank::{Bank, HOUR_MS, Paid, apply, balances, code, credit, lot, message};
use crate::house::{Person, Server, draft, soon};
use crate::life::{Desk, today};
use serde_json::{Value, json};
use sunbid::clock;

/// Pays 200 yuan in the person's own name.
fn pay(bank: &Bank, reference: &str, account: &str, (name, from): (&str, &str)) {
    let paid = Paid { reference, account, yuan: "200.00", at: clock::now().0, name, from };
    let answer = bank.send(&message(reference, &credit(&paid)));
    assert_eq!(answer.1["entries"][0]["result"], "counted", "{answer:?}");
}

fn admit(clerk: &Person, lot: &str, no: i64) {
    clerk.ok("POST", &format!("/api/desk/lots/{lot}/applications/{no}/admit"), json!({}));
}

fn state(bidder: &Person) -> String {
    bidder.ok("GET", "/api/me/deposits", Value::Null)[0]["state"].as_str().expect("a state").to_string()
}

fn refunds(clerk: &Person) -> Vec<Value> {
    clerk.ok("GET", "/api/desk/refunds", Value::Null)["items"].as_array().expect("rows").clone()
}

fn closed_at(server: &Server, lot: &str) -> i64 {
    let read = "select closed_at from lot_states where lot = ?";
    soon(|| server.tables().query_row(read, [lot], |row| row.get::<_, Option<i64>>(0)).ok().flatten())
}

#[test]
fn who_did_not_win_gets_his_money_back_though_nobody_clicks_and_once_over_a_restart() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let names = ["Winner Ltd", "Loser Ltd", "Absent Ltd", "Idle Ltd"];
    let people = names.map(|name| server.person(name, "bidder"));
    let id = lot(&clerk, &second, "K-1", 2_000, clock::now().0 + HOUR_MS);
    let seats: Vec<_> = (1..).zip(&people).map(|(n, person)| apply(person, &id, &format!("6222000{n}"))).collect();
    // One wins, one is outbid, one pays and is never admitted, one never pays.
    for n in 0..3 {
        pay(&bank, &format!("R{n}"), &seats[n].1, (names[n], &format!("6222000{}", n + 1)));
    }
    admit(&clerk, &id, seats[0].0);
    admit(&clerk, &id, seats[1].0);
    clerk.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    assert_eq!(people[1].socket().bid(&id, "1000.00")["accepted"], true);
    assert_eq!(people[0].socket().bid(&id, "1001.00")["accepted"], true);
    let closed_at = closed_at(&server, &id);
    soon(|| {
        (people[1..].iter().map(state).collect::<Vec<_>>() == ["refund_due", "refund_due", "closed"]).then_some(())
    });
    assert_eq!(state(&people[0]), "held", "what becomes of the winner's is people's word");
    let rows = refunds(&clerk);
    let calendar = sunbid::calendar::Calendar::released();
    let by = |days| calendar.after(sunbid::calendar::Day::of(matching::Moment(closed_at)), days).end().0;
    assert_eq!(rows.len(), 2);
    for row in &rows {
        assert_eq!((row["reason"].as_str(), row["amount"].as_str()), (Some("lost"), Some("200.00")));
        assert_eq!((row["promised_at"].as_i64(), row["due_at"].as_i64()), (Some(by(3)), Some(by(5))));
    }

    let server = Server::start_on(server.kill());
    let clerk = server.sign_in("clerk-a");
    clerk.ok("POST", &format!("/api/desk/lots/{id}/deposit/settle"), json!({}));
    assert_eq!(refunds(&clerk).len(), 2);
    let after = balances(&clerk);
    assert_eq!((after["payable"].as_str(), after["earnest"].as_str()), ("-400.00", "-200.00"));
}

#[test]
fn an_unsold_court_sale_gives_everything_back_within_twenty_four_hours() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let bidder = server.person("Payer Ltd", "bidder");
    let id = lot(&clerk, &second, "K-2", 1_000, clock::now().0 + HOUR_MS);
    let (no, account) = apply(&bidder, &id, "62220001");
    pay(&bank, "R1", &account, ("Payer Ltd", "62220001"));
    admit(&clerk, &id, no);
    server
        .tables()
        .execute(
            "insert into lot_files (lot, basis, body, written_by, written_at)
             select id, 'judicial_movable', '{\"basis\":\"judicial_movable\",\"review\":\"post\"}', created_by, created_at
             from lots where id = ?",
            [&id],
        )
        .expect("a court's sale");
    clerk.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({})).as_object().expect("open");
    let closed_at = closed_at(&server, &id);
    let row = soon(|| refunds(&clerk).first().cloned());
    let due = Some(closed_at + 24 * HOUR_MS);
    assert_eq!((row["promised_at"].as_i64(), row["due_at"].as_i64()), (due, due));
    assert_eq!(state(&bidder), "refund_due");
}

#[test]
fn a_session_of_trades_gives_its_deposits_back_too() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let names = ["Seller Ltd", "Buyer Ltd", "Absent Ltd"];
    let people = names.map(|name| server.person(name, "bidder"));
    let profiles = clerk.ok("GET", "/api/profiles", Value::Null);
    let found = profiles.as_array().expect("a list").iter().find(|profile| profile["id"] == "carbon_exchange");
    let mut written = draft("K-3", 1);
    written["terms"] = found.expect("the preset")["terms"].clone();
    written["terms"]["deposit"] = json!("200.00");
    written["terms"]["phases"][0]["length_ms"] = json!(4_000);
    let id = clerk.ok("POST", "/api/desk/lots", written)["card"]["id"].as_str().expect("an id").to_string();
    let terms = json!({"bank": "test-bank", "deadline_at": clock::now().0 + HOUR_MS});
    clerk.ok("PUT", &format!("/api/desk/lots/{id}/deposit"), terms);
    second.ok("POST", &format!("/api/desk/lots/{id}/check"), json!({}));
    clerk.ok("POST", &format!("/api/desk/lots/{id}/publish"), json!({}));
    for (n, person) in people.iter().enumerate() {
        let (no, account) = apply(person, &id, &format!("6222000{n}"));
        pay(&bank, &format!("R{n}"), &account, (names[n], &format!("6222000{n}")));
        if n < 2 {
            admit(&clerk, &id, no);
        }
    }
    clerk.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    for (person, side) in [(&people[0], "sell"), (&people[1], "buy")] {
        let mut socket = person.socket();
        let offer = json!({"kind": "order", "side": side, "price": "50.00", "quantity": 100});
        socket.send(json!({"type": "offer", "lot": id, "key": uuid::Uuid::new_v4(), "offer": offer}));
        assert_eq!(socket.until("reply")["accepted"], true);
    }
    // Two bought and sold: nobody says that there were fewer than two, only that there is no one price to compare.
    let supervisor = server.person("supervisor", "supervisor");
    let row = soon(|| supervisor.ok("GET", "/api/supervision/screens", Value::Null)["items"].get(0).cloned());
    assert_eq!((&row["offers"], &row["baseline_state"]), (&json!(2), &json!("not_comparable")), "{row}");
    // Whoever was not in the session gets his at once; who traded, once a clerk says it is paid for.
    soon(|| (state(&people[2]) == "refund_due").then_some(()));
    assert_eq!([state(&people[0]), state(&people[1])], ["held", "held"]);
    clerk.ok("POST", &format!("/api/desk/lots/{id}/deposit/settle"), json!({}));
    assert_eq!([state(&people[0]), state(&people[1])], ["refund_due", "refund_due"]);
    assert_eq!(balances(&clerk)["payable"], "-600.00");
}

#[test]
fn a_refund_granted_is_not_held_up_by_a_hundred_that_cannot_move() {
    let desk = Desk::of(Server::start_rehearsal());
    let bank = Bank::of(&desk.server);
    let ann = desk.bidder("ann");
    let now = clock::now().0;
    let id = lot(&desk.writes, &desk.checks, "K-4", 1_000, now + HOUR_MS);
    let (no, account) = apply(&ann, &id, "62220001");
    desk.writes.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    soon(|| (state(&ann) == "closed").then_some(()));
    let late = Paid { reference: "R1", account: &account, yuan: "200.00", at: now, name: "ann", from: "62220001" };
    assert_eq!(bank.send(&message("M1", &credit(&late))).1["entries"][0]["result"], "closed_account");

    let form = json!({"amount": "200.00", "paid_on": today(), "reason": "标的已结束，款项退回"});
    let case = begin(&ann, "DEPOSIT-REFUND", Some(&format!("{id}/{no}")), form);
    upload(&ann, &case, "slip");
    // More than a page of older ones, each of which fails: what they are about is no application.
    let copied = desk.server.tables().execute(
        "with recursive n (n) as (select 1 union all select n + 1 from n where n < 101)
         insert into cases (id, no, item, item_version, subject, applicant, agency, form, status, step, filed_at,
           decided_at, outcome, created_at)
         select printf('00000000-0000-4000-8000-%012d', n), 'X' || n, item, item_version, 'nothing', applicant, agency, form,
           'decided', 0, created_at, n, 'granted', created_at from cases, n where id = ?",
        [&case],
    );
    assert_eq!(copied, Ok(101));
    act(&ann, &case, json!({"act": "file"}));
    act(&desk.officer, &case, json!({"act": "accept"}));
    act(&desk.officer, &case, json!({"act": "propose", "outcome": "granted", "note": "应退"}));
    act(&desk.second, &case, json!({"act": "confirm", "note": ""}));
    let row = soon(|| refunds(&desk.writes).first().cloned());
    assert_eq!((row["amount"].as_str(), row["reason"].as_str()), (Some("200.00"), Some("suspense")));
}

#[test]
fn an_application_ends_by_its_bidders_word_or_the_desks_and_its_money_goes_back() {
    let server = Server::start();
    let bank = Bank::of(&server);
    let (clerk, second) = (server.person("clerk-a", "clerk"), server.person("clerk-b", "clerk"));
    let names = ["Gone Ltd", "Refused Ltd", "Seated Ltd"];
    let people = names.map(|name| server.person(name, "bidder"));
    let id = lot(&clerk, &second, "K-5", HOUR_MS, clock::now().0 + HOUR_MS);
    let withdraw =
        |person: &Person| person.call("POST", &format!("/api/lots/{id}/applications/mine/withdraw"), json!({}));
    let refuse = |no: i64, reason: &str| {
        clerk.call("POST", &format!("/api/desk/lots/{id}/applications/{no}/refuse"), json!({"reason": reason}))
    };
    assert_eq!(code(withdraw(&people[0])), (409, "CONFLICT".into()));
    let seats: Vec<_> = (1..).zip(&people).map(|(n, person)| apply(person, &id, &format!("6222000{n}"))).collect();

    // 改付款账号, while nothing has come.
    let account = format!("/api/lots/{id}/applications/mine/account");
    let payer = |from: &str| people[0].call("PUT", &account, json!({"payer_account": from}));
    assert_eq!(payer("6222 8888").1["payer_account"], "62228888");
    pay(&bank, "R0", &seats[0].1, (names[0], "62228888"));
    assert_eq!(code(payer("62220001")), (409, "PAYER_FIXED".into()));
    pay(&bank, "R1", &seats[1].1, (names[1], "62220002"));
    pay(&bank, "R2", &seats[2].1, (names[2], "62220003"));
    admit(&clerk, &id, seats[2].0);

    // 撤回: at once, and for good.
    let (status, gone) = withdraw(&people[0]);
    assert_eq!((status, gone["status"].as_str()), (200, Some("withdrawn")), "{gone}");
    assert_eq!(code(withdraw(&people[0])), (409, "APPLICATION_ENDED".into()));
    let admitted =
        |no: i64| code(clerk.call("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({})));
    assert_eq!(admitted(seats[0].0).0, 409);
    assert_eq!(
        code(people[0].call("POST", &account, json!({"payer_account": "62220001"}))),
        (409, "APPLICATION_ENDED".into())
    );
    let history = clerk.ok("GET", &format!("/api/desk/lots/{id}/history"), Value::Null).to_string();
    assert!(!history.contains("Gone"), "{history}");

    // 不予受理: with a reason, which he reads.
    assert_eq!(code(refuse(seats[1].0, " ")), (400, "BAD_REQUEST".into()));
    let (status, refused) = refuse(seats[1].0, "材料不实");
    assert_eq!((status, refused["status"].as_str()), (200, Some("refused")), "{refused}");
    let mine = people[1].ok("GET", "/api/me/applications", Value::Null);
    assert_eq!((mine[0]["status"].as_str(), mine[0]["reason"].as_str()), (Some("refused"), Some("材料不实")));
    let told = people[1].ok("GET", "/api/me/messages", Value::Null).to_string();
    assert!(told.contains("材料不实"), "{told}");
    assert_eq!(admitted(seats[1].0).0, 409);

    // Both get their money back; who has his paddle keeps it.
    assert_eq!(code(withdraw(&people[2])), (409, "APPLICATION_SEATED".into()));
    assert_eq!(code(refuse(seats[2].0, "材料不实")), (409, "APPLICATION_SEATED".into()));
    let states: Vec<_> = people.iter().map(state).collect();
    assert_eq!(states, ["refund_due", "refund_due", "held"]);
    let mut reasons: Vec<_> = refunds(&clerk).iter().map(|row| row["reason"].to_string()).collect();
    reasons.sort();
    assert_eq!(reasons, ["\"refused\"", "\"withdrawn\""]);
    let books = balances(&clerk);
    assert_eq!((books["payable"].as_str(), books["held"].as_str()), ("-400.00", "-200.00"));

    // A lot that takes no deposit: a paddle drawn and an application ended shut each other out too.
    let free =
        clerk.ok("POST", "/api/desk/lots", draft("K-6", HOUR_MS))["card"]["id"].as_str().expect("an id").to_string();
    second.ok("POST", &format!("/api/desk/lots/{free}/check"), json!({}));
    clerk.ok("POST", &format!("/api/desk/lots/{free}/publish"), json!({}));
    let no =
        people[0].ok("POST", &format!("/api/lots/{free}/applications"), json!({}))["no"].as_i64().expect("a number");
    people[0].ok("POST", &format!("/api/lots/{free}/applications/mine/withdraw"), json!({}));
    let seat = clerk.call("POST", &format!("/api/desk/lots/{free}/applications/{no}/admit"), json!({}));
    assert_eq!(code(seat), (409, "APPLICATION_ENDED".into()));
}
