//! The capabilities of a device, of which one that cannot be read must not hide the others.

use std::collections::BTreeMap;

use serde::{Deserialize as _, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value, value::RawValue};

use super::items::read_item;
use super::{Capability, Field, FieldValue};

/// Capabilities by id. One that lacks what a [`Capability`] cannot do without goes by its key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Capabilities {
    known: BTreeMap<String, Capability>,
    /// Entries whose JSON would change by decoding and encoding, as received.
    strange: Map<String, Value>,
}

impl Capabilities {
    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Capability> {
        self.known.get(id)
    }

    /// The ids, in their order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// All of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Capability)> {
        self.known.iter().map(|(id, capability)| (id.as_str(), capability))
    }
}

impl FieldValue for Capabilities {
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Field<Self>, D::Error> {
        let text = Box::<RawValue>::deserialize(from)?;
        if text.get() == "null" {
            return Ok(Field::Null);
        }
        if let Ok(known) = serde_json::from_str(text.get()) {
            return Ok(Field::Is(Self { known, strange: Map::new() }));
        }
        let all = match serde_json::from_str(text.get()).map_err(D::Error::custom)? {
            Value::Object(all) => all,
            strange => return Ok(Field::Strange(strange)),
        };
        let mut read = Self::default();
        for (id, value) in all {
            match serde_json::from_value(value.clone()) {
                Ok(capability) => drop(read.known.insert(id, capability)),
                Err(_) => {
                    // What is no object has nothing to show.
                    if let Some(capability) = value
                        .is_object()
                        .then(|| read_item(&value.to_string(), Some(&id)))
                        .flatten()
                    {
                        read.known.insert(id.clone(), capability);
                    }
                    read.strange.insert(id, value);
                }
            }
        }
        Ok(Field::Is(read))
    }
}

impl<'de> serde::Deserialize<'de> for Capabilities {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Self::read(from)? {
            Field::Is(read) => Ok(read),
            _ => Err(D::Error::custom("capabilities are an object by id")),
        }
    }
}

impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.strange.is_empty() {
            return self.known.serialize(to);
        }
        let known = self.known.iter().filter(|(id, _)| !self.strange.contains_key(*id));
        let known =
            known.map(|(id, capability)| Ok((id.clone(), serde_json::to_value(capability)?)));
        let mut all: Map<String, Value> =
            known.collect::<serde_json::Result<_>>().map_err(serde::ser::Error::custom)?;
        all.extend(self.strange.clone());
        all.serialize(to)
    }
}
