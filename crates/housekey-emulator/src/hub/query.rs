//! Query and form text as Homeys read it: `a=1&b[c]=2&d[]=3` becomes nested values.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Deeper nesting than this is kept as a plain key, so that a hostile query cannot exhaust the stack.
const DEEPEST: usize = 8;

/// Reads a query or a form body; all leaves are texts.
pub(super) fn read(text: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decode(key), decode(value));
        let path = segments(&key);
        put(&mut map, &path, value);
    }
    map.into_iter().map(|(key, value)| (key, lists(value))).collect()
}

/// Percent-decoding as in queries, where `+` is a space. Bytes that are no text become `U+FFFD`.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// `a[b][]` as `a`, `b`, ``.
fn segments(key: &str) -> Vec<String> {
    let Some((head, rest)) = key.split_once('[').filter(|(head, _)| !head.is_empty()) else {
        return vec![key.to_owned()];
    };
    let Some(rest) = rest.strip_suffix(']') else { return vec![key.to_owned()] };
    let mut path = vec![head.to_owned()];
    path.extend(rest.split("][").map(str::to_owned));
    if path.len() > DEEPEST { vec![key.to_owned()] } else { path }
}

fn put(map: &mut Map<String, Value>, path: &[String], value: String) {
    let Some((head, rest)) = path.split_first() else { return };
    let head = if head.is_empty() { map.len().to_string() } else { head.clone() };
    if rest.is_empty() {
        map.insert(head, Value::String(value));
        return;
    }
    let inner = map.entry(head).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        put(inner, rest, value);
    }
}

/// Objects whose keys are 0, 1, 2 … become arrays.
fn lists(value: Value) -> Value {
    let Value::Object(map) = value else { return value };
    let counts = !map.is_empty() && map.keys().enumerate().all(|(at, key)| *key == at.to_string());
    if counts {
        map.into_iter().map(|(_, value)| lists(value)).collect()
    } else {
        map.into_iter().map(|(key, value)| (key, lists(value))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_nest() {
        for (text, want) in [
            ("", json!({})),
            ("zone=a%20b+c", json!({ "zone": "a b c" })),
            ("args[x]=1&args[y][z]=2", json!({ "args": { "x": "1", "y": { "z": "2" } } })),
            ("a[]=1&a[]=2", json!({ "a": ["1", "2"] })),
            ("a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2", json!({ "a": [{ "b": "1" }, { "b": "2" }] })),
            ("flag&x=", json!({ "flag": "", "x": "" })),
            ("a=1&a[b]=2", json!({ "a": "1" })),
            ("[x]=1&a[b=2", json!({ "[x]": "1", "a[b": "2" })),
        ] {
            assert_eq!(Value::Object(read(text)), want, "{text}");
        }
    }

    #[test]
    fn hostile_depth_stays_flat() {
        let deep = format!("a{}=1", "[b]".repeat(100_000));
        assert_eq!(read(&deep).len(), 1);
    }
}
