//! JSON as it stands in the files: two spaces, and short lists and objects on one line.

use serde_json::Value;

/// A list or object that fits into this many characters, and holds none but plain values, stands on one line.
const SHORT_CHARS: usize = 96;

/// The text of a value, with one line feed at its end.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    match value {
        // A file with one item has a line for each of its fields, so that a difference is one line.
        Value::Object(fields) if !fields.is_empty() => {
            let fields = fields.iter().map(|(key, value)| (Some(key.as_str()), value));
            block(['{', '}'], fields, 0, &mut text);
        }
        value => write(value, 0, &mut text),
    }
    text.push('\n');
    text
}

fn write(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Array(items) if !is_short(value) => {
            let items = items.iter().map(|item| (None, item));
            block(['[', ']'], items, depth, out);
        }
        Value::Object(fields) if !is_short(value) => {
            let fields = fields.iter().map(|(key, value)| (Some(key.as_str()), value));
            block(['{', '}'], fields, depth, out);
        }
        value => line(value, out),
    }
}

fn block<'a>(
    [open, close]: [char; 2],
    items: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
    depth: usize,
    out: &mut String,
) {
    let indent = |depth: usize, out: &mut String| out.extend(std::iter::repeat_n("  ", depth));
    out.push(open);
    for (index, (key, value)) in items.enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        indent(depth + 1, out);
        if let Some(key) = key {
            out.push_str(&Value::from(key).to_string());
            out.push_str(": ");
        }
        write(value, depth + 1, out);
    }
    out.push('\n');
    indent(depth, out);
    out.push(close);
}

/// A value on one line, with spaces where people expect them.
fn line(value: &Value, out: &mut String) {
    let list = |[open, close]: [&str; 2], items: Vec<String>, out: &mut String| {
        out.push_str(open);
        out.push_str(&items.join(", "));
        out.push_str(close);
    };
    match value {
        Value::Array(items) => {
            list(["[", "]"], items.iter().map(Value::to_string).collect(), out);
        }
        Value::Object(fields) if fields.is_empty() => out.push_str("{}"),
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, &Value)| format!("{}: {value}", Value::from(key.as_str()));
            list(["{ ", " }"], fields.iter().map(field).collect(), out);
        }
        value => out.push_str(&value.to_string()),
    }
}

fn is_short(value: &Value) -> bool {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    let holds_plain = match value {
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(fields) => fields.values().all(is_plain),
        _ => true,
    };
    holds_plain && {
        let mut text = String::new();
        line(value, &mut text);
        text.chars().count() <= SHORT_CHARS
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn short_values_stand_on_one_line() {
        let value = json!({
            "name": "Evening", "empty": [], "none": {}, "args": { "dim": 0.4, "device": null },
            "cards": [{ "id": "a", "args": { "text": "x" } }], "long": ["y".repeat(50), "z".repeat(50)],
        });
        insta::assert_snapshot!(text(&value), @r#"
        {
          "name": "Evening",
          "empty": [],
          "none": {},
          "args": { "dim": 0.4, "device": null },
          "cards": [
            {
              "id": "a",
              "args": { "text": "x" }
            }
          ],
          "long": [
            "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
            "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
          ]
        }
        "#);
    }

    proptest! {
        #[test]
        fn the_text_reads_as_the_same_value(value in crate::home::tests::any_json()) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text(&value)).ok(), Some(value));
        }
    }
}
