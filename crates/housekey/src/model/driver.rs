//! A driver, and a pairing session of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, owner};

/// A driver of an app: it pairs and runs devices of one kind.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    /// The whole id on V3, the short one on V2; see [`Driver::id`].
    pub id: String,
    /// The owner (V2).
    pub uri: Field<String>,
    /// The owner (V3).
    pub owner_uri: Field<String>,
    /// The name of the owner (V3); see [`Driver::owner_name`].
    pub owner_name: Field<String>,
    /// Its title.
    pub name: Field<String>,
    /// The class of its devices.
    pub class: Field<String>,
    /// Whether it runs.
    pub ready: Field<bool>,
    /// Whether devices can be paired with it.
    pub pair: Field<bool>,
    /// Whether devices can be repaired with it.
    pub repair: Field<bool>,
    /// Whether devices are unpaired in a conversation.
    pub unpair: Field<bool>,
    /// Whether it is not offered any more.
    pub deprecated: Field<bool>,
    /// How its devices are reached: `zigbee`, `lan`, `cloud`.
    pub connectivity: Field<Vec<String>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A conversation in which a device is paired, repaired or unpaired.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PairSession {
    /// The id, of no known form.
    pub id: String,
    /// `pair`, `repair` or `unpair`.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The driver.
    pub driver_id: Field<String>,
    /// The owner of the driver (V2).
    pub driver_uri: Field<String>,
    /// The device that is repaired or unpaired.
    pub device_id: Field<String>,
    /// The zone a new device goes to.
    pub zone_id: Field<String>,
    /// The views of the pairing; their form is not known.
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

    /// The name of the owner, on every dialect.
    pub fn owner_name(&self) -> Option<&str> {
        owner::name(&self.owner_name, &self.other)
    }
}
