//! Compares the documents with the catalogue; whether they are valid OpenAPI is judged by another
//! program, in `conformance/openapi.test.mjs`.

use std::collections::HashSet;

use super::*;
use crate::catalogue::{Method, find, operations, route};

/// Path, method and operation of a document.
fn entries(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// One operation of a document.
fn described(dialect: Dialect, id: &str) -> Value {
    let document = document(dialect);
    let entry = entries(&document).into_iter().find(|(_, _, o)| o["operationId"] == id);
    let (path, method, operation) = entry.unwrap();
    json!({ format!("{} {path}", method.to_uppercase()): operation })
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_operation_of_the_dialect_is_there_once() {
    for dialect in Dialect::ALL {
        let document = document(dialect);
        let there: Vec<&str> = entries(&document)
            .into_iter()
            .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
            .collect();
        let wanted: HashSet<&str> =
            operations().iter().filter(|o| o.on(dialect).is_some()).map(|o| o.id).collect();
        assert_eq!(there.len(), wanted.len(), "{dialect}");
        assert_eq!(there.into_iter().collect::<HashSet<_>>(), wanted, "{dialect}");
    }
}

#[test]
fn every_path_leads_to_its_operation_and_declares_its_names() {
    for dialect in Dialect::ALL {
        for (path, method, operation) in entries(&document(dialect)) {
            let method = Method::parse(&method.to_uppercase()).unwrap();
            let (found, _, values) =
                route(dialect, method, &path.replace('{', "x").replace('}', "")).unwrap();
            assert_eq!(operation["operationId"], found.id, "{dialect} {path}");
            let declared: Vec<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
            assert_eq!(declared, names, "{dialect} {path}");
            assert!(names.iter().all(|name| path.contains(&format!("{{{name}}}"))), "{path}");
        }
    }
}

#[test]
fn every_body_and_every_scope_is_told() {
    for dialect in Dialect::ALL {
        for (_, _, operation) in entries(&document(dialect)) {
            let id = operation["operationId"].as_str().unwrap();
            let variant = find(id).unwrap().on(dialect).unwrap();
            let scopes = match &operation["security"] {
                Value::Null => json!([]),
                security => security[0]["bearer"].clone(),
            };
            assert_eq!(scopes == Value::Null, variant.open, "{id}");
            assert!(variant.open || scopes == json!(variant.scopes), "{id}");
            let documented = operation["parameters"].as_array().map_or(0, Vec::len)
                + operation["requestBody"]["content"].as_object().map_or(0, |content| {
                    let (_, content) = content.iter().next().unwrap();
                    match content["schema"].get("title") {
                        Some(_) => 1,
                        None => content["schema"]["properties"].as_object().unwrap().len(),
                    }
                });
            assert_eq!(documented, variant.parameters.len(), "{id}");
        }
    }
}

#[test]
fn references_lead_somewhere() {
    for dialect in Dialect::ALL {
        let document = document(dialect);
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 259, "each operation has its refusal");
        for place in found {
            let pointer = place.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{dialect}: {place}");
        }
    }
}

#[test]
fn types_are_those_of_json_schema() {
    fn types(value: &Value, in_schema: bool, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    match value {
                        // An object here is a property that is called `type`.
                        Value::String(_) | Value::Array(_) if in_schema && key == "type" => {
                            let several = value.as_array().into_iter().flatten();
                            let all = several.chain([value]).filter_map(Value::as_str);
                            found.extend(all.map(str::to_owned));
                        }
                        _ => types(value, in_schema || key.starts_with("schema"), found),
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|value| types(value, in_schema, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    Dialect::ALL.iter().for_each(|dialect| types(&document(*dialect), false, &mut found));
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["array", "boolean", "integer", "null", "number", "object", "string"]);
}

#[test]
fn operations_of_each_kind() {
    for (name, dialect, id) in [
        ("fields", Dialect::Local, "devices.setCapabilityValue"),
        ("fields_of_v2", Dialect::V2, "devices.setCapabilityValue"),
        ("form", Dialect::V2, "devkit.runApp"),
        ("map", Dialect::Cloud, "devices.getDevices"),
        ("open", Dialect::Local, "users.login"),
        ("private", Dialect::Local, "zigbee.flashFirmware"),
        ("query", Dialect::Local, "flow.getFlowCardAutocomplete"),
        ("root", Dialect::Local, "devices.updateDevice"),
    ] {
        insta::assert_snapshot!(name, format!("{:#}", described(dialect, id)));
    }
}

#[test]
fn the_head_of_a_document() {
    let mut document = document(Dialect::Local);
    for part in ["paths", "tags"] {
        document[part] = Value::Null;
    }
    document["components"]["schemas"] = Value::Null;
    document["info"]["version"] = json!("VERSION");
    insta::assert_snapshot!(format!("{document:#}"));
}
