//! Every door has a row in the permission table, and the row is kept.

use crate::house::Server;
use serde_json::Value;
use std::collections::BTreeSet;
use sunbid::security::model::Role;
use sunbid::security::permit::{DOORS, Who};

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let document = sunbid::http::openapi();
    let routes: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").keys().filter(|key| *key != "parameters");
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let rows: BTreeSet<(String, String)> =
        DOORS.iter().map(|(method, path, _)| (method.to_string(), path.to_string())).collect();
    assert_eq!(routes, rows);
    assert_eq!(rows.len(), DOORS.len(), "a row stands twice");
}

#[test]
fn a_guarded_door_is_shut_to_strangers_and_to_every_role_not_named() {
    let server = Server::start();
    let people: Vec<_> = Role::ALL
        .iter()
        .filter(|role| **role != Role::Admin)
        .map(|role| (*role, server.person(role.name(), role.name())))
        .chain([(Role::Admin, server.sign_in("admin"))])
        .collect();
    for (method, path, who) in DOORS {
        let path = path
            .replace("{id}", "3f1d4a54-7d2c-4f1e-a9b4-5f0c4f4b2a10")
            .replace("{no}", "1")
            .replace("{act}", "confirm");
        let roles: &[Role] = match who {
            Who::Anyone => continue,
            Who::Signed => {
                for person in people.iter().map(|(_, person)| person).chain([&server.anyone()]) {
                    let (status, body) = person.call(method, &path, Value::Null);
                    assert_eq!((status, body["code"].as_str()), (401, Some("NOT_SIGNED")), "{method} {path}");
                }
                continue;
            }
            Who::SignedIn => &Role::ALL,
            Who::Roles(roles) => roles,
        };
        let (status, body) = server.anyone().call(method, &path, Value::Null);
        assert_eq!((status, body["code"].as_str()), (401, Some("NOT_SIGNED_IN")), "{method} {path}");
        for (role, person) in people.iter().filter(|(role, _)| !roles.contains(role)) {
            let (status, body) = person.call(method, &path, Value::Null);
            assert_eq!((status, body["code"].as_str()), (403, Some("FORBIDDEN")), "{role} {method} {path}");
        }
    }
}
