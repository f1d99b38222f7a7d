//! What is recorded: a value, and a value with its time.

use std::sync::Arc;

/// A recorded value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Unknown from here on: a device became unavailable, or a capability reported `null`.
    Unknown,
    /// A truth value; stored as 0 or 1.
    Truth(bool),
    /// A finite number.
    Number(f64),
    /// The id of an enum's choice, or a text.
    Text(Arc<str>),
}

/// A value and the time from which it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// UTC milliseconds.
    pub t: i64,
    /// The value.
    pub v: Value,
}

/// The types of values, each with its letter in the table `series`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueType {
    /// `b`
    Boolean,
    /// `n`
    Number,
    /// `e`
    Enum,
    /// `s`
    Text,
}

impl Value {
    /// A value of the API; `None` for lists, objects and what is too long to keep.
    pub fn of_json(json: &serde_json::Value) -> Option<Self> {
        match json {
            serde_json::Value::Null => Some(Self::Unknown),
            serde_json::Value::Bool(truth) => Some(Self::Truth(*truth)),
            serde_json::Value::Number(number) => number.as_f64().and_then(Self::number),
            serde_json::Value::String(text) => Some(Self::Text(text.as_str().into())),
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
        }
    }

    /// A number, if it is finite.
    pub fn number(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Number(number))
    }

    /// The value as JSON.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Unknown => serde_json::Value::Null,
            Self::Truth(truth) => (*truth).into(),
            Self::Number(number) => number_json(*number),
            Self::Text(text) => (&**text).into(),
        }
    }

    /// The number to compute with: 0 or 1 for truth values.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Truth(truth) => Some(f64::from(u8::from(*truth))),
            Self::Unknown | Self::Text(_) => None,
        }
    }

    /// Whether there is a value.
    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }

    /// The name of the state: `true`, `21.5`, `heat`.
    pub fn state(&self) -> Option<String> {
        match self {
            Self::Unknown => None,
            Self::Truth(truth) => Some(truth.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.to_string()),
        }
    }
}

/// A number as JSON, without a fraction where there is none.
pub fn number_json(number: f64) -> serde_json::Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        return (number as i64).into();
    }
    number.into()
}

impl ValueType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Boolean, Self::Number, Self::Enum, Self::Text];

    /// Its letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Boolean => "b",
            Self::Number => "n",
            Self::Enum => "e",
            Self::Text => "s",
        }
    }

    /// The type of that letter.
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.letter() == letter)
    }

    /// The type as the API names it; `None` for one that is not recorded.
    pub fn of_api(name: &str) -> Option<Self> {
        match name {
            "boolean" => Some(Self::Boolean),
            "number" => Some(Self::Number),
            "enum" => Some(Self::Enum),
            "string" => Some(Self::Text),
            _ => None,
        }
    }

    /// The type of a value, where nothing else says; `None` for an unknown one.
    pub fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::Unknown => None,
            Value::Truth(_) => Some(Self::Boolean),
            Value::Number(_) => Some(Self::Number),
            Value::Text(_) => Some(Self::Text),
        }
    }

    /// The value in this type; `None` where it is of another one.
    pub fn fit(self, value: Value) -> Option<Value> {
        match (self, value) {
            (_, Value::Unknown) => Some(Value::Unknown),
            (Self::Boolean, Value::Number(number)) if number == 0.0 || number == 1.0 => {
                Some(Value::Truth(number == 1.0))
            }
            (Self::Boolean, value @ Value::Truth(_))
            | (Self::Number, value @ Value::Number(_))
            | (Self::Enum | Self::Text, value @ Value::Text(_)) => Some(value),
            _ => None,
        }
    }

    /// Whether values of this type have a mean.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Boolean | Self::Number)
    }
}
