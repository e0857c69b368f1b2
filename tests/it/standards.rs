//! 裁量基准: an agency's own, published by a second person who has read it, and never reaching back.

use crate::enforcement::{ANN, Brigade, standard};
use crate::house::Person;
use crate::life::today;
use serde_json::{Value, json};

const WRITE: &str = "/api/enforcement/discretion";
const PUBLISH: &str = "/api/enforcement/discretion/COLLUSION/publish";

#[test]
fn the_standard_is_public_and_published_by_a_second_person() {
    let brigade = Brigade::begin();
    let anyone = brigade.server.anyone();
    let versions = anyone.ok("GET", "/api/discretion", Value::Null);
    assert_eq!((versions[0]["code"].as_str(), versions[0]["in_force"].as_bool()), (Some("COLLUSION"), Some(true)));
    let mut next = standard();
    next["grades"][1]["max"] = json!("30000");
    let read = json!({"written_at": brigade.deputy.ok("POST", WRITE, next)["written_at"]});
    let (status, said) = brigade.deputy.call("POST", PUBLISH, read.clone());
    assert_eq!((status, said["code"].as_str()), (409, Some("ANOTHER_OFFICER")));
    assert_eq!(anyone.ok("GET", "/api/discretion", Value::Null).as_array().map(Vec::len), Some(1));
    brigade.head.ok("POST", PUBLISH, read);
    let versions = anyone.ok("GET", "/api/discretion", Value::Null);
    let told: Vec<_> =
        versions.as_array().expect("a list").iter().map(|one| (&one["version"], &one["in_force"])).collect();
    assert_eq!(told, [(&json!(2), &json!(true)), (&json!(1), &json!(false))]);
    let tables = brigade.server.tables();
    let change = "update discretion_rules set body = '{}' where version = 1";
    assert!(tables.execute(change, []).is_err(), "what was published stands");
    let case = brigade.file(ANN);
    for change in ["delete from enforcement_events", "update enforcement_events set note = ''"] {
        assert!(tables.execute(change, []).is_err(), "{change}: {case}");
    }
}

#[test]
fn no_agency_writes_publishes_or_sees_another_s_draft() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let admin = server.sign_in("admin");
    let other = server.agency(&admin, "12440300123456788T");
    let (writes, decides) =
        (server.officer("p1", &other, &["review", "decide"]), server.officer("p2", &other, &["decide"]));
    let (status, said) = writes.call("POST", WRITE, standard());
    assert_eq!((status, said["code"].as_str()), (409, Some("STANDARD_OF_ANOTHER_AGENCY")));
    let draft = brigade.deputy.ok("POST", WRITE, standard());
    let (status, said) = decides.call("POST", PUBLISH, json!({"written_at": draft["written_at"]}));
    assert_eq!((status, said["code"].as_str()), (409, Some("STANDARD_OF_ANOTHER_AGENCY")));
    let waiting = |who: &Person| who.ok("GET", WRITE, Value::Null).as_array().map(Vec::len);
    assert_eq!((waiting(&decides), waiting(&brigade.head), waiting(&admin)), (Some(0), Some(1), Some(1)));
    // Its own it writes, under a code of its own; everybody reads whose it is.
    let mut own = standard();
    own["code"] = json!("PLAN-COLLUSION");
    let draft = writes.ok("POST", WRITE, own);
    let path = "/api/enforcement/discretion/PLAN-COLLUSION/publish";
    decides.ok("POST", path, json!({"written_at": draft["written_at"]}));
    let public = server.anyone().ok("GET", "/api/discretion", Value::Null);
    let owners: Vec<_> =
        public.as_array().expect("a list").iter().map(|one| (one["code"].as_str(), one["agency"].as_str())).collect();
    assert_eq!(
        owners,
        [(Some("COLLUSION"), Some(brigade.agency.as_str())), (Some("PLAN-COLLUSION"), Some(other.as_str()))]
    );
}

#[test]
fn a_standard_does_not_reach_back() {
    let brigade = Brigade::begin();
    let mut early = standard();
    early["effective_from"] = json!("2020-01-01");
    let (status, said) = brigade.deputy.call("POST", WRITE, early);
    assert_eq!(
        (status, said["code"].as_str(), said["field"].as_str()),
        (409, Some("STANDARD_RETROACTIVE"), Some("effective_from"))
    );
    // One that was written in time and lay too long is written anew.
    let draft = brigade.deputy.ok("POST", WRITE, standard());
    let late = "update discretion_rules set effective_from = '2026-01-01' where published_at is null";
    brigade.server.tables().execute(late, []).expect("as if written long ago");
    let (status, said) = brigade.head.call("POST", PUBLISH, json!({"written_at": draft["written_at"]}));
    assert_eq!((status, said["code"].as_str()), (409, Some("STANDARD_RETROACTIVE")));
    let public = brigade.server.anyone().ok("GET", "/api/discretion", Value::Null);
    assert_eq!((public.as_array().map(Vec::len), &public[0]["in_force"]), (Some(1), &json!(true)));
}

#[test]
fn what_is_published_is_what_was_read() {
    let brigade = Brigade::begin();
    let read = brigade.deputy.ok("POST", WRITE, standard());
    assert_eq!((&read["effective_from"], &read["mine"]), (&json!(today()), &json!(true)));
    let mut other = standard();
    other["grades"][2]["max"] = json!("5000000");
    let anew = brigade.deputy.ok("POST", WRITE, other);
    assert_eq!(anew["version"], read["version"], "it stands in the first one's place");
    let (status, said) = brigade.head.call("POST", PUBLISH, json!({"written_at": read["written_at"]}));
    assert_eq!((status, said["code"].as_str()), (409, Some("STANDARD_REWRITTEN")));
    let shown = brigade.head.ok("GET", WRITE, Value::Null);
    assert_eq!(shown[0]["grades"][2]["max"], "5000000", "he sees all of it");
    brigade.head.ok("POST", PUBLISH, json!({"written_at": shown[0]["written_at"]}));
}
