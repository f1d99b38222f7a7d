//! Tables of answers whose shape is not documented.

use housekey::model::number_text;
use serde_json::{Map, Value};

use super::HumanText as _;
use super::table::Table;
use super::terminal::one_line;

/// How many decimals are shown: enough for a place on the map.
const DECIMALS: u8 = 6;

/// The answer as people read it: a single value alone, items as rows, and of anything else each value with
/// its path.
pub(crate) fn shown(answer: &Value) -> String {
    match answer {
        Value::Object(fields) if fields.is_empty() => "-\n".to_owned(),
        Value::Array(items) if items.is_empty() => "-\n".to_owned(),
        Value::Object(_) | Value::Array(_) => match items(answer) {
            Some(items) => collection(&items).text(),
            None => facts(answer),
        },
        value => format!("{}\n", text(value)),
    }
}

/// A value as people read it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(|| number.to_string(), |it| number_text(it, Some(DECIMALS)))
        }
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// The items of an array, or of an object whose items hold their own key; not of an empty one.
fn items<'a>(answer: &'a Value) -> Option<Vec<&'a Map<String, Value>>> {
    match answer {
        Value::Array(items) if !items.is_empty() => items.iter().map(Value::as_object).collect(),
        Value::Object(items) if !items.is_empty() => {
            let item = |(key, item): (&String, &'a Value)| {
                let item = item.as_object()?;
                item.values().any(|value| value == key).then_some(item)
            };
            items.iter().map(item).collect()
        }
        _ => None,
    }
}

/// A column for each key under which an item has a value that fits into one.
fn collection(items: &[&Map<String, Value>]) -> Table {
    let keys = keys(items.iter().copied());
    let mut table = Table::with_headings(keys.iter().map(|key| words(key)).collect());
    for item in items {
        let cell =
            |key: &&str| item.get(*key).filter(|value| fits(value)).map_or("-".to_owned(), text);
        table.cells(keys.iter().map(cell).collect());
    }
    table
}

/// The keys under which an item has a value that fits into a cell.
pub(crate) fn keys<'a>(items: impl Iterator<Item = &'a Map<String, Value>>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for (key, value) in items.flatten() {
        if fits(value) && !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys
}

/// A line for each value, however deep it lies; collections follow as tables of their own.
fn facts(answer: &Value) -> String {
    let mut table = Table::new(["what", "value"]);
    let mut collections = String::new();
    let mut waiting = vec![(String::new(), answer)];
    while let Some((way, value)) = waiting.pop() {
        let below =
            |key: &str| if way.is_empty() { key.to_owned() } else { format!("{way}.{key}") };
        if let Some(items) = items(value) {
            collections.push_str(&format!("\n{}\n{}", one_line(&way), collection(&items).text()));
            continue;
        }
        match value {
            Value::Object(fields) => {
                waiting.extend(fields.iter().rev().map(|(key, value)| (below(key), value)));
            }
            Value::Array(values) if !fits(value) => {
                let numbered = values.iter().enumerate().rev();
                waiting.extend(numbered.map(|(at, value)| (below(&at.to_string()), value)));
            }
            value => table.row([way, text(value)]),
        }
    }
    table.text() + &collections
}

/// Whether a value can be read in one cell.
fn fits(value: &Value) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(values) => !values.iter().any(|value| value.is_array() || value.is_object()),
        _ => true,
    }
}

/// `dateCreated` as `date created`.
pub(crate) fn words(key: &str) -> String {
    let mut words = String::new();
    let mut before = None;
    for letter in key.chars() {
        if letter.is_uppercase() && before.is_some_and(char::is_lowercase) {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
        before = Some(letter);
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_collection_has_a_line_for_each_item() {
        let by_id = json!({
            "a": {"id": "a", "dateCreated": "today", "on": true, "more": {"x": 1}},
            "b": {"id": "b", "tags": ["x", "y"], "on": null},
        });
        insta::assert_snapshot!(shown(&by_id), @"
        ID  DATE CREATED  ON   TAGS
        a   today         yes  -
        b   -             -    x, y
        ");
        let array = json!([{"uri": "homey:manager:ledring", "title": "Rainbow"}]);
        insta::assert_snapshot!(shown(&array), @"
        URI                    TITLE
        homey:manager:ledring  Rainbow
        ");
    }

    #[test]
    fn anything_else_has_a_line_for_each_value() {
        let state = json!({
            "zw_ready": true,
            "nodes": {"00:17": {"ieee": "00:17", "name": "Lamp"}},
            "zw_error": null,
            "zw_state": {"nodes": [1, 2], "stats": {"node_2": {"tx": 5}}, "keys": [], "none": {}},
            "log": [{"date": "today"}, 3],
        });
        insta::assert_snapshot!(shown(&state), @"
        WHAT                      VALUE
        zw_ready                  yes
        zw_error                  -
        zw_state.nodes            1, 2
        zw_state.stats.node_2.tx  5
        zw_state.keys
        log.0.date                today
        log.1                     3

        nodes
        IEEE   NAME
        00:17  Lamp
        ");
        // Items by a key that they do not hold would lose it.
        insta::assert_snapshot!(shown(&json!({"robin": {"present": true}})), @"
        WHAT           VALUE
        robin.present  yes
        ");
    }

    #[test]
    fn a_single_value_stands_by_itself() {
        for (answer, want) in [
            (json!("EUR"), "EUR\n"),
            (json!(true), "yes\n"),
            (json!(null), "-\n"),
            (json!({}), "-\n"),
            (json!([]), "-\n"),
        ] {
            assert_eq!(shown(&answer), want, "{answer}");
        }
    }
}
