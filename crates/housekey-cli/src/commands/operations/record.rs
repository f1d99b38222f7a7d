//! One operation as JSON, for programs.

use housekey::catalogue::{AnswerType, Parameter, Place, ValueType};
use serde_json::{Map, Value, json};

use super::entry::Entry;

/// The record that `--json` prints; `types` is empty where anything goes.
pub(super) fn of((operation, variant): Entry) -> Value {
    json!({
        "id": operation.id,
        "manager": operation.manager,
        "operation": operation.name,
        "method": variant.method.as_str(),
        "path": variant.path,
        "dialects": variant.dialects.iter().collect::<Vec<_>>(),
        "scopes": variant.scopes,
        "parameters": variant.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "answer": variant.answer.map(answer),
        "private": variant.private,
        "open": variant.open,
    })
}

/// What comes back, in the words of the catalogue: `map Device`.
pub(super) fn answer(answer: AnswerType) -> String {
    match answer {
        AnswerType::One(item) => format!("one {item}"),
        AnswerType::Map(item) => format!("map {item}"),
        AnswerType::List(item) => format!("list {item}"),
        AnswerType::Shape(shape) => shape.to_owned(),
    }
}

/// Where HTTP puts an argument, in the words of the catalogue.
pub(super) fn place(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Root => "root",
        Place::Field => "field",
        Place::Form => "form",
    }
}

fn parameter(parameter: &Parameter) -> Value {
    let types = |kinds: &[ValueType]| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>();
    let keys = parameter.properties.iter().map(|p| (p.name.to_owned(), json!(types(p.kinds))));
    json!({
        "name": parameter.name,
        "in": place(parameter.place),
        "required": parameter.required,
        "types": types(parameter.kinds),
        "keys": keys.collect::<Map<_, _>>(),
    })
}
