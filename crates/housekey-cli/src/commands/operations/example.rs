//! A call of an operation, to be taken and changed.

use housekey::catalogue::{Operation, Parameter, Place, ValueType, Variant};

/// The shortest call that is understood, as it is typed in a shell.
pub(super) fn command(operation: &Operation, variant: &Variant) -> String {
    let arguments = arguments(variant).map(|(name, value)| match value.contains('"') {
        true => format!(" {name}'{value}'"),
        false => format!(" {name}{value}"),
    });
    format!("housekey call {}{}", operation.id, arguments.collect::<String>())
}

/// What has to be given, as `name=` or `name:=` and a made-up value.
fn arguments(variant: &Variant) -> impl Iterator<Item = (String, String)> + use<'_> {
    variant.parameters.iter().filter(|parameter| parameter.required).map(|parameter| {
        let name = parameter.name;
        match parameter.kinds {
            [ValueType::Object] => (format!("{name}:="), object(parameter)),
            // Whole bodies are objects, wherever their type is known.
            [] if parameter.place == Place::Root => (format!("{name}:="), object(parameter)),
            [ValueType::Array] => (format!("{name}:="), "[\"...\"]".to_owned()),
            [ValueType::Number, ..] => (format!("{name}="), "1".to_owned()),
            [ValueType::Boolean, ..] => (format!("{name}="), "true".to_owned()),
            _ => (format!("{name}="), name.to_uppercase()),
        }
    })
}

/// With the first of its known keys.
fn object(parameter: &Parameter) -> String {
    let (key, kinds) = match parameter.properties.first() {
        Some(property) => (property.name, property.kinds),
        None => ("...", &[][..]),
    };
    let value = match kinds {
        [ValueType::Number, ..] => "1",
        [ValueType::Boolean, ..] => "true",
        [ValueType::Object] => "{}",
        [ValueType::Array] => "[]",
        _ => "\"...\"",
    };
    format!("{{\"{key}\": {value}}}")
}

#[cfg(test)]
mod tests {
    use housekey::catalogue::{Dialect, operations};
    use housekey::request;

    use super::*;
    use crate::commands::call::arguments::Typed;

    #[test]
    fn every_example_is_a_call_that_can_be_sent() {
        for operation in operations() {
            for dialect in Dialect::ALL {
                let Some(variant) = operation.on(dialect) else { continue };
                let words: Vec<String> =
                    arguments(variant).map(|(name, value)| name + &value).collect();
                let typed = Typed::read(&words, |_| unreachable!("no example has files"));
                let built =
                    request::build(operation, dialect, &typed.unwrap().arguments(Some(variant)));
                assert!(built.is_ok(), "{} on {dialect}: {:?}", operation.id, built.err());
            }
        }
    }
}
