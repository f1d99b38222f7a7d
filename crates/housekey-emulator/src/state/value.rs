//! Values as JavaScript writes them, and whether a value fits a capability.

use jiff::Timestamp;
use serde_json::Value;

use super::definition::Type;
use super::device::Capability;

/// A number the way JavaScript prints it: `21` and not `21.0`.
pub(crate) fn number(number: f64) -> Value {
    // Above 2^53 the two notations no longer differ in what they say.
    if number.fract() == 0.0 && number.abs() < 9.0e15 {
        return Value::from(number as i64);
    }
    Value::from(number)
}

/// `spot_cleaning` as `Spot cleaning`.
pub(crate) fn sentence(id: &str) -> String {
    let words = id.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A time as Homeys write it: UTC with milliseconds.
pub(crate) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The same value with every number in JavaScript's notation.
pub(crate) fn tidy(value: Value) -> Value {
    match value {
        Value::Number(inner) => inner.as_f64().map_or(Value::Number(inner), number),
        Value::Array(items) => items.into_iter().map(tidy).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, tidy(value))).collect(),
        other => other,
    }
}

/// Cuts a simulated number to the capability's decimals and range.
pub(crate) fn fit(value: Value, capability: &Capability) -> Value {
    let Some(exact) = value.as_f64() else { return value };
    let definition = capability.definition;
    let scale = 10_f64.powi(i32::from(definition.decimals.unwrap_or(2)));
    let rounded = (exact * scale).round() / scale;
    number(rounded.clamp(
        capability.min().unwrap_or(f64::NEG_INFINITY),
        capability.max().unwrap_or(f64::INFINITY),
    ))
}

/// Why a value cannot be written to a capability, in words; `None` when it can.
pub(crate) fn misfit(value: &Value, capability: &Capability) -> Option<String> {
    let id = &capability.id;
    let expected = |what: &str| Some(format!("Invalid Value for Capability {id}: expected {what}"));
    match (capability.definition.kind, value) {
        (Type::Boolean, Value::Bool(_)) | (Type::String, Value::String(_)) => None,
        (Type::Number, Value::Number(number)) => {
            let number = number.as_f64()?;
            let (min, max) = (capability.min(), capability.max());
            let low = min.is_some_and(|min| number < min);
            let high = max.is_some_and(|max| number > max);
            (low || high).then(|| {
                let edge =
                    |edge: Option<f64>| edge.map_or("any".to_owned(), |edge| edge.to_string());
                format!(
                    "Invalid Value for Capability {id}: {number} is out of range, min {}, max {}",
                    edge(min),
                    edge(max)
                )
            })
        }
        (Type::Enum, Value::String(text)) => {
            let values = &capability.definition.values;
            if values.contains(&text.as_str()) {
                return None;
            }
            expected(&format!("one of {}", values.join(", ")))
        }
        (Type::Enum, _) => expected("a string"),
        (kind, _) => expected(&format!("a {}", kind.as_str())),
    }
}
