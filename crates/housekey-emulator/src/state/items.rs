//! Items that are kept as the JSON objects they are shown as, since they are what a client made them.

use indexmap::IndexMap;
use serde_json::{Map, Value};

/// Items by id.
pub(crate) type Items = IndexMap<String, Map<String, Value>>;

/// An object from a `json!` literal.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
