//! Logic variables.

use serde_json::Value;

/// A variable of flows: text, number or yes-no.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: VariableType,
    pub(crate) value: Value,
}

/// What a variable can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VariableType {
    String,
    Number,
    Boolean,
}

impl VariableType {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::String, Self::Number, Self::Boolean].into_iter().find(|kind| kind.as_str() == name)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }

    /// A value of this kind from one that means it, such as a text of digits.
    pub(crate) fn read(self, value: &Value) -> Option<Value> {
        if self.takes(value) {
            return Some(value.clone());
        }
        let text = super::value::as_text(value);
        match self {
            Self::String => Some(text.into()),
            Self::Number => text.trim().parse().ok().map(super::value::number),
            Self::Boolean => text.trim().parse::<bool>().ok().map(Value::Bool),
        }
    }

    pub(crate) fn takes(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
        }
    }
}
