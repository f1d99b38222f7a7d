//! A driver, and a conversation in which it pairs a device.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, owner};

/// What an app brings to pair and to run devices of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    /// The whole id on V3, the short one on V2; see [`Driver::id`].
    pub id: String,
    /// The owner (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub uri: Field<String>,
    /// The owner (V3).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub owner_uri: Field<String>,
    /// What the owner is called (V3); see [`Driver::owner_name`].
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub owner_name: Field<String>,
    /// What people read.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// What its devices are.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub class: Field<String>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub ready: Field<bool>,
    /// Whether devices can be paired with it.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub pair: Field<bool>,
    /// Whether devices can be repaired with it.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub repair: Field<bool>,
    /// Whether devices are unpaired in a conversation.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub unpair: Field<bool>,
    /// Whether it is not offered any more.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub deprecated: Field<bool>,
    /// How its devices are reached: `zigbee`, `lan`, `cloud`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub connectivity: Field<Vec<String>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A conversation in which a device is paired, repaired or unpaired.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PairSession {
    /// The id, of no known form.
    pub id: String,
    /// `pair`, `repair` or `unpair`.
    #[serde(rename = "type", default, skip_serializing_if = "Field::is_missing")]
    pub kind: Field<String>,
    /// The driver.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub driver_id: Field<String>,
    /// The owner of the driver (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub driver_uri: Field<String>,
    /// The device that is repaired or unpaired.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub device_id: Field<String>,
    /// The zone a new device goes to.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub zone_id: Field<String>,
    /// What people are shown; the shape is not known.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub views: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Driver {
    /// The whole id, `homey:app:com.example:lamp`, on every dialect: that of [`super::Device::driver`].
    pub fn id(&self) -> Cow<'_, str> {
        owner::whole_id(self.uri.text(), &self.id)
    }

    /// The app or manager that brings it, on every dialect.
    pub fn owner(&self) -> Option<&str> {
        self.owner_uri.text().or_else(|| self.uri.text())
    }

    /// What the owner is called, on every dialect.
    pub fn owner_name(&self) -> Option<&str> {
        owner::name(&self.owner_name, &self.other)
    }
}
