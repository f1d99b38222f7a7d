//! How much of the API is answered from state, and that the rest says so.

use housekey::catalogue::{self, Dialect, Parameter, Place, Variant};
use serde_json::{Value, json};

use super::{Bench, Hub};

/// The README says how many; a count that falls is a loss, one that rises is to be written down.
#[test]
fn operations_with_state_are_counted_in_the_readme() {
    let readme = include_str!("../../../README.md");
    for dialect in Dialect::ALL {
        let of =
            || catalogue::operations().iter().filter(|operation| operation.on(dialect).is_some());
        let modelled = of().filter(|operation| Hub::models(operation)).count();
        let line = format!("| {dialect} | {modelled} | {} |", of().count());
        assert!(readme.contains(&line), "{line}");
    }
}

/// Stands in paths for anything.
const IN_PATH: &str = "homey:device:x";

/// Whatever fits the type of an argument.
pub(super) fn something(parameter: &Parameter) -> Value {
    match parameter.place {
        Place::Path => return json!(IN_PATH),
        Place::Query => return json!("x"),
        Place::Root | Place::Field | Place::Form => {}
    }
    match parameter.kinds.first().map_or("string", |kind| kind.as_str()) {
        "number" => json!(1),
        "boolean" => json!(true),
        "object" => json!({ "name": "x" }),
        "array" => json!([]),
        _ => json!("x"),
    }
}

/// Path with query, and body, of a call with such arguments.
pub(super) fn over_http(variant: &Variant) -> (String, Value) {
    let segments = variant.path.split('/');
    let filled = segments.map(|one| if one.starts_with(':') { IN_PATH } else { one });
    let (mut path, mut body) = (filled.collect::<Vec<_>>().join("/"), json!({}));
    for parameter in variant.parameters {
        let value = something(parameter);
        match parameter.place {
            Place::Path => {}
            Place::Query => {
                path.push(if path.contains('?') { '&' } else { '?' });
                path.push_str(&format!("{}={}", parameter.name, value.as_str().unwrap()));
            }
            Place::Root => body = value,
            Place::Field | Place::Form => body[parameter.name] = value,
        }
    }
    (path, body)
}

/// Every operation of every dialect, called with whatever fits its types: never a 500, and a 501
/// exactly where nothing is modelled.
#[test]
fn every_operation_answers_honestly() {
    for dialect in Dialect::ALL {
        for operation in catalogue::operations() {
            let Some(variant) = operation.on(dialect) else { continue };
            let mut bench = Bench::with(dialect, 12, 1);
            let (path, body) = over_http(variant);
            let reply = bench.reply(variant.method.as_str(), &path, Some(body));
            let id = operation.id;
            assert_eq!(
                reply.status == 501,
                !Hub::models(operation),
                "{dialect} {id} {}",
                reply.status
            );
            // The database of a real Homey refuses a flow without a trigger this way.
            let database = matches!(id, "flow.createFlow" | "flow.testFlow");
            assert!(reply.status < 500 || reply.status == 501 || database, "{dialect} {id}");
            assert!(serde_json::from_slice::<Value>(&reply.body).is_ok(), "{dialect} {id}");
            if reply.status == 501 {
                assert!(String::from_utf8_lossy(&reply.body).contains(id), "{dialect} {id}");
            }
        }
    }
}

/// Every operation but the open ones wants a session, and the scopes that the catalogue lists.
#[test]
fn every_operation_is_guarded() {
    let open = ["system.ping", "users.login", "users.loginLocal"];
    for operation in catalogue::operations() {
        let Some(variant) = operation.on(Dialect::Local) else { continue };
        let mut bench = Bench::with(Dialect::Local, 3, 1);
        let path = variant.path.replace("/:", "/");
        let key = bench.key(&["homey.nothing"]);
        bench.token.clear();
        let status = bench.reply(variant.method.as_str(), &path, Some(json!({}))).status;
        assert_eq!(status == 401, !open.contains(&operation.id), "{} {status}", operation.id);
        bench.token = key;
        let reply = bench.reply(variant.method.as_str(), &path, Some(json!({})));
        let (status, body): (u16, Value) =
            (reply.status, serde_json::from_slice(&reply.body).unwrap());
        // Keys cannot manage keys, whatever their scopes.
        let refused = status == 403 && body["error"] != "Invalid Session Type";
        assert_eq!(refused, !variant.scopes.is_empty(), "{} {status}", operation.id);
    }
}

#[test]
fn dashboards_and_experiments_keep_what_they_are_told() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let columns = json!([{ "id": "c1", "widgets": [{ "id": "w1", "any": 1 }] }]);
        let made =
            bench.post("dashboards/dashboard", json!({ "name": "Hall", "columns": columns }));
        let path = format!("dashboards/dashboard/{}", made["id"].as_str().unwrap());
        assert_eq!(made["columns"], columns);
        assert_eq!(bench.put(&path, json!({ "name": "Wall" }))["columns"], columns);
        for body in
            [json!({ "columns": {} }), json!({ "columns": [{ "id": "c" }] }), json!({ "name": "" })]
        {
            assert_eq!(bench.ask("PUT", &path, Some(body)).0, 400);
        }
        bench.delete(&path);
        assert_eq!(bench.ask("GET", &path, None).0, 404);
        if dialect == Dialect::Cloud {
            continue;
        }
        let path = "experiments/experiment";
        bench.put(&format!("{path}/zigbee-map/enable"), json!({}));
        assert_eq!(bench.get(path)["zigbee-map"]["enabled"], true);
        bench.put(&format!("{path}/zigbee-map/disable"), json!({}));
        assert_eq!(bench.get(path)["zigbee-map"]["enabled"], false);
        assert_eq!(bench.ask("PUT", &format!("{path}/x/enable"), Some(json!({}))).0, 404);
    }
}
