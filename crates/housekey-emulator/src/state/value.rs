//! Values as JavaScript writes them.

use jiff::Timestamp;
use serde_json::Value;

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

/// A value as text: a string as it is, anything else as JSON.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number, or the number that a text spells.
pub(crate) fn as_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}
