//! Values of capabilities and variables: their types, and why one cannot be written.

use serde_json::{Number, Value};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// Text.
    String,
    /// One of the texts listed in the capability.
    Enum,
}

/// Why a value cannot be written. `name` is the capability's id or the variable's name.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ValueError {
    /// The value can only be read.
    #[error("`{name}` cannot be set")]
    NotSetable {
        /// The capability or variable.
        name: String,
    },
    /// The value has another type.
    #[error("`{name}` takes {takes}, not {given}")]
    Mistyped {
        /// The capability or variable.
        name: String,
        /// What it accepts: `a number from 0 to 1`.
        takes: String,
        /// The value that was given.
        given: String,
    },
    /// The number is too small or too large.
    #[error("`{name}` takes {takes}, and {given} is outside")]
    OutOfRange {
        /// The capability or variable.
        name: String,
        /// What it accepts: `a number from 5 to 30 °C`.
        takes: String,
        /// The value that was given.
        given: Number,
    },
    /// The value is not one of the choices.
    #[error("`{name}` takes {takes}, not `{given}`")]
    NotAChoice {
        /// The capability or variable.
        name: String,
        /// What it accepts: `one of heat, cool`.
        takes: String,
        /// The value that was given.
        given: String,
    },
}

impl ValueKind {
    /// The type of that word, as it stands in capabilities and variables.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "boolean" => Some(Self::Boolean),
            "number" => Some(Self::Number),
            "string" => Some(Self::String),
            "enum" => Some(Self::Enum),
            _ => None,
        }
    }

    /// Whether the value has the type; an `enum` holds text.
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::String | Self::Enum => value.is_string(),
        }
    }

    /// The value that a person means by a text; `None` if it is none of the type.
    pub fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Boolean => match text.trim().to_lowercase().as_str() {
                "true" | "on" | "yes" => Some(Value::Bool(true)),
                "false" | "off" | "no" => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Number => text.trim().parse().ok().map(Value::Number),
            Self::String | Self::Enum => Some(text.into()),
        }
    }

    /// What it accepts, in words: `a number`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::String | Self::Enum => "a text",
        }
    }
}
