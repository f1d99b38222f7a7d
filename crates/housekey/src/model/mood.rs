//! A mood: how the devices of a zone are to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, name};

/// A mood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mood {
    /// A UUID.
    pub id: String,
    /// What its owner calls it; see [`Mood::name`].
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// The ready-made mood it came from; `null` for none.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub preset: Field<String>,
    /// The id of its zone.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub zone: Field<String>,
    /// Whether the devices are like this now.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub active: Field<bool>,
    /// How each device is to be, by its id.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub devices: Field<BTreeMap<String, MoodDevice>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Mood {
    /// What people call it: its name, in English where it comes in several languages; its id where it
    /// has none.
    pub fn name(&self) -> &str {
        name::or_id(self.name.label(), &self.id)
    }
}

/// How one device is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoodDevice {
    /// The values, by capability.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub state: Field<Map<String, Value>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
