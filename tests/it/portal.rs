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

#[test]
fn figures_of_closed_lots_are_a_page_and_a_file() {
    let server = Server::start();
    let (writes, checks, ann) =
        (server.person("c1", "clerk"), server.person("c2", "clerk"), server.person("ann", "bidder"));
    two_ends(&writes, &checks, &ann);
    let anyone = server.anyone();
    let figures = soon(|| {
        let figures = get(&anyone, "/api/statistics?by=district");
        (figures["total"]["unsold"] == 1 && figures["total"]["sold"] == 1).then_some(figures)
    });
    let row = &figures["rows"][0];
    assert_eq!(
        (&row["amount"], &row["premium_mean"], &row["unsold_percent"]),
        (&json!("1250.00"), &json!("25.00"), &json!("50.00"))
    );
    assert!(row["name_zh"].as_str().is_some_and(|name| name.contains("中心")), "{row}");
    assert_eq!(get(&anyone, "/api/statistics?by=kind")["rows"][0]["key"], "equipment");
    assert_eq!(get(&anyone, "/api/statistics?from=2020-01-01&to=2020-12-31")["rows"], json!([]));
    assert_eq!(anyone.call("GET", "/api/statistics?by=bidder", Value::Null).0, 400);
    let file = anyone.text("/api/statistics/csv?by=kind");
    let lines: Vec<&str> = file.trim_start_matches('\u{FEFF}').lines().collect();
    assert_eq!(lines[1], "equipment,,,1,1,0,0,1250.00,25.00,25.00,50.00");
    assert!(lines[0].starts_with("key,name_zh") && lines[2].starts_with("total,"), "{file}");
}

#[test]
fn a_stranger_finds_what_is_public_in_chinese_and_in_english() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let mut lot = draft("A122-0341", 3_600_000);
    lot["title_zh"] = json!("前海妈湾居住用地使用权");
    lot["title_en"] = json!("Housing land, Mawan");
    lot["description_zh"] = json!("临海地块，<b>现状</b>交付。");
    let anyone = server.anyone();
    let search = |q: &str| get(&anyone, &format!("/api/search?q={q}"));
    let mut hidden = lot.clone();
    hidden["number"] = json!("X-9");
    writes.ok("POST", "/api/desk/lots", hidden);
    let id = open_lot(&writes, &checks, &[], lot);
    // 妈湾, 居住: words of two characters; mawan: a word in lower case.
    let found = soon(|| {
        let found = search("%E5%A6%88%E6%B9%BE");
        (found["total"] == 1).then_some(found)
    });
    let hit = &found["items"][0];
    assert_eq!((&hit["kind"], &hit["id"]), (&json!("lot"), &json!(id)));
    assert!(hit["title_zh"].as_array().expect("pieces").contains(&json!({"text": "妈湾", "hit": true})), "{hit}");
    for (q, total) in [
        ("%E5%B1%85%E4%BD%8F", 1),         // 居住
        ("%E5%B1%85%E4%BD%8F%20mawan", 1), // 居住 mawan
        ("%E6%B9%BE%E5%A6%88", 0),         // 湾妈
        ("A122-0341", 1),
        ("hous", 1),
        ("X-9", 0),                // a draft
        ("%E7%8E%B0%E7%8A%B6", 1), // 现状
    ] {
        assert_eq!(search(q)["total"], total, "{q}");
    }
    let excerpt = search("%E7%8E%B0%E7%8A%B6")["items"][0]["excerpt"].clone();
    assert!(excerpt.as_array().expect("pieces").contains(&json!({"text": "现状", "hit": true})), "{excerpt}");
    // Items in force are found too; nothing of a question is read as syntax.
    assert!(search("QUALIFICATION%20OR")["total"].is_u64());
    assert!(get(&anyone, "/api/search?q=%E8%B5%84%E6%A0%BC&kind=item")["total"].as_u64().is_some_and(|n| n > 0));
    for wrong in ["", "%22*%22", &"x".repeat(101)] {
        assert_eq!(anyone.call("GET", &format!("/api/search?q={wrong}"), Value::Null).0, 400, "{wrong}");
    }
}

#[test]
fn a_question_becomes_public_with_its_answer_and_without_its_asker() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, anyone) = (server.person("ann", "bidder"), server.anyone());
    let lot = open_lot(&writes, &checks, &[], draft("Q-1", 3_600_000));
    let (asks, reads) = (format!("/api/lots/{lot}/questions"), || get(&anyone, &format!("/api/lots/{lot}/questions")));
    for wrong in [json!({"text": " "}), json!({"text": "长".repeat(1_001)})] {
        assert_eq!(ann.call("POST", &asks, wrong).0, 400);
    }
    let asked = ann.ok("POST", &asks, json!({"text": "设备能否现场踏勘？"}));
    let id = asked["id"].as_str().expect("an id").to_string();
    assert_eq!(reads()["total"], 0, "nobody has answered");
    assert_eq!(get(&ann, "/api/me/questions")["total"], 1);

    let waiting = get(&writes, "/api/desk/questions?unanswered=true");
    assert_eq!(waiting["items"][0]["id"], json!(id));
    assert!(!waiting.to_string().contains("ann"), "staff answer a question, not a bidder: {waiting}");
    let answers = format!("/api/desk/questions/{id}/answers");
    let answer = |version: i64, text: &str| writes.call("POST", &answers, json!({"version": version, "text": text}));
    assert_eq!(answer(2, "先有更正").0, 409);
    assert_eq!(answer(1, "可以，每周三上午。").0, 200);
    assert_eq!(answer(1, "两人同时答复").0, 409, "another clerk has answered meanwhile");
    assert_eq!(answer(2, "更正：每周四上午。").0, 200);
    let public = reads();
    assert!(!public.to_string().contains("ann"), "{public}");
    let texts: Vec<_> =
        public["items"][0]["answers"].as_array().expect("answers").iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["可以，每周三上午。", "更正：每周四上午。"]);
    // 周四: the correction; 周三: what it took the place of is found no more.
    let search = |q: &str| get(&anyone, &format!("/api/search?kind=answer&q={q}"))["total"].clone();
    soon(|| (search("%E5%91%A8%E5%9B%9B") == 1).then_some(()));
    assert_eq!(search("%E5%91%A8%E4%B8%89"), 0);

    for _ in 1..10 {
        ann.ok("POST", &asks, json!({"text": "再问"}));
    }
    let (status, refused) = ann.call("POST", &asks, json!({"text": "第十一问"}));
    assert_eq!((status, &refused["code"]), (429, &json!("TOO_MANY_QUESTIONS")));
}
