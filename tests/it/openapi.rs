//! The browser's types are made of web/openapi.json: it must be what the server serves.

use crate::house::Server;
use serde_json::Value;

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
    let document = Server::start().anyone().ok("GET", "/openapi.json", Value::Null);
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.values().flat_map(|operations| operations.as_object().expect("operations").values());
    let mut names: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().expect("a name")).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
