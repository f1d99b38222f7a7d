//! Checks arguments against the declaration of the operation.

use serde_json::Value;

use super::{ArgumentError, Arguments};
use crate::catalogue::{Operation, Parameter, Place, ValueType, Variant};

/// Surplus arguments first: a misspelt name is both surplus and missing, and the former error
/// explains more.
pub(super) fn arguments(
    operation: &'static Operation,
    variant: &'static Variant,
    arguments: &Arguments,
) -> Result<(), ArgumentError> {
    for (name, _) in arguments.iter() {
        if !variant.parameters.iter().any(|parameter| parameter.name == name) {
            return Err(surplus(operation, variant, name));
        }
    }
    for parameter in variant.parameters {
        match given(parameter, arguments) {
            Some(value) => types(operation, parameter, value)?,
            None if parameter.required => {
                let (name, takes) = (parameter.name, parameter.kinds);
                return Err(ArgumentError::Missing { operation: operation.id, name, takes });
            }
            None => {}
        }
    }
    Ok(())
}

/// The value of a parameter; `null` counts as not given in path and query, which have no null.
pub(super) fn given<'a>(parameter: &Parameter, arguments: &'a Arguments) -> Option<&'a Value> {
    let written =
        |value: &&Value| !value.is_null() || !matches!(parameter.place, Place::Path | Place::Query);
    arguments.get(parameter.name).filter(written)
}

fn types(
    operation: &'static Operation,
    parameter: &'static Parameter,
    value: &Value,
) -> Result<(), ArgumentError> {
    let mistyped = |name: String, takes, value: &Value| {
        let given = ValueType::of(value).map_or("null", ValueType::with_article);
        Err(ArgumentError::Mistyped { operation: operation.id, name, takes, given })
    };
    // An optional argument may be null: the API uses it for "none".
    let none = value.is_null() && !parameter.required;
    if !none && !accepts(parameter.kinds, value) {
        return mistyped(parameter.name.to_owned(), parameter.kinds, value);
    }
    for property in parameter.properties {
        match value.get(property.name) {
            None | Some(Value::Null) => {}
            Some(value) if accepts(property.kinds, value) => {}
            Some(value) => {
                let name = format!("{}.{}", parameter.name, property.name);
                return mistyped(name, property.kinds, value);
            }
        }
    }
    Ok(())
}

/// Whether a value has one of the types; without types any value does.
pub fn accepts(kinds: &[ValueType], value: &Value) -> bool {
    kinds.is_empty() || ValueType::of(value).is_some_and(|kind| kinds.contains(&kind))
}

fn surplus(operation: &'static Operation, variant: &'static Variant, name: &str) -> ArgumentError {
    let known: Vec<&'static str> = variant.parameters.iter().map(|p| p.name).collect();
    let distance = |known: &str| strsim::osa_distance(&known.to_lowercase(), &name.to_lowercase());
    let meant = known
        .iter()
        .copied()
        .map(|known| (distance(known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4 && *distance < known.len())
        .min()
        .map(|(_, known)| known);
    ArgumentError::Surplus { operation: operation.id, name: name.to_owned(), meant, known }
}
