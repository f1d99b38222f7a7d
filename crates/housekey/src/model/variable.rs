//! A logic variable.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, ValueError, ValueKind};
use crate::catalogue::ValueType;

/// A variable that flows read and write.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variable {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`Variable::name`].
    pub name: Field<String>,
    /// `boolean`, `number` or `string`; see [`Variable::kind`].
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The value.
    pub value: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Variable {
    /// The type of the value; `None` for one we do not know.
    pub fn kind(&self) -> Option<ValueKind> {
        self.kind.text().and_then(ValueKind::parse)
    }

    /// The value; `null` when there is none.
    pub fn value(&self) -> &Value {
        self.value.get().unwrap_or(&Value::Null)
    }

    /// Whether the value may be written: a variable keeps its type. The error does not show the value,
    /// since people keep tokens in variables.
    ///
    /// # Errors
    /// [`ValueError::Mistyped`].
    pub fn check(&self, value: &Value) -> Result<(), ValueError> {
        match self.kind() {
            Some(kind) if !kind.fits(value) => Err(ValueError::Mistyped {
                name: self.name().to_owned(),
                takes: kind.in_words().to_owned(),
                given: ValueType::of(value).map_or("null", ValueType::with_article).to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// The value that a person means by a text, checked.
    ///
    /// # Errors
    /// As [`Variable::check`].
    pub fn read(&self, text: &str) -> Result<Value, ValueError> {
        let kind = self.kind().unwrap_or(ValueKind::String);
        let value = kind.read(text).unwrap_or_else(|| text.into());
        self.check(&value).map(|()| value)
    }
}

/// Leaves out the value: people keep tokens in variables.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable")
            .field("id", &self.id)
            .field("name", &self.name())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
