//! A mood: saved device states of a zone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Field;

/// A mood.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mood {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`Mood::name`].
    pub name: Field<String>,
    /// The ready-made mood it came from; `null` for none.
    pub preset: Field<String>,
    /// The id of its zone.
    pub zone: Field<String>,
    /// Whether the devices are like this now.
    pub active: Field<bool>,
    /// The saved state of each device, by its id.
    pub devices: Field<BTreeMap<String, MoodDevice>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The saved state of one device.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoodDevice {
    /// The values, by capability.
    pub state: Field<Map<String, Value>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
