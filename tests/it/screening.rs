//! Closed lots through the front door: the figures are those counted by hand, a market of few lots has no
//! baseline, a restart doubles nothing, a model says why, and people who meet are seen to.

use crate::cards::unguarded;
use crate::house::{Person, Server, draft, open_lot, soon};
use screens::calibration::Calibration;
use screens::features::{History, Lot, NAMES, row};
use screens::grow::{Example, Plan, grow};
use screens::model::Model;
use serde_json::{Value, json};
use tempfile::TempDir;

/// From opening to close: all bids of a test fit in.
const OPEN_MS: i64 = 3_000;

fn sell(clerks: [&Person; 2], number: &str, bids: &[(&Person, &str)]) -> String {
    let people: Vec<&Person> = bids.iter().map(|(person, _)| *person).collect();
    let lot = open_lot(clerks[0], clerks[1], &people, draft(number, OPEN_MS));
    for (person, amount) in bids {
        assert_eq!(person.socket().bid(&lot, amount)["accepted"], true, "{number} {amount}");
    }
    lot
}

fn screened(supervisor: &Person, lot: &str) -> Value {
    soon(|| {
        let (status, answer) = supervisor.call("GET", &format!("/api/supervision/screens/{lot}"), Value::Null);
        (status == 200).then_some(answer)
    })
}

fn figure(row: &Value, name: &str) -> (f64, Option<f64>) {
    let figures = row["figures"].as_array().expect("figures");
    let found = figures.iter().find(|figure| figure["name"] == name).unwrap_or_else(|| panic!("no {name}: {row}"));
    (found["value"].as_f64().expect("a number"), found["percentile"].as_f64())
}

#[test]
fn a_closed_lot_has_the_figures_counted_by_hand_and_a_restart_doubles_nothing() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let sue = server.person("sue", "supervisor");
    let bidders: Vec<Person> = (0..5).map(|n| server.person(&format!("b{n}"), "bidder")).collect();
    let amounts = ["1000.00", "1030.00", "1040.00", "1100.00", "1200.00"];
    let bids: Vec<(&Person, &str)> = bidders.iter().zip(amounts).collect();
    let lot = sell([&writes, &checks], "S-1", &bids);
    let open = sue.call("GET", &format!("/api/supervision/screens/{lot}"), Value::Null);
    assert_eq!(open.0, 404, "nothing is said of a lot that goes on");

    let seen = screened(&sue, &lot);
    let row = &seen["row"];
    // By a statistics library: [1000, 1030, 1040, 1100, 1200]; the highest wins.
    for (name, wanted) in [
        ("cv", 0.073_786_3),
        ("spd", 0.2),
        ("diffp", 0.083_333_3),
        ("rd", 2.384_785_9),
        ("skew", 1.246_012_1),
        ("kurt", 1.114_700_4),
        ("ks", 0.4),
        ("triples_min", 0.020_342_0),
        ("triples_max", 0.072_600_9),
    ] {
        let (found, percentile) = figure(row, name);
        assert!((found - wanted).abs() < 1e-6, "{name}: {found} is not {wanted}");
        assert_eq!(percentile, None, "one lot is no market");
    }
    assert_eq!((&row["baseline_state"], &row["baseline_lots"]), (&json!("no_baseline"), &json!(0)));
    assert!(row.get("unusual").is_none(), "nothing to compare with is not zero: {row}");
    assert_eq!((&row["offers"], &row["method"]), (&json!(5), &json!("ladder")));
    assert_eq!((&row["model_state"], row.get("share")), (&json!("not_scored"), None));
    let best = &seen["offers"][0];
    assert_eq!((&best["price"], &best["won"], &best["closest"]), (&json!("1200.00"), &json!(true), &json!(false)));
    let closest = seen["offers"].as_array().expect("offers").iter().filter(|offer| offer["closest"] == true);
    let closest: Vec<&Value> = closest.map(|offer| &offer["price"]).collect();
    assert_eq!(closest, ["1040.00", "1030.00", "1000.00"]);
    assert_eq!(writes.call("GET", "/api/supervision/screens", Value::Null).0, 403);

    let again = Server::start_on(server.kill());
    let sue = again.sign_in("sue");
    let second = sell([&again.sign_in("c1"), &again.sign_in("c2")], "S-2", &[(&again.sign_in("b0"), "1000.00")]);
    let lonely = screened(&sue, &second);
    assert_eq!(lonely["row"]["baseline_state"], "too_few_offers");
    assert_eq!(lonely["row"]["figures"], json!([]));
    assert_eq!(screened(&sue, &lot), seen, "what was said stays");
    let page = sue.ok("GET", "/api/supervision/screens?sort=closed_at", Value::Null);
    let lots: Vec<&Value> = page["items"].as_array().expect("a page").iter().map(|row| &row["lot"]).collect();
    assert_eq!((lots, &page["total"]), (vec![&json!(second), &json!(lot)], &json!(2)));
    assert!(again.tables().execute("update closings set offers = 9", []).is_err(), "it is evidence");
    assert_eq!(sue.call("GET", "/api/supervision/screens?sort=n;drop", Value::Null).0, 400);
}

#[test]
fn figures_that_cannot_be_read_keep_no_later_lot_from_its_own() {
    let server = Server::start();
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (sue, ann, bo) =
        (server.person("sue", "supervisor"), server.person("ann", "bidder"), server.person("bo", "bidder"));
    let sold = |number: &str| {
        let lot = sell([&writes, &checks], number, &[(&ann, "1000.00"), (&bo, "1100.00")]);
        screened(&sue, &lot)["row"]["baseline_lots"].clone()
    };
    assert_eq!((sold("R-1"), sold("R-2")), (json!(0), json!(1)));
    unguarded(&server.tables(), "closings_are_not_changed", || {
        let damaged = "update closings set figures = '{' where n = (select min(n) from closings)";
        server.tables().execute(damaged, []).expect("damaged");
    });
    assert_eq!(sold("R-3"), json!(1), "compared with what can be read");
}

/// Two prices; those ten per cent apart and more were judged collusive.
fn model(segment: &str, folder: &TempDir) -> std::path::PathBuf {
    let lots: Vec<(Lot, bool)> = (1..=200)
        .map(|n| {
            let prices = vec![1_000.0, 1_000.0 + f64::from(n)];
            (Lot { segment: 0, prices, bidders: Vec::new(), estimate: None, rising: true }, n >= 100)
        })
        .collect();
    let rows: Vec<_> = lots.iter().map(|(lot, kind)| (row(lot, &History::default(), None), *kind)).collect();
    let examples: Vec<Example> =
        rows.iter().map(|(row, collusive)| Example { row, collusive: *collusive, weight: 1.0 }).collect();
    let forest = grow(&examples, Plan { trees: 40, ..Plan::default() });
    let judged: Vec<_> = rows.iter().map(|(row, kind)| (forest.score(row), *kind, 1.0)).collect();
    let model = Model {
        columns: NAMES.map(String::from).to_vec(),
        segments: vec![segment.into()],
        called_from: 0.0,
        live_from: None,
        lots: lots.len(),
        calibration: Calibration::of(&judged),
        forest,
    };
    let path = folder.path().join("model.json");
    std::fs::write(&path, serde_json::to_vec(&model).expect("JSON")).expect("written");
    path
}

#[test]
fn thirty_lots_make_a_baseline_and_the_model_and_the_network_speak() {
    const EARLIER: usize = 30;
    let folder = TempDir::new().expect("a folder");
    let path = model("equipment-ladder", &folder);
    let dir = TempDir::new().expect("a folder");
    let server = Server::start_with(dir, &["--model", path.to_str().expect("a path")]);
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (sue, ann, bo) =
        (server.person("sue", "supervisor"), server.person("ann", "bidder"), server.person("bo", "bidder"));
    let clerks = [&writes, &checks];
    for n in 1..=EARLIER {
        let higher = format!("{}.00", 1_000 + 10 * n);
        // They take turns.
        let (low, high) = if n % 2 == 0 { (&ann, &bo) } else { (&bo, &ann) };
        sell(clerks, &format!("T-{n}"), &[(low, "1000.00"), (high, &higher)]);
    }
    let page = soon(|| {
        let page = sue.ok("GET", "/api/supervision/screens?sort=closed_at&order=asc", Value::Null);
        (page["total"] == EARLIER).then_some(page)
    });
    for (before, row) in page["items"].as_array().expect("a page").iter().enumerate() {
        assert_eq!((&row["baseline_state"], &row["baseline_lots"]), (&json!("no_baseline"), &json!(before)));
    }
    assert_eq!(page["model"]["segments"], json!(["equipment-ladder"]));
    let last = sell(clerks, "T-last", &[(&ann, "1000.00"), (&bo, "1155.00")]);
    let seen = screened(&sue, &last);
    let row = &seen["row"];
    assert_eq!((&row["baseline_state"], &row["baseline_lots"]), (&json!("ranked"), &json!(EARLIER)));
    // Wider than fifteen of thirty; two prices always lie alike between their ends.
    assert_eq!(figure(row, "spd"), (0.155, Some(0.5)));
    assert_eq!(figure(row, "ks").1, Some(0.5));
    assert_eq!((&row["unusual"], &row["called"]), (&json!(0.0), &json!(true)));
    assert!(row["share"].as_f64() > Some(0.9), "{row}");
    assert!(seen["drivers"][0]["moved"].as_f64() > Some(0.0), "{seen}");
    let first = page["items"].as_array().expect("a page").iter().find(|row| row["lot_number"] == "T-1").expect("T-1");
    assert_eq!((&first["called"], first["share"].as_f64()), (&json!(false), Some(0.0)));
    let unusual = sue.ok("GET", "/api/supervision/screens", Value::Null);
    assert_eq!(unusual["items"][0]["lot"], json!(last), "what has no baseline stands behind");
    let called = sue.ok("GET", "/api/supervision/screens?called=true&sort=share", Value::Null);
    // Ten per cent and more: T-10 to T-30 and the last.
    let total = called["total"].as_u64().expect("a total");
    assert!((21..=23).contains(&total), "the model was taught 10 %: {total}");

    // Where few lots have closed nobody waits for the night: the first look finds them.
    let server = Server::start_with(server.kill(), &["--model", path.to_str().expect("a path")]);
    let (sue, ann) = (server.sign_in("sue"), server.sign_in("ann"));
    soon(|| {
        let network = sue.ok("GET", "/api/supervision/networks", Value::Null);
        (network["lots"] == 31).then_some(())
    });
    assert_eq!(ann.call("GET", "/api/supervision/networks", Value::Null).0, 403);
    let network = sue.ok("POST", "/api/supervision/networks", json!({}));
    assert_eq!((&network["lots"], &network["bidders"]), (&json!(31), &json!(2)));
    let group = &network["groups"][0];
    assert_eq!((&group["lots"], &group["won_inside"]), (&json!(31), &json!(31)));
    let names: Vec<&Value> = network["members"].as_array().expect("members").iter().map(|one| &one["name"]).collect();
    assert!(names.contains(&&json!("ann")) && names.contains(&&json!("bo")));
    let link = &network["links"][0];
    assert_eq!((&link["together"], &link["share"]), (&json!(31), &json!(1.0)));
    assert_eq!(link["one_won"].as_u64().zip(link["other_won"].as_u64()).map(|(a, b)| a + b), Some(31));
    let told = sue.ok("GET", "/api/supervision/networks", Value::Null);
    assert_eq!(told["groups"], network["groups"]);
    let read = server.sign_in("admin").ok("GET", "/api/audit", Value::Null).to_string();
    assert!(read.contains("read networks"), "names were read, and that is noted");
}

#[test]
fn a_file_that_is_no_model_stops_the_start_by_name() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("model.json");
    std::fs::write(&path, "{}").expect("written");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sunbid"))
        .args(["serve", "--no-demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .arg("--model")
        .arg(&path)
        .output()
        .expect("runs");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success() && said.contains("model.json") && said.contains("not a model"), "{said}");
}
