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

#[test]
fn whatever_the_document_refers_to_is_in_it() {
    fn references<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                into.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|field| references(field, into));
            }
            Value::Array(list) => list.iter().for_each(|item| references(item, into)),
            _ => {}
        }
    }
    let document = sunbid::http::openapi();
    let mut named = Vec::new();
    references(&document, &mut named);
    assert!(named.len() > 100, "{}", named.len());
    for name in named {
        assert!(document.pointer(name.trim_start_matches('#')).is_some(), "{name} is nowhere");
    }
}
