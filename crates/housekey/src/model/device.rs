//! A device.

use std::{borrow::Cow, fmt};

use serde::Serialize;
use serde_json::{Map, Value};

use super::read::read_item;
use super::{Capabilities, Capability, Field, Time, owner};

/// A device that is paired with the Homey.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`Device::name`].
    pub name: Field<String>,
    /// The driver: the whole id on V3, the short one on V2; see [`Device::driver`].
    pub driver_id: Field<String>,
    /// The app or manager that brings the driver: `homey:app:com.example`.
    pub driver_uri: Field<String>,
    /// The id of the zone it is in.
    pub zone: Field<String>,
    /// Its class: `light`, `socket`, `sensor`; see [`Device::class`].
    pub class: Field<String>,
    /// Its class according to its owner: a `socket` may be a `light`.
    pub virtual_class: Field<String>,
    /// The ids of its capabilities, in the order they are shown.
    pub capabilities: Field<Vec<String>>,
    /// The capabilities by id. Some that are listed were seen to have no entry.
    pub capabilities_obj: Field<Capabilities>,
    /// Its settings; may hold passwords.
    pub settings: Field<Map<String, Value>>,
    /// Whether it can be used now.
    pub available: Field<bool>,
    /// Why it cannot, in the words of its app.
    pub unavailable_message: Field<String>,
    /// The warning of its app (V3).
    pub warning_message: Field<String>,
    /// A remark of its owner.
    pub note: Field<String>,
    /// When it was last heard of (V3).
    pub last_seen_at: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

read_item!(Device needs { id: "id" } and {
    name: "name", driver_id: "driverId", driver_uri: "driverUri", zone: "zone", class: "class",
    virtual_class: "virtualClass", capabilities: "capabilities",
    capabilities_obj: "capabilitiesObj", settings: "settings", available: "available",
    unavailable_message: "unavailableMessage", warning_message: "warningMessage", note: "note",
    last_seen_at: "lastSeenAt",
});

impl Device {
    /// One of its capabilities.
    pub fn capability(&self, id: &str) -> Option<&Capability> {
        self.capabilities_obj.get()?.get(id)
    }

    /// Its capabilities in the order they are shown, without those that have no entry; in that of
    /// their ids where the device lists none.
    pub fn all_capabilities(&self) -> impl Iterator<Item = &Capability> {
        let listed: Vec<&str> = match (&self.capabilities, self.capabilities_obj.get()) {
            (Field::Is(ids), _) => ids.iter().map(String::as_str).collect(),
            // One of them is no text.
            (Field::Strange(Value::Array(ids)), _) => {
                ids.iter().filter_map(Value::as_str).collect()
            }
            (_, Some(capabilities)) => capabilities.ids().collect(),
            (_, None) => Vec::new(),
        };
        listed.into_iter().filter_map(|id| self.capability(id))
    }

    /// Its class according to its owner, or else its own.
    pub fn class(&self) -> Option<&str> {
        self.virtual_class.text().or_else(|| self.class.text())
    }

    /// The whole id of its driver, `homey:app:com.example:lamp`, on every dialect.
    pub fn driver(&self) -> Option<Cow<'_, str>> {
        Some(owner::whole_id(self.driver_uri.text(), self.driver_id.text()?))
    }
}

/// Shows id and name alone: settings may hold passwords, and so may what drivers keep.
impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("id", &self.id)
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
