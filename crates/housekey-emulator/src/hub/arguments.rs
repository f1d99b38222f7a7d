//! The arguments of a call by name, gathered from path, query and body, and their types.

use housekey::catalogue::{Operation, Place, ValueType, Variant};
use serde_json::{Map, Value};

use super::error::HubError;
use super::query;
use crate::request::Request;

/// Gathers the arguments an HTTP request carries. Unknown query parameters and body keys are
/// ignored, as real Homeys do.
pub(super) fn gather(
    variant: &Variant,
    path: Vec<(&'static str, String)>,
    request: &Request,
) -> Result<Map<String, Value>, HubError> {
    let mut query = query::read(&request.query);
    let mut body = body(request)?;
    let mut arguments: Map<String, Value> =
        path.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
    for parameter in variant.parameters {
        let value = match parameter.place {
            Place::Path => None,
            Place::Query => query.remove(parameter.name),
            Place::Root => body.take(),
            Place::Field | Place::Form => body
                .as_mut()
                .and_then(Value::as_object_mut)
                .and_then(|map| map.remove(parameter.name)),
        };
        if let Some(value) = value {
            arguments.insert(parameter.name.to_owned(), crate::state::value::tidy(value));
        }
    }
    Ok(arguments)
}

/// The arguments of a call over the socket, which names them itself. The vendor's client adds two keys
/// of its own; others that are not declared are kept, since it sends those too.
pub(super) fn by_name(variant: &Variant, given: &Map<String, Value>) -> Map<String, Value> {
    let declared = |name: &str| variant.parameters.iter().any(|parameter| parameter.name == name);
    given
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "$validate" | "query") || declared(name))
        .map(|(name, value)| (name.clone(), crate::state::value::tidy(value.clone())))
        .collect()
}

/// Refuses arguments that are missing or of another type than the catalogue says.
pub(super) fn check(
    operation: &Operation,
    variant: &Variant,
    arguments: &Map<String, Value>,
) -> Result<(), HubError> {
    for parameter in variant.parameters {
        let name = parameter.name;
        let Some(value) = arguments.get(name).filter(|value| !value.is_null()) else {
            if parameter.required {
                return Err(HubError::missing(name));
            }
            continue;
        };
        // A query carries nothing but text.
        let as_text = parameter.place == Place::Query && value.is_string();
        if !parameter.kinds.is_empty()
            && !as_text
            && !is_free(operation.id, name)
            && !parameter.kinds.contains(&kind(value))
        {
            let kinds: Vec<_> = parameter.kinds.iter().map(|kind| kind.as_str()).collect();
            return Err(HubError::invalid(format!(
                "{name} should be of type {}",
                kinds.join(" or ")
            )));
        }
    }
    Ok(())
}

/// Arguments that real Homeys take in more forms than the specification says: `sendData` of Z-Wave
/// is known with its options as a text.
fn is_free(operation: &str, argument: &str) -> bool {
    (operation, argument) == ("zwave.runCommand", "opts")
}

fn kind(value: &Value) -> ValueType {
    match value {
        Value::Bool(_) => ValueType::Boolean,
        Value::Number(_) => ValueType::Number,
        Value::String(_) | Value::Null => ValueType::String,
        Value::Array(_) => ValueType::Array,
        Value::Object(_) => ValueType::Object,
    }
}

/// The JSON or form in the body of a request.
pub(super) fn body(request: &Request) -> Result<Option<Value>, HubError> {
    if request.body.is_empty() {
        return Ok(None);
    }
    let content_type = request.header("content-type").unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        let text = String::from_utf8_lossy(&request.body);
        return Ok(Some(Value::Object(query::read(&text))));
    }
    if !content_type.starts_with("application/json") {
        // A body of a kind the Homey does not read is as good as none.
        return Ok(None);
    }
    serde_json::from_slice(&request.body)
        .map(Some)
        .map_err(|error| HubError::Argument(format!("Invalid JSON in the body: {error}")))
}
