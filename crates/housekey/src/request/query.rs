//! Arguments as a query, objects and arrays in bracket notation.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Arguments, check::given, path::text};
use crate::catalogue::{Place, Variant};

/// All characters but those that `encodeURIComponent` of browsers leaves.
const ENCODED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Appends the query of these arguments, if there is any.
pub(super) fn append(target: &mut String, variant: &'static Variant, arguments: &Arguments) {
    let mut pairs = Vec::new();
    for parameter in variant.parameters.iter().filter(|p| p.place == Place::Query) {
        if let Some(value) = given(parameter, arguments) {
            flatten(parameter.name.to_owned(), value, &mut pairs);
        }
    }
    for (index, (name, value)) in pairs.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.extend(utf8_percent_encode(name, &ENCODED));
        target.push('=');
        target.extend(utf8_percent_encode(value, &ENCODED));
    }
}

/// `{"a": {"b": 1, "c": null}, "d": [2, {"e": 3}]}` as `a[b]=1`, `d[]=2`, `d[1][e]=3`: nulls vanish,
/// and only elements that hold something themselves are numbered.
fn flatten(name: String, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (key, value) in map {
                flatten(format!("{name}[{key}]"), value, pairs);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let nested = element.is_object() || element.is_array();
                let key = if nested { index.to_string() } else { String::new() };
                flatten(format!("{name}[{key}]"), element, pairs);
            }
        }
        plain => pairs.push((name, text(plain).into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        args,
        catalogue::{Dialect, find},
    };

    #[test]
    fn flattens_into_brackets() {
        let rows = [
            (json!({"x": 1, "y": {"z": "2"}}), "args[x]=1&args[y][z]=2"),
            (json!({"a": [1, true, "b"]}), "args[a][]=1&args[a][]=true&args[a][]=b"),
            (json!({"a": [1, {"b": 2}, [3]]}), "args[a][]=1&args[a][1][b]=2&args[a][2][]=3"),
            (json!({"a": null, "b": [null], "c": {}, "d": []}), ""),
            (json!({"a": 0.25, "b": false, "c": ""}), "args[a]=0.25&args[b]=false&args[c]="),
        ];
        for (value, want) in rows {
            let mut pairs = Vec::new();
            flatten("args".to_owned(), &value, &mut pairs);
            let got: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
            assert_eq!(got.join("&"), want, "{value}");
        }
    }

    #[test]
    fn encodes_names_and_values() {
        let operation = find("flow.getFlowCardAutocomplete").unwrap();
        let query = |arguments| {
            let mut target = String::new();
            append(&mut target, operation.on(Dialect::Local).unwrap(), &arguments);
            target
        };
        assert_eq!(
            query(args! {
                "args" => json!({"a b": "1&2=3"}),
                "name" => "Küche (unten)",
                "query" => "+#",
            }),
            "?name=K%C3%BCche%20(unten)&query=%2B%23&args%5Ba%20b%5D=1%262%3D3"
        );
        assert_eq!(query(args! { "query" => Value::Null }), "");
    }
}
