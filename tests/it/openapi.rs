//! The browser's types are made of web/openapi.json: it must be what the server serves.

use crate::house::Server;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_committed_document_is_what_the_server_serves() {
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json")).expect("readable");
    let committed: Value = serde_json::from_str(&committed).expect("JSON");
    let served = Server::start().anyone().ok("GET", "/openapi.json", Value::Null);
    assert_eq!(committed, served, "run `make schema` and commit");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = sunbid::http::openapi();
    let items = document["paths"].as_object().expect("paths").values();
    let mut names = BTreeSet::new();
    for name in items.flat_map(|item| item.as_object().expect("methods").values()).map(|one| &one["operationId"]) {
        assert!(names.insert(name.as_str().expect("a name")), "{name} stands twice: the browser's types need one each");
    }
}
