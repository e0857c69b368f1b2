//! A watch that falls: the auction goes on, the fall is told, and what made it fall is left out by name.

use crate::bank::{Bank, HOUR_MS, Paid, apply, credit, lot, message};
use crate::house::{Person, Server, draft, open_lot_seated, soon};
use crate::watch::{alerts, raised};
use serde_json::{Value, json};
use sunbid::clock;

fn report(person: &Person) -> Value {
    person.ok("GET", "/api/supervision/watch", Value::Null)
}

/// A row beside the record holds a moment no calendar has; a rule that measures how far deposits lie apart falls over
/// it, as any rule may over what nobody thought of.
#[test]
fn an_entry_the_watch_falls_over_is_set_aside_with_a_red_alert_and_all_else_is_looked_at() {
    let server = Server::start();
    let (writes, checks, sue) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("sue", "supervisor"));
    let people = [server.person("ann", "bidder"), server.person("bo", "bidder")];
    let bank = Bank::of(&server);
    let id = lot(&writes, &checks, "F-1", 3_600_000, clock::now().0 + HOUR_MS);
    let mut numbers = Vec::new();
    for (bidder, name, from) in [(&people[0], "ann", "62220001"), (&people[1], "bo", "62220002")] {
        let (no, account) = apply(bidder, &id, from);
        let paid = Paid { reference: name, account: &account, yuan: "200.00", at: clock::now().0, name, from };
        assert_eq!(bank.send(&message(name, &credit(&paid))).0, 200);
        numbers.push(no);
    }
    // Heard while nobody sits: it is the seat that makes the watch look at the money.
    let waiting = || server.tables().query_row("select count(*) from watch_notes", [], |row| row.get::<_, i64>(0));
    soon(|| (waiting() == Ok(0)).then_some(()));
    let broken = format!(
        "drop trigger deposit_credits_are_not_changed;
         update deposit_credits set branch = 'one';
         update deposit_credits set credited_at = {} where reference = 'ann'",
        i64::MIN
    );
    server.tables().execute_batch(&broken).expect("the row is broken");
    for no in numbers {
        writes.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
    }
    writes.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    // The floor knows nothing of it.
    assert!(people[0].socket().bid(&id, "1000.00")["refused"].is_null());

    let told = raised(&sue, &id, "not_looked_at");
    assert_eq!((told["level"].as_str(), &told["paddles"]), (Some("red"), &json!([])));
    assert_eq!(told["evidence"], json!([told["n"]]));
    let well = soon(|| Some(report(&sue)).filter(|report| report["state"] == "looking" && report["zh"].is_null()));
    assert_eq!((&well["falls"], &well["set_aside"]), (&json!(3), &json!(1)), "{well}");

    // The rest of this lot, and another: looked at as ever, by this life and the next.
    people[1].socket().bid(&id, "1600.00");
    raised(&sue, &id, "premium_over_half");
    let server = Server::start_on(server.kill());
    let (sue, ann) = (server.sign_in("sue"), server.sign_in("ann"));
    let (writes, checks) = (server.sign_in("c1"), server.sign_in("c2"));
    let (other, _) = open_lot_seated(&writes, &checks, &[&ann], draft("F-2", 3_600_000));
    ann.socket().bid(&other, "1600.00");
    raised(&sue, &other, "premium_over_half");
    assert_eq!(alerts(&sue, &id, "not_looked_at").len(), 1, "told once");
    let again = report(&sue);
    assert_eq!((&again["falls"], &again["set_aside"]), (&json!(0), &json!(1)), "{again}");
}

#[test]
fn a_watch_that_cannot_read_what_it_kept_stands_still_and_says_since_when_and_the_auction_goes_on() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, sue) = (server.person("ann", "bidder"), server.person("sue", "supervisor"));
    let (id, _) = open_lot_seated(&writes, &checks, &[&ann], draft("F-3", 3_600_000));
    ann.socket().bid(&id, "1600.00");
    raised(&sue, &id, "premium_over_half");
    let broken = format!("insert into watch_facts (seq, n, lot, fact) values (999, 1, '{id}', 'no fact')");
    server.tables().execute_batch(&broken).expect("the row is broken");

    let server = Server::start_on(server.kill());
    let (ann, sue) = (server.sign_in("ann"), server.sign_in("sue"));
    let still = soon(|| Some(report(&sue)).filter(|report| report["state"] == "standing_still"));
    let (n, zh) = (still["next_n"].as_u64().expect("a number"), still["zh"].as_str().expect("words"));
    assert!(n > 0 && zh.contains(&format!("第{n}条")), "{still}");
    assert!(ann.socket().bid(&id, "1700.00")["refused"].is_null());
}

/// Money that comes late with a moment no calendar has: the note of it makes the watch fall, and no other does.
#[test]
fn a_note_the_watch_falls_over_is_kept_for_a_person_and_the_next_ones_are_heard() {
    let server = Server::start();
    let (writes, checks, sue) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("sue", "supervisor"));
    let people = [server.person("ann", "bidder"), server.person("bo", "bidder")];
    let bank = Bank::of(&server);
    let id = lot(&writes, &checks, "F-4", 3_600_000, clock::now().0 + HOUR_MS);
    for (bidder, name, from) in [(&people[0], "ann", "62220001"), (&people[1], "bo", "62220002")] {
        let (no, account) = apply(bidder, &id, from);
        let paid = Paid { reference: name, account: &account, yuan: "200.00", at: clock::now().0, name, from };
        assert_eq!(bank.send(&message(name, &credit(&paid))).0, 200);
        let branch =
            "drop trigger if exists deposit_credits_are_not_changed; update deposit_credits set branch = 'one'";
        server.tables().execute_batch(branch).expect("paid at one branch");
        writes.ok("POST", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({}));
    }
    writes.ok("POST", &format!("/api/desk/lots/{id}/open"), json!({}));
    let waiting = |server: &Server| {
        let count = "select count(*) from watch_notes";
        server.tables().query_row(count, [], |row| row.get::<_, i64>(0)).expect("a number")
    };
    soon(|| (waiting(&server) == 0).then_some(()));
    let broken = format!(
        "update deposit_credits set credited_at = {} where reference = 'ann';
         insert into watch_notes (at, kind, ref) select received_at, 'credit', n from deposit_credits where reference = 'ann'",
        i64::MIN
    );
    server.tables().execute_batch(&broken).expect("the row is broken");
    let told = soon(|| Some(report(&sue)).filter(|report| report["notes_aside"][0]["kind"] == "credit"));
    let well = soon(|| Some(report(&sue)).filter(|report| report["state"] == "looking"));
    assert_eq!((&well["falls"], &well["set_aside"]), (&json!(3), &json!(0)), "{well}");
    let (of, zh) = (told["notes_aside"][0]["of"].clone(), well["zh"].as_str().expect("told in red").to_string());
    assert!(zh.contains("人工核查") && zh.contains(of.as_str().expect("what")), "{zh}");

    // It goes on hearing: a note of a lot that is long over says nothing, and is taken away.
    let heard = |server: &Server| {
        let (ref_, at) = (format!("{}/1", uuid::Uuid::new_v4()), clock::now().0);
        let note = "insert into watch_notes (at, kind, ref) values (?1, 'left', ?2)";
        server.tables().execute(note, rusqlite::params![at, ref_]).expect("a note");
        soon(|| (waiting(server) == 0).then_some(()));
    };
    heard(&server);
    people[1].socket().bid(&id, "1600.00");
    raised(&sue, &id, "premium_over_half");
    let alerts_of = |sue: &Person| {
        let page = sue.ok("GET", "/api/supervision/alerts?page=1", Value::Null);
        let rows = page["items"].as_array().expect("alerts").iter();
        rows.map(|one| (one["n"].clone(), one["rule"].clone(), one["zh"].clone())).collect::<Vec<_>>()
    };
    let before = alerts_of(&sue);

    // So does the next life of the server: it says the same, falls no more, and hears.
    let server = Server::start_on(server.kill());
    let sue = server.sign_in("sue");
    heard(&server);
    let again = report(&sue);
    assert_eq!((&again["falls"], &again["notes_aside"][0]["of"]), (&json!(0), &of), "{again}");
    assert_eq!(alerts_of(&sue), before);
}
