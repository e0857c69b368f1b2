//! Registers looked up: a lot's parcel against the geospatial register, cited laws against the regulations.

use crate::house::Server;
use crate::life::{Desk, file};
use crate::registers::import;
use serde_json::{Value, json};

#[test]
fn a_parcel_that_differs_from_the_register_is_told_beside_its_fields() {
    let desk = Desk::of(Server::start_rehearsal());
    let admin = desk.server.sign_in("admin");
    let agency = desk.server.agency(&admin, "11440300123456788X");
    admin.ok("PUT", "/api/registers/geospatial/owner", json!({"agency_id": agency}));
    let lot = desk.lot("P-1", 60_000, json!({}), file("pre"));
    let fields = || {
        let doubts = desk.life(&lot)["parcel_doubts"].clone();
        doubts
            .as_array()
            .expect("a list")
            .iter()
            .map(|doubt| doubt["field"].as_str().expect("a field").to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(), ["parcel_code"], "unknown there");
    let parcel = |use_of: &str, area: &str, east: f64| {
        let (x, y) = (505_955.846, 2_493_941.246);
        let (e, n) = (x + east, y + 50.0);
        json!([{"parcel_code": "440305001002GB00012", "region": "440305", "location": "南山", "land_use": use_of, "area_m2": area,
            "epsg": "4547", "boundary": format!("POLYGON(({x} {y}, {e} {y}, {e} {n}, {x} {n}, {x} {y}))")}])
    };
    import(&desk.officer, "geospatial", "format=json", &parcel("07", "6000", 120.0).to_string());
    assert_eq!(fields(), ["area_m2", "land_use", "boundary"]);
    import(&desk.officer, "geospatial", "format=json", &parcel("05", "5000", 100.0).to_string());
    assert_eq!(fields(), Vec::<String>::new());
    // A doubt is no bar.
    desk.ready(&lot);
}

#[test]
fn a_cited_law_that_is_not_in_force_or_not_known_is_marked() {
    let server = Server::start();
    let admin = server.sign_in("admin");
    let agency = server.agency(&admin, "11440300123456788X");
    admin.ok("PUT", "/api/registers/regulations/owner", json!({"agency_id": agency}));
    let owner = server.officer("owner", &agency, &["own_data"]);
    let law = || {
        let item = server.anyone().ok("GET", "/api/items/BIDDER-REGISTRATION", Value::Null);
        item[0]["laws"][0].clone()
    };
    assert_eq!(law()["standing"], "unknown");
    let row = |repealed: Value| {
        json!([{"number": "R-1", "title": "电子招标投标办法", "level": "rule", "issued_by": "八部门",
            "in_force_from": "2013-05-01", "repealed_on": repealed, "address": "https://example.cn/r-1"}])
    };
    import(&owner, "regulations", "format=json", &row(Value::Null).to_string());
    assert_eq!((&law()["standing"], &law()["address"]), (&json!("in_force"), &json!("https://example.cn/r-1")));
    import(&owner, "regulations", "format=json", &row(json!("2020-01-01")).to_string());
    assert_eq!(law()["standing"], "not_in_force");
    let standards = server.anyone().ok("GET", "/api/discretion", Value::Null);
    assert!(
        standards.as_array().expect("a list").iter().all(|rule| rule["cited"]["standing"] == "unknown"),
        "{standards}"
    );
}
