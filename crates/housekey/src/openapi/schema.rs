//! The types of the catalogue as JSON Schema.

use serde_json::{Map, Value, json};

use crate::catalogue::{Dialect, Parameter};

/// The name of the one security scheme.
pub(super) const BEARER: &str = "bearer";

/// The schema of an argument. Keys that are not listed are possible, as JSON Schema has it anyway.
pub(super) fn of_parameter(parameter: &Parameter) -> Value {
    let mut schema = of_types(parameter.kinds.iter().map(|kind| kind.as_str()));
    if !parameter.properties.is_empty() {
        schema["properties"] = parameter
            .properties
            .iter()
            .map(|p| (p.name.to_owned(), of_types(p.kinds.iter().map(|kind| kind.as_str()))))
            .collect::<Map<_, _>>()
            .into();
    }
    schema
}

/// The schema of an answer in the words of the catalogue: `string|null`, `object key:type key:type`.
pub(super) fn of_shape(shape: &str) -> Value {
    let mut words = shape.split(' ');
    let mut schema = of_words(words.next().unwrap_or_default());
    let keys: Map<String, Value> = words
        .filter_map(|word| word.split_once(':'))
        .map(|(key, types)| (key.to_owned(), of_words(types)))
        .collect();
    if !keys.is_empty() {
        schema["properties"] = keys.into();
    }
    schema
}

/// A place in the document that says what an item is.
pub(super) fn reference(item: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{item}") })
}

/// An item with its name. Its keys are not in the catalogue.
pub(super) fn item(name: &str) -> (String, Value) {
    (name.to_owned(), json!({ "title": name, "type": "object" }))
}

/// The body of a refusal, as far as Homeys agree about it.
pub(super) fn refusal(dialect: Dialect) -> Value {
    let status = if dialect == Dialect::V2 { "code" } else { "statusCode" };
    json!({
        "type": "object",
        "properties": {
            "error": { "type": "string" },
            "error_description": { "type": "string" },
            status: { "type": "integer" },
        },
    })
}

/// `string|null`; `any` is every type.
fn of_words(types: &str) -> Value {
    of_types(types.split('|').filter(|word| *word != "any"))
}

fn of_types<'a>(types: impl Iterator<Item = &'a str>) -> Value {
    match types.collect::<Vec<_>>()[..] {
        [] => json!({}),
        ["array"] => json!({ "type": "array", "items": {} }),
        [one] => json!({ "type": one }),
        ref several => json!({ "type": several }),
    }
}
