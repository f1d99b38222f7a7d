//! Whether a Homey has kept what was sent to it.

use serde_json::Value;

/// The places where what was sent is not what is there: `conditions.0.inverted`. What is there beyond
/// it is passed over: a Homey may fill in what was left out. Missing and `null` mean the same in flows.
pub(super) fn differences(sent: &Value, there: &Value) -> Vec<String> {
    let mut places = Vec::new();
    compare(sent, there, "", &mut places);
    places
}

/// Whether both say the same.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    differences(one, other).is_empty() && differences(other, one).is_empty()
}

fn compare(sent: &Value, there: &Value, at: &str, places: &mut Vec<String>) {
    let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match (sent, there) {
        (Value::Object(sent), Value::Object(there)) => {
            for (key, value) in sent {
                compare(value, there.get(key).unwrap_or(&Value::Null), &below(key), places);
            }
        }
        (Value::Array(sent), Value::Array(there)) if sent.len() == there.len() => {
            for (index, (one, other)) in sent.iter().zip(there).enumerate() {
                compare(one, other, &below(&index.to_string()), places);
            }
        }
        // 1 and 1.0 are one number.
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => {}
        (one, other) if one == other => {}
        _ => places.push(at.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_sent_must_be_there() {
        for (sent, there, want) in [
            (json!({"a": 1}), json!({"a": 1.0, "b": 2}), &[][..]),
            (json!({"a": null}), json!({}), &[]),
            (json!({"a": {}}), json!({"a": {"b": "then"}}), &[]),
            (
                json!({"a": 1, "b": {"c": [1, 2]}}),
                json!({"a": 2, "b": {"c": [1, 3]}}),
                &["a", "b.c.1"],
            ),
            (json!({"a": null}), json!({"a": 1}), &["a"]),
            (json!({"a": {"b": 1}}), json!({}), &["a"]),
            (json!({"a": [1]}), json!({"a": [1, 2]}), &["a"]),
            (json!({"a": "1"}), json!({"a": 1}), &["a"]),
        ] {
            assert_eq!(differences(&sent, &there), want, "{sent} and {there}");
        }
        assert!(same(&json!({"a": 1, "b": null}), &json!({"a": 1, "c": null})));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "c": 2})));
    }
}
