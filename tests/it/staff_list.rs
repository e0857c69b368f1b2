//! 从业人员名册: who works here may not bid, by his identity number; a namesake is only asked about.

use crate::accounts::id_number;
use crate::approval::{act, begin, register, upload};
use crate::house::{PASSWORD, Person, Server, draft, open_lot, soon};
use crate::life::{Desk, file};
use crate::registers::import;
use serde_json::{Value, json};

/// A natural person registered as a bidder.
fn registered_person(desk: &Desk, login: &str, number: &str) -> Person {
    let bidder = desk.server.person(login, "bidder");
    let form = json!({"person": "natural", "name": login, "id_number": number, "contact": "c", "bank_account": "6222000011112222"});
    let case = begin(&bidder, "BIDDER-REGISTRATION", None, form);
    upload(&bidder, &case, "identity");
    act(&bidder, &case, json!({"act": "file"}));
    act(&desk.officer, &case, json!({"act": "accept"}));
    act(&desk.officer, &case, json!({"act": "forward", "note": ""}));
    act(&desk.officer, &case, json!({"act": "decide", "outcome": "granted", "note": ""}));
    bidder
}

fn clerk(server: &Server, login: &str, number: &str) -> Person {
    let center = server.anyone().ok("GET", "/api/centers", Value::Null)[0]["id"].clone();
    server.staff(json!({"login": login, "password": PASSWORD, "name": login, "role": "clerk", "center_id": center, "id_number": number}))
}

#[test]
fn staff_and_the_companies_they_represent_are_refused_by_identity_number() {
    let desk = Desk::of(Server::start_rehearsal());
    let admin = desk.server.sign_in("admin");
    let agency = desk.server.agency(&admin, "11440300123456788X");
    admin.ok("PUT", "/api/registers/legal_entities/owner", json!({"agency_id": agency}));
    let entity = json!([{"credit_code": "9144030071526726XG", "name": "bo", "kind": "company", "status": "active",
        "region": "440305", "representative": "别名", "representative_id": id_number(21)}]);
    import(&desk.officer, "legal_entities", "format=json", &entity.to_string());
    clerk(&desk.server, "wang", &id_number(21));

    let lot = desk.lot("R-1", 60_000, json!({}), file("post"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    let apply = |bidder: &Person| bidder.call("POST", &format!("/api/lots/{lot}/applications"), json!({}));
    let himself = registered_person(&desk, "herself", &id_number(21));
    assert_eq!(apply(&himself).1["code"], "BARRED_AS_STAFF", "registered under another name, he is still himself");
    assert_eq!(apply(&desk.bidder("bo")).1["code"], "BARRED_AS_STAFF", "his company");
    let namesake = registered_person(&desk, "wang2", &id_number(22));
    let no = apply(&namesake).1["no"].clone();
    // He joins the center after he applied: the door asks again before the seat.
    clerk(&desk.server, "late", &id_number(22));
    let admit = format!("/api/desk/lots/{lot}/applications/{no}/admit");
    assert_eq!(desk.writes.call("POST", &admit, json!({})).1["code"], "BARRED_AS_STAFF");
    let found = admin.ok("GET", "/api/accounts?q=late", Value::Null);
    let off = format!("/api/accounts/{}/disable", found["items"][0]["id"].as_str().expect("an id"));
    admin.ok("POST", &off, json!({"reason": "离职"}));
    desk.writes.ok("POST", &admit, json!({}));
    // The number stands nowhere in the tables.
    let kept: i64 = desk
        .server
        .tables()
        .query_row("select count(*) from accounts where person like '%440300%'", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(kept, 0);
}

#[test]
fn the_watch_is_red_about_the_same_person_and_yellow_about_a_namesake() {
    let desk = Desk::of(Server::start_rehearsal());
    let supervisor = desk.server.person("sue", "supervisor");
    clerk(&desk.server, "wang", &id_number(31));
    clerk(&desk.server, "li", &id_number(32));
    let same = registered_person(&desk, "other-name", &id_number(31));
    let namesake = desk.server.person("namesake", "bidder");
    register(&namesake, &desk.officer, "li", "91440300708461136T");
    // A lot without a file asks for no registration: the watch sees him all the same.
    let lot = open_lot(&desk.writes, &desk.checks, &[&same, &namesake], draft("R-2", 3_600_000));
    let levels = soon(|| {
        let page = supervisor.ok("GET", &format!("/api/supervision/alerts?lot={lot}&rule=staff_bidding"), Value::Null);
        let mut levels: Vec<String> =
            page["items"].as_array()?.iter().map(|alert| alert["level"].to_string()).collect();
        levels.sort();
        (levels.len() == 2).then_some(levels)
    });
    assert_eq!(levels, ["\"red\"", "\"yellow\""]);
}
