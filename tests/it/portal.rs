//! What anybody may find: results, the calendar, the map, figures, search, questions and answers.

use crate::house::{Person, Server, draft, open_lot, soon};
use serde_json::{Value, json};

fn get(who: &Person, path: &str) -> Value {
    who.ok("GET", path, Value::Null)
}

/// A lot that ends at once with one bid, and one without; their ids, and the paddle that won.
fn two_ends(writes: &Person, checks: &Person, bidder: &Person) -> (String, String, Value) {
    let sold = open_lot(writes, checks, &[bidder], draft("P-SOLD", 1_500));
    let leader = bidder.socket().bid(&sold, "1250.00")["leader"].clone();
    let unsold = open_lot(writes, checks, &[], draft("P-UNSOLD", 1_000));
    (sold, unsold, leader)
}

#[test]
fn a_stranger_reads_what_closed_lots_came_to() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    let (sold, unsold, paddle) = two_ends(&writes, &checks, &ann);
    let anyone = server.anyone();
    let page = soon(|| {
        let page = get(&anyone, "/api/results");
        (page["total"] == 2).then_some(page)
    });
    let row = get(&anyone, &format!("/api/results/{sold}"));
    assert_eq!(
        (&row["outcome"], &row["amount"], &row["premium_percent"]),
        (&json!("sold"), &json!("1250.00"), &json!("25.00"))
    );
    assert_eq!((&row["winner"], &row["lot"]["bids"]), (&paddle, &json!(1)));
    assert!(row.get("winner_name").is_none(), "no notice has published it: {row}");
    assert!(page["items"].as_array().expect("items").contains(&row), "{page}");
    let row = get(&anyone, &format!("/api/results/{unsold}"));
    assert!(row["outcome"] == "unsold" && row.get("amount").is_none() && row.get("winner").is_none(), "{row}");

    for (query, total) in [
        ("outcome=sold", 1),
        ("outcome=terminated", 0),
        ("q=P-UNS", 1),
        ("q=%25", 0),
        ("kind=equipment", 2),
        ("kind=vehicle", 0),
        ("from=2020-01-01&to=2020-12-31", 0),
        ("from=2020-01-01", 2),
    ] {
        assert_eq!(get(&anyone, &format!("/api/results?{query}"))["total"], total, "{query}");
    }
    let (status, refused) = anyone.call("GET", "/api/results?from=yesterday", Value::Null);
    assert_eq!((status, &refused["field"]), (400, &json!("from")));
    let open = open_lot(&writes, &checks, &[], draft("P-OPEN", 3_600_000));
    assert_eq!(anyone.call("GET", &format!("/api/results/{open}"), Value::Null).0, 404, "it is not over");

    let coming = soon(|| {
        let month = get(&anyone, "/api/coming");
        (month["items"] != json!([])).then_some(month)
    });
    let dates: Vec<_> = coming["items"].as_array().expect("items").iter().map(|row| &row["what"]).collect();
    assert_eq!(dates, ["ends"], "the open lot alone has a date to come: {coming}");
    assert_eq!(anyone.call("GET", "/api/coming?month=soon", Value::Null).0, 400);
}

#[test]
fn the_calendar_holds_what_opens_and_until_when_one_may_apply() {
    let server = Server::start_rehearsal();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    // 2031-05-06 08:00 in Beijing.
    let opens_at = 1_935_792_000_000_i64;
    let mut lot = draft("P-COMING", 60_000);
    lot["terms"]["opens_at"] = json!(opens_at);
    let id = writes.ok("POST", "/api/desk/lots", lot)["card"]["id"].as_str().expect("an id").to_string();
    checks.ok("POST", &format!("/api/desk/lots/{id}/check"), json!({}));
    assert_eq!(get(&server.anyone(), "/api/coming?month=2031-05")["items"], json!([]), "nobody has published it");
    writes.ok("POST", &format!("/api/desk/lots/{id}/publish"), json!({}));
    let month = soon(|| {
        let month = get(&server.anyone(), "/api/coming?month=2031-05");
        (month["items"] != json!([])).then_some(month)
    });
    let row = &month["items"][0];
    assert_eq!(
        (&row["what"], &row["at"], &row["day"], &row["lot"]["id"]),
        (&json!("opens"), &json!(opens_at), &json!("2031-05-06"), &json!(id))
    );
    for other in ["month=2031-04", "month=2031-06", "month=2031-05&kind=vehicle"] {
        assert_eq!(get(&server.anyone(), &format!("/api/coming?{other}"))["items"], json!([]), "{other}");
    }
}
