//! A field of an item that may be missing, null, or of an unexpected type.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Map, Number, Value, value::RawValue};

use super::{Time, name};

/// A field as it was received. It is encoded unchanged if its struct has the `serde_with::apply`
/// attribute of the models here, which leaves missing fields out, and if `T` is encoded unchanged.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Field<T> {
    /// The item does not have it.
    #[default]
    Missing,
    /// It is `null`.
    Null,
    /// It has a value.
    Is(T),
    /// It has a value of another type than any Homey was seen to send.
    Strange(Value),
}

impl<T> Field<T> {
    /// The value, if there is one of the right type.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Null | Self::Strange(_) => None,
        }
    }

    /// Whether the item does not have the field at all.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl Field<String> {
    /// The text, if there is one.
    pub fn text(&self) -> Option<&str> {
        self.get().map(String::as_str)
    }

    /// The text people read, also where it comes as an object of texts by language: some apps write
    /// titles and units so.
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Is(text) => Some(text),
            Self::Strange(texts) => name::label(texts),
            Self::Missing | Self::Null => None,
        }
    }
}

impl Field<bool> {
    /// Whether it is there and true.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Is(true))
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Is(value)
    }
}

impl<'de, T: FieldValue> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::read(from)
    }
}

/// The type of a field.
pub trait FieldValue: DeserializeOwned {
    /// Reads a field, from JSON text or a [`Value`] (serde's `flatten` around a field hands out
    /// neither). What has parts is read from its text, once more where it turns out to be of
    /// another type: far cheaper than making a [`Value`] of everything first.
    ///
    /// # Errors
    /// When the text is no JSON.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Field<Self>, D::Error> {
        let text = Box::<RawValue>::deserialize(from)?;
        if text.get() == "null" {
            return Ok(Field::Null);
        }
        let strange = |_| serde_json::from_str(text.get()).map(Field::Strange);
        serde_json::from_str(text.get()).map(Field::Is).or_else(strange).map_err(D::Error::custom)
    }
}

/// Scalars are a [`Value`] already.
macro_rules! plain {
    ($($type:ty { $($value:pat => $is:expr),+ })+) => {$(
        impl FieldValue for $type {
            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Field<Self>, D::Error> {
                Ok(match Value::deserialize(from)? {
                    Value::Null => Field::Null,
                    $($value => Field::Is($is),)+
                    #[allow(unreachable_patterns, reason = "a field of any type has no strange value")]
                    strange => Field::Strange(strange),
                })
            }
        }
    )+};
}

plain! {
    String { Value::String(text) => text }
    bool { Value::Bool(truth) => truth }
    Number { Value::Number(number) => number }
    Time { Value::String(text) => Time::Text(text), Value::Number(number) => Time::Number(number) }
    Value { value => value }
}

impl<T: DeserializeOwned> FieldValue for Vec<T> {}
impl<T: DeserializeOwned> FieldValue for BTreeMap<String, T> {}
impl FieldValue for Map<String, Value> {}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing | Self::Null => serializer.serialize_unit(),
            Self::Is(value) => value.serialize(serializer),
            Self::Strange(value) => value.serialize(serializer),
        }
    }
}
