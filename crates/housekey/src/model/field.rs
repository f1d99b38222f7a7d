//! A field of an item that may be missing, null, or not what it should be.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

/// A field as it came. To be encoded as it came it also needs
/// `#[serde(default, skip_serializing_if = "Field::is_missing")]`, and a `T` that is exact itself.
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

impl<'de, T: DeserializeOwned> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.is_null() {
            return Ok(Self::Null);
        }
        Ok(T::deserialize(&value).map_or_else(|_| Self::Strange(value), Self::Is))
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing | Self::Null => serializer.serialize_unit(),
            Self::Is(value) => value.serialize(serializer),
            Self::Strange(value) => value.serialize(serializer),
        }
    }
}
