//! A panel drawn by two seeds that nobody could choose together, and a registration taken back.

use crate::approval::register;
use crate::house::{Person, Server, draft, open_lot, soon};
use crate::life::{Desk, file};
use crate::registers::{experts, import};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sunbid::registers::draw::ticket;

const CLERK_SEED: &str = "a clerk's own dice: 4 6 1 2 5";
const WATCH_SEED: &str = "a supervisor's own dice: 3 3 6";

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(seed: &str) -> Value {
    json!({"commitment": sha256(seed)})
}

fn status(who: &Person, path: &str, body: Value) -> u16 {
    who.call("POST", path, body).0
}

fn placed(panel: &Value, place: &str) -> Vec<String> {
    let tickets = panel["drawn"]["tickets"].as_array().expect("tickets").iter();
    tickets.filter(|one| one["place"] == place).map(|one| one["number"].as_str().expect("a number").into()).collect()
}

/// Of the panels that wait, for whom and on which lot; scores with their number.
fn waiting(clerk: &Person) -> Vec<(Value, Value, Value)> {
    let all = clerk.ok("GET", "/api/desk/panels/waiting", Value::Null);
    let rows = all.as_array().expect("a list").iter();
    rows.map(|one| (one["number"].clone(), one["waits_for"].clone(), one["scores"].clone())).collect()
}

#[test]
fn a_panel_is_drawn_by_two_seeds_fixed_before_any_was_shown() {
    let desk = Desk::of(Server::start_rehearsal());
    let (server, admin) = (&desk.server, desk.server.sign_in("admin"));
    let agency = server.agency(&admin, "12440300123456788T");
    admin.ok("PUT", "/api/registers/experts/owner", json!({"agency_id": agency}));
    let owner = server.officer("owner", &agency, &["own_data"]);
    assert_eq!(import(&owner, "experts", "format=json", &json!(experts()).to_string())["added"], 24);
    let (watch, ann) = (server.person("watch", "supervisor"), desk.bidder("ann"));
    let lot = open_lot(&desk.writes, &desk.checks, &[&ann], draft("X-1", 8_000));

    let asks = format!("/api/desk/lots/{lot}/panels");
    let [commit, reveal] = ["commit", "reveal"].map(|word| format!("/api/lots/{lot}/panels/{word}"));
    assert_eq!(status(&watch, &commit, hash(WATCH_SEED)), 409, "no panel was asked for");
    assert_eq!(desk.writes.call("POST", &asks, json!({"field": "magic", "wanted": 5})).1["field"], "field");
    let waits_for = |whom: &str| assert_eq!(waiting(&desk.checks), [(json!("X-1"), json!(whom), Value::Null)]);
    assert_eq!(waiting(&desk.checks), []);
    desk.writes.ok("POST", &asks, json!({"field": "land", "wanted": 5, "experts": ["E05"]}));
    waits_for("our_hash");
    desk.writes.ok("POST", &commit, hash(CLERK_SEED));
    waits_for("their_hash");
    assert_eq!(status(&desk.writes, &commit, hash("another seed of the clerk")), 409, "fixed once");
    assert_eq!(status(&desk.writes, &reveal, json!({"seed": CLERK_SEED})), 409, "the other has fixed none yet");
    assert_eq!(status(&watch, &commit, hash(CLERK_SEED)), 409, "nobody repeats another's hash");
    let bound = watch.ok("POST", &commit, hash(WATCH_SEED));
    waits_for("our_seed");
    let pool_sha256 = bound["items"][0]["pool_sha256"].as_str().expect("the pool is fixed").to_string();

    let anyone = server.anyone();
    let panels = format!("/api/lots/{lot}/panels");
    let public = || anyone.ok("GET", &panels, Value::Null)["items"][0].clone();
    soon(|| public()["seeds"][0]["noted"].as_bool().filter(|noted| *noted));
    // Who leaves the register after the pool was fixed stays in it.
    let left = json!([{"number": "E01", "name": "专家1", "id_number": experts()[1]["id_number"], "field": "land",
        "employer_code": "91330100799655058B", "status": "removed"}]);
    assert_eq!(import(&owner, "experts", "format=json", &left.to_string())["changed"], 1);
    assert_eq!(status(&ann, &reveal, json!({"seed": CLERK_SEED})), 403);
    assert_eq!(status(&watch, &reveal, json!({"seed": "not the seed I had fixed"})), 409);
    let half = desk.writes.ok("POST", &reveal, json!({"seed": CLERK_SEED}));
    assert!(half["items"][0].get("drawn").is_none(), "{half}");
    waits_for("their_seed");
    let whole = watch.ok("POST", &reveal, json!({"seed": WATCH_SEED}));
    assert_eq!(waiting(&desk.checks), [], "drawn");

    // By the published rule alone. Ann applies under the code of every fourth expert's employer.
    let seed = format!("{CLERK_SEED}|{WATCH_SEED}");
    let numbers = (0..20).filter(|n| *n != 3 && *n != 5 && n % 4 != 0).map(|n| format!("E{n:02}"));
    let mut order: Vec<(String, String)> = numbers.map(|number| (ticket(&seed, "land", &number), number)).collect();
    order.sort();
    let order: Vec<String> = order.into_iter().map(|(_, number)| number).collect();
    assert_eq!(
        (placed(&whole["items"][0], "drawn"), placed(&whole["items"][0], "substitute")),
        (order[..5].into(), order[5..10].into())
    );
    assert!(
        placed(&whole["items"][0], "recused_for_employer").is_empty(),
        "whose people are left out tells who applies"
    );
    assert!(whole["items"][0].get("pool").is_none());
    let called = format!("{asks}/1/experts");
    let names = desk.writes.ok("GET", &called, Value::Null);
    assert_eq!((names.as_array().map(Vec::len), names[0]["number"].as_str()), (Some(10), Some(order[0].as_str())));
    assert_eq!((watch.call("GET", &called, Value::Null).0, ann.call("GET", &called, Value::Null).0), (403, 403));
    let reads = owner.ok("GET", "/api/registers/experts/reads", Value::Null);
    assert_eq!(reads["items"][0]["purpose"], "通知抽取的评审专家", "{reads}");

    for reader in [&anyone, &ann] {
        let told = reader.ok("GET", &panels, Value::Null)["items"][0].clone();
        assert!(told.get("drawn").is_none() && told.get("pool").is_none() && told["drawn_at"].is_i64(), "{told}");
    }
    let over = soon(|| Some(public()).filter(|panel| panel.get("drawn").is_some()));
    assert_eq!((placed(&over, "drawn"), placed(&over, "recused_for_employer").len()), (order[..5].into(), 5));
    let pool = over["pool"].as_str().expect("the pool is shown when the lot is over");
    assert_eq!(sha256(pool), pool_sha256);
    let pool: Value = serde_json::from_str(pool).expect("JSON");
    assert_eq!(pool["experts"].as_array().map(Vec::len), Some(19));

    assert_eq!(status(&watch, &commit, hash("one more seed of the watch")), 409, "drawn is drawn");
    assert_eq!(desk.writes.call("POST", &asks, json!({"field": "land", "wanted": 5})).1["field"], "reason");
    desk.writes.ok("POST", &asks, json!({"field": "land", "wanted": 3, "reason": "两名专家因病缺席"}));
    assert_eq!(anyone.ok("GET", &panels, Value::Null)["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(status(&desk.writes, &commit, hash(CLERK_SEED)), 409, "a seed everybody knows binds nobody");
}

/// Sealed offers, then one expert's points; bidding runs long enough for the panel to be drawn.
fn tender(number: &str) -> Value {
    let mut tender = draft(number, 1);
    tender["terms"].as_object_mut().expect("terms").remove("reserve");
    let phases = json!([
        {"kind": "method", "method": "sealed", "length_ms": 8_000, "entry": "qualified", "who": "everyone",
            "changes_max": 9, "unit": "0.01", "unique": false, "wins": "best", "ties": "first", "offers_min": 2},
        {"kind": "method", "method": "scored", "length_ms": 600_000, "experts": 1,
            "by": {"kind": "points", "price_points": 3_000, "panel_points": 7_000}},
    ]);
    for (name, value) in [
        ("direction", json!("descending")),
        ("start_price", json!("1000000.00")),
        ("step", json!({"rule": "own", "bands": [{"from": "0.00", "step": "0.01"}]})),
        ("proxy", json!("none")),
        ("phases", phases),
    ] {
        tender["terms"][name] = value;
    }
    tender
}

#[test]
fn a_word_of_a_panel_stands_when_two_clerks_enter_it_alike_for_an_expert_who_was_drawn() {
    let desk = Desk::of(Server::start_rehearsal());
    let (server, admin) = (&desk.server, desk.server.sign_in("admin"));
    let agency = server.agency(&admin, "12440300123456788T");
    admin.ok("PUT", "/api/registers/experts/owner", json!({"agency_id": agency}));
    let owner = server.officer("owner", &agency, &["own_data"]);
    import(&owner, "experts", "format=json", &json!(experts()).to_string());
    let (watch, ann, bo) = (server.person("watch", "supervisor"), desk.bidder("ann"), desk.bidder("bo"));
    let lot = open_lot(&desk.writes, &desk.checks, &[&ann, &bo], tender("X-2"));
    for (bidder, price) in [(&ann, "800000.00"), (&bo, "900000.00")] {
        assert_eq!(bidder.socket().bid(&lot, price)["accepted"], true);
    }
    let asks = format!("/api/desk/lots/{lot}/panels");
    let [commit, reveal] = ["commit", "reveal"].map(|word| format!("/api/lots/{lot}/panels/{word}"));
    desk.writes.ok("POST", &asks, json!({"field": "land", "wanted": 1, "experts": ["E05"]}));
    for (who, seed) in [(&desk.writes, CLERK_SEED), (&watch, WATCH_SEED)] {
        who.ok("POST", &commit, hash(seed));
    }
    soon(|| {
        let panel = server.anyone().ok("GET", &format!("/api/lots/{lot}/panels"), Value::Null)["items"][0].clone();
        panel["seeds"][0]["noted"].as_bool().filter(|noted| *noted)
    });
    for (who, seed) in [(&desk.writes, CLERK_SEED), (&watch, WATCH_SEED)] {
        who.ok("POST", &reveal, json!({"seed": seed}));
    }
    let called = desk.writes.ok("GET", &format!("{asks}/1/experts"), Value::Null);
    let offers = soon(|| {
        let (status, page) = server.anyone().call("GET", &format!("/api/lots/{lot}/offers"), Value::Null);
        page["items"].as_array().filter(|all| status == 200 && all.len() == 2).cloned()
    });

    let scores = format!("/api/desk/lots/{lot}/scores");
    let word = |at: usize, number: &Value, points: &str| json!({"expert": 0, "number": number, "paddle": offers[at]["paddle"], "pass": true, "points": points});
    let enter = |who: &Person, word: Value| who.call("POST", &scores, word);
    let (drawn, substitute) = (&called[0]["number"], &called[1]["number"]);
    for nobody in [Value::Null, json!("E05")] {
        assert_eq!(enter(&desk.writes, word(0, &nobody, "60.00")).1["field"], "number");
    }
    for _ in 0..2 {
        assert_eq!(enter(&desk.writes, word(0, drawn, "60.00")), (200, json!({"entered": false})), "one clerk alone");
    }
    let listed = |who: &Person| who.ok("GET", &scores, Value::Null);
    let seen = listed(&desk.checks);
    assert_eq!((&seen[0]["mine"], &seen[0]["stands"]), (&json!(false), &json!(false)), "{seen}");
    assert!(!seen.to_string().contains("60"), "the second reads the paper");
    assert_eq!(waiting(&desk.checks), [(json!("X-2"), json!("me"), json!(1))]);
    assert_eq!(waiting(&desk.writes), [(json!("X-2"), json!("another_clerk"), json!(1))]);
    assert_eq!(enter(&desk.checks, word(0, drawn, "61.00")).0, 409, "they differ");
    assert_eq!(listed(&desk.writes), json!([]), "both enter it again");
    enter(&desk.checks, word(0, drawn, "60.00"));
    assert_eq!(enter(&desk.writes, word(0, drawn, "60.00")), (200, json!({"entered": true})));
    assert_eq!(listed(&desk.writes)[0]["stands"], true);
    assert_eq!(waiting(&desk.checks), []);
    soon(|| (enter(&desk.writes, word(0, drawn, "60.00")).1["code"] == "ALREADY_GIVEN").then_some(()));
    assert_eq!(enter(&desk.writes, word(1, substitute, "30.00")).1["field"], "number", "the place is taken");
    for clerk in [&desk.writes, &desk.checks] {
        enter(clerk, word(1, drawn, "30.00"));
    }
    soon(|| {
        (desk.writes.ok("GET", &format!("/api/desk/lots/{lot}"), Value::Null)["card"]["stage"] == "sold").then_some(())
    });
}

#[test]
fn who_has_his_registration_revoked_applies_for_nothing_until_he_registers_anew() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    let lot = |number: &str| {
        let lot = desk.lot(number, 60_000, json!({}), file("post"));
        desk.ready(&lot);
        desk.act(&lot, "announce");
        lot
    };
    let (first, second) = (lot("V-1"), lot("V-2"));
    let apply = |lot: &str| ann.call("POST", &format!("/api/lots/{lot}/applications"), json!({}));
    let (_, application) = apply(&first);
    let case = ann.ok("GET", "/api/me/cases", Value::Null)[0]["id"].as_str().expect("an id").to_string();
    let revoke = format!("/api/cases/{case}/revocation");
    let why = json!({"reason": "登记材料系伪造"});
    let agency = desk.server.agency(&desk.server.sign_in("admin"), "11440300123456788X");
    let receives = desk.server.officer("receives", &agency, &["receive"]);
    let decides = desk.server.officer("decides", &agency, &["decide"]);
    assert_eq!((status(&ann, &revoke, why.clone()), status(&receives, &revoke, why.clone())), (403, 403));
    assert_eq!(desk.officer.call("POST", &revoke, json!({"reason": " "})).1["field"], "reason");
    // One proposes, and it stands; another confirms what he read.
    let beside = |who: &Person| who.ok("GET", &format!("/api/cases/{case}"), Value::Null)["revocation"].clone();
    let confirm = |who: &Person, read: &Value| {
        who.call("POST", &format!("{revoke}/confirm"), json!({"proposed_at": read["waits"]["at"]}))
    };
    assert_eq!(beside(&desk.officer)["may"], json!(["propose"]));
    let watch = desk.server.person("watch", "supervisor");
    let clocks = || {
        let figures = watch.ok("GET", "/api/cards/figures", Value::Null);
        assert_eq!(figures["open_clocks"], figures["open_steps"], "{figures}");
        figures["open_clocks"].as_u64().expect("a count")
    };
    let before = clocks();
    desk.officer.ok("POST", &revoke, why.clone());
    assert_eq!(clocks(), before + 1, "a proposal that waits has a clock");
    assert_eq!(status(&decides, &revoke, why.clone()), 409, "one waits");
    assert_eq!((&beside(&desk.officer)["may"], &beside(&ann)["waits"]), (&json!(["refuse"]), &Value::Null));
    assert_eq!(confirm(&desk.officer, &beside(&decides)).0, 409, "not by who proposed it");
    let told = decides.ok("GET", "/api/me/cards", Value::Null)["messages"][0]["path"].clone();
    assert_eq!(told, format!("/cases/{case}"), "who may confirm it is told that it waits");
    let read = beside(&decides);
    assert_eq!((&read["waits"]["reason"], &read["may"]), (&why["reason"], &json!(["confirm", "refuse"])));
    decides.ok("POST", &format!("{revoke}/refuse"), json!({"reason": "请补充鉴定意见"}));
    assert_eq!(clocks(), before);
    assert_eq!(ann.ok("GET", "/api/me/registration", Value::Null)["state"], "in_force");
    assert_eq!(ann.ok("GET", "/api/me/messages", Value::Null), json!([]));
    desk.officer.ok("POST", &revoke, why);
    assert_eq!(confirm(&decides, &read).0, 409, "another proposal than he read");
    assert_eq!(confirm(&decides, &beside(&decides)).0, 204);
    assert_eq!(confirm(&decides, &read).0, 409, "once");
    assert_eq!(clocks(), before);
    // Its bidder reads why and what he may do; the timeline says who did what, to him the end of it alone.
    let line = ann.ok("GET", "/api/me/messages", Value::Null)[0].clone();
    let words = line["zh"].as_str().expect("words");
    assert!(words.contains("登记材料系伪造") && words.contains("行政复议"), "{words}");
    assert_eq!(line["case_id"], json!(case));
    let acts = |who: &Person| {
        let events = who.ok("GET", &format!("/api/cases/{case}"), Value::Null)["events"].clone();
        let acts =
            events.as_array().expect("events").iter().map(|event| event["act"].as_str().expect("an act").to_string());
        acts.filter(|act| act.contains("revo")).collect::<Vec<_>>()
    };
    let whole = ["propose_revocation", "refuse_revocation", "propose_revocation", "revoke"];
    assert_eq!((acts(&desk.officer), acts(&ann)), (whole.map(String::from).to_vec(), vec!["revoke".to_string()]));

    let (refused, said) = apply(&second);
    assert_eq!((refused, said["code"].as_str()), (409, Some("REGISTRATION_REVOKED")), "{said}");
    let own = ann.ok("GET", "/api/me/registration", Value::Null);
    assert_eq!((own["state"].as_str(), own["revoked"]["reason"].as_str()), (Some("revoked"), Some("登记材料系伪造")));
    let seen = beside(&desk.officer);
    assert_eq!((seen["revoked"]["reason"].as_str(), &seen["may"]), (Some("登记材料系伪造"), &json!([])));
    let no = application["no"].as_i64().expect("a number");
    let admit = format!("/api/desk/lots/{first}/applications/{no}/admit");
    assert_eq!(desk.writes.call("POST", &admit, json!({})).1["code"], "REGISTRATION_REVOKED", "nor is he seated");

    register(&ann, &desk.officer, "ann", "91440300708461136T");
    assert_eq!(apply(&second).0, 200, "registered anew");
    assert_eq!(desk.writes.call("POST", &admit, json!({})).0, 200);
    assert_eq!(ann.ok("GET", "/api/me/registration", Value::Null)["state"], "in_force");

    // Three years and a day later.
    let old = 3 * 366 * 24 * 3_600_000_i64;
    desk.server.tables().execute("update cases set decided_at = decided_at - ?", [old]).expect("older");
    let (refused, said) = ann.call("POST", &format!("/api/lots/{}/applications", lot("V-3")), json!({}));
    assert_eq!((refused, said["code"].as_str()), (409, Some("REGISTRATION_EXPIRED")), "{said}");
    assert_eq!(ann.ok("GET", "/api/me/registration", Value::Null)["state"], "expired");
}
