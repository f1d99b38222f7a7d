//! For every operation: what was built is routed back to it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Arguments, build};
use crate::catalogue::{Dialect, Operation, Place, ValueType, operations, route};

/// Any operation with a dialect that has it.
fn calls() -> impl Strategy<Value = (&'static Operation, Dialect)> {
    let all: Vec<_> = operations()
        .iter()
        .flat_map(|operation| Dialect::ALL.map(|dialect| (operation, dialect)))
        .filter(|(operation, dialect)| operation.on(*dialect).is_some())
        .collect();
    proptest::sample::select(all)
}

/// Text that a path can hold, full of what could break out of it. Two letters at least, so that it is
/// none of `.` and `..`, and a mark in front, so that it is no fixed segment of another path.
fn text() -> impl Strategy<Value = String> {
    "~([ -~]|[/?#%.:&=\\\\]|\\PC){1,12}"
}

fn value(kinds: &[ValueType], text: &str) -> Value {
    match kinds.first() {
        None | Some(ValueType::String) => json!(text),
        Some(ValueType::Number) => json!(7),
        Some(ValueType::Boolean) => json!(true),
        Some(ValueType::Object) => json!({ "key": text }),
        Some(ValueType::Array) => json!([text]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_built_is_routed_back(
        (operation, dialect) in calls(),
        texts in proptest::collection::vec(text(), 4),
    ) {
        let variant = operation.on(dialect).unwrap();
        let arguments: Arguments = variant
            .parameters
            .iter()
            .zip(texts.iter().cycle())
            .map(|(parameter, text)| (parameter.name, value(parameter.kinds, text)))
            .collect();
        let request = build(operation, dialect, &arguments).unwrap();

        prop_assert!(request.path_and_query.is_ascii());
        let url = format!("http://homey.example{}", request.path_and_query);
        let url = url::Url::parse(&url).unwrap();
        let (routed, routed_variant, values) = route(dialect, request.method, url.path()).unwrap();
        prop_assert_eq!(routed.id, operation.id);
        prop_assert_eq!(routed_variant, variant);
        let given: Vec<(&str, String)> = variant
            .parameters
            .iter()
            .filter(|parameter| parameter.place == Place::Path)
            .map(|p| (p.name, super::path::text(arguments.get(p.name).unwrap()).into_owned()))
            .collect();
        prop_assert_eq!(values, given);

        // Queries of text come back as well.
        let queries: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        for parameter in variant.parameters.iter().filter(|p| p.place == Place::Query) {
            if let Some(Value::String(text)) = arguments.get(parameter.name) {
                prop_assert!(queries.contains(&(parameter.name.to_owned(), text.clone())));
            }
        }
    }
}
