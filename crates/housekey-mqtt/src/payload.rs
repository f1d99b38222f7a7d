//! Values as messages.

use serde_json::Value;

/// The message of a value, in the Homey's own scale. `None` (the word) is read as unknown by Home
/// Assistant; an empty text deletes the topic.
pub(crate) fn of_value(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// The last message that is published of a text: others are cut.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// The text of a message, cut at the limit.
pub(crate) fn cut(mut text: String) -> String {
    if text.len() > MAX_BYTES {
        let end = (0..=MAX_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_published_in_their_own_scale() {
        for (value, want) in [
            (json!(true), "true"),
            (json!(0.5), "0.5"),
            (json!(21), "21"),
            (json!("heat"), "heat"),
            (json!(null), "None"),
            (json!(""), ""),
        ] {
            assert_eq!(of_value(&value), want);
        }
        assert_eq!(cut("é".repeat(MAX_BYTES)).len(), MAX_BYTES);
    }
}
