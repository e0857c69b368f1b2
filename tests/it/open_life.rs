//! What open data tell of a lot's life around the auction: names when they are public, corrections beside
//! what they correct, nothing edited.

use crate::house::{Server, soon};
use crate::life::{Desk, act_path, file, notice};
use crate::open::dangling;
use serde_json::{Value, json};

fn releases(server: &Server, lot: &str) -> Vec<Value> {
    let package = server.anyone().call("GET", &format!("/api/open/releases/ocds-sunbid-{lot}"), Value::Null).1;
    package["releases"].as_array().cloned().unwrap_or_default()
}

/// All releases of a lot, once the newest satisfies.
fn until(server: &Server, lot: &str, is: impl Fn(&Value) -> bool) -> Vec<Value> {
    soon(|| {
        let releases = releases(server, lot);
        releases.last().is_some_and(&is).then_some(releases)
    })
}

fn has_tag(release: &Value, tag: &str) -> bool {
    release["tag"].as_array().is_some_and(|tags| tags.contains(&json!(tag)))
}

#[test]
fn a_name_is_public_with_the_notice_of_the_result_and_a_correction_stands_beside_the_old() {
    let desk = Desk::of(Server::start_rehearsal());
    let (ann, bo) = (desk.bidder("ann"), desk.bidder("bo"));
    let lot = desk.lot("OL-1", 2_500, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    let first = until(&desk.server, &lot, |release| has_tag(release, "tender"));
    let documents = first[0]["tender"]["documents"].as_array().expect("documents");
    assert_eq!(documents[0]["documentType"], "tenderNotice", "the notice came before the floor");
    let grant = documents[0]["id"].clone();
    desk.open(&lot, &[&ann, &bo]);
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
    assert_eq!(bo.socket().bid(&lot, "1300.00")["accepted"], true);
    desk.sold(&lot);
    let sold = until(&desk.server, &lot, |release| release["awards"][0]["status"] == "pending");
    assert!(has_tag(sold.last().expect("a release"), "award"));
    desk.both(&lot, "confirm", json!({"number": "Q-1"}));
    until(&desk.server, &lot, |release| release["awards"][0]["status"] == "active" && has_tag(release, "awardUpdate"));
    for release in releases(&desk.server, &lot) {
        let said = release.to_string();
        assert!(!said.contains("\"bo\"") && !said.contains("\"ann\""), "not named yet: {said}");
    }
    desk.notice(&lot, notice("result"));
    let named = until(&desk.server, &lot, |release| release["awards"][0]["suppliers"][0]["name"] == "bo");
    let newest = named.last().expect("a release");
    let winner = newest["parties"].as_array().expect("parties").iter().find(|party| party["name"] == "bo");
    assert_eq!(winner.expect("a party")["identifier"]["id"], "9144030071526726XG");
    assert!(!newest.to_string().contains("\"ann\""), "who lost stays a paddle");

    // 更正: one more release; the corrected notice is still there, and the old releases say what they said.
    let mut correction = notice("grant");
    correction["corrects"] = grant.clone();
    correction["title_zh"] = json!("更正后的公告");
    desk.notice(&lot, correction);
    let corrected =
        until(&desk.server, &lot, |release| release["tender"]["documents"].to_string().contains("更正后的公告"));
    let documents = corrected.last().expect("a release")["tender"]["documents"].to_string();
    assert!(documents.contains(grant.as_str().expect("an id")), "{documents}");
    assert_eq!(&corrected[..named.len()], &named[..], "what was published stays as it was");
    let old = desk.server.anyone().ok("GET", &format!("/api/notices/{}", grant.as_str().expect("an id")), Value::Null);
    assert_eq!(old["title_zh"], "公告", "the old text");
    let by = old["corrected_by"].as_str().expect("the old one names its correction");
    let new = desk.server.anyone().ok("GET", &format!("/api/notices/{by}"), Value::Null);
    assert_eq!((&new["title_zh"], &new["corrects"]), (&json!("更正后的公告"), &grant));
    let changes = desk.server.anyone().ok("GET", "/api/open/changes?after=0", Value::Null);
    let kinds: Vec<&str> =
        changes["changes"].as_array().expect("changes").iter().filter_map(|change| change["kind"].as_str()).collect();
    assert!(kinds.contains(&"correction") && kinds.first() == Some(&"published"), "{kinds:?}");

    desk.act(&lot, "publish_result");
    desk.decide(&desk.writes, "CONTRACT-FILING", &lot, "granted");
    desk.writes.ok("POST", &act_path(&lot, "contract"), json!({"number": "H-1"}));
    let signed = until(&desk.server, &lot, |release| has_tag(release, "contract"));
    let signed = signed.last().expect("a release");
    assert_eq!((&signed["contracts"][0]["id"], &signed["contracts"][0]["status"]), (&json!("H-1"), &json!("active")));
    assert_eq!(signed["contracts"][0]["awardID"], signed["awards"][0]["id"]);
    assert_eq!(dangling(signed), Vec::<String>::new());

    if let Ok(out) = std::env::var("OCDS_OUT") {
        let package = desk.server.anyone().text(&format!("/api/open/releases/ocds-sunbid-{lot}"));
        std::fs::create_dir_all(&out).expect("a folder");
        std::fs::write(std::path::Path::new(&out).join("life.json"), package).expect("written");
    }
}

/// The tables themselves keep what was public, whoever asks them to change it.
#[test]
fn nothing_public_can_be_edited_in_the_tables() {
    let desk = Desk::of(Server::start_rehearsal());
    let lot = desk.lot("OT-1", 60_000, json!({}), file("pre"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    until(&desk.server, &lot, |release| has_tag(release, "tender"));
    let sql = rusqlite::Connection::open(desk.server.dir.path().join("data/sunbid.db")).expect("the tables");
    sql.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
    for (change, law) in [
        ("update open_changes set release = '{}'", "open_changes_is_append_only"),
        ("delete from open_changes", "open_changes_is_append_only"),
        ("update notices set text_zh = '另一正文'", "notices_are_frozen"),
        ("update lots set title_zh = '另一标的'", "lots_are_frozen"),
        ("update lots set terms = '{}'", "lots_are_frozen"),
        ("update lots set status = 'draft'", "lots_are_frozen"),
        ("delete from notices", "notices_are_frozen"),
        ("update lot_files set body = '{}'", "lot_files_are_frozen"),
    ] {
        let refused = sql.execute(change, []).expect_err(change).to_string();
        assert!(refused.contains(law), "{change}: {refused}");
    }
}
