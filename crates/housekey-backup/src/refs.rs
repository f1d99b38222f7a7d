//! What identifies the items of a home: their names and places, and for devices what they are.
//!
//! Files refer to items by id. These notes say what such an id was, also years later on another Homey, and hold a
//! digest of each item as it was read: the base of a comparison of three sides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Home, Part, setup, writable};

/// The items of a home by part and id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refs(BTreeMap<Part, BTreeMap<String, Ref>>);

/// One item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ref {
    /// Its name.
    pub name: String,
    /// The names from the outermost zone or folder to the item, joined by slashes.
    pub path: String,
    /// The digest of what of it can be written.
    pub hash: String,
    /// What a device is.
    #[serde(flatten, default)]
    pub device: Option<DeviceRef>,
}

/// What a device is, whatever it is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRef {
    /// The driver, with its app: `homey:app:com.example:bulb`.
    pub driver: String,
    /// Its class: `light`.
    pub class: String,
    /// Its capabilities.
    pub capabilities: Vec<String>,
    /// A digest of what its driver knows it by, which is the same after it was paired again on many networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

impl Refs {
    /// The items of `home` as it was read; `setups` holds the set-ups of the same items.
    pub(crate) fn of(home: &Home, setups: &Home) -> Self {
        let mut refs = Self::default();
        for (part, items) in setups.parts() {
            let of = |(id, item): (&String, &Value)| {
                let raw = home.item(part, id).unwrap_or(item);
                let one = Ref {
                    name: home.name(part, id).to_owned(),
                    path: home.path(part, id),
                    hash: writable::base_hash(part, item),
                    device: (part == Part::Devices).then(|| DeviceRef::of(raw)),
                };
                (id.clone(), one)
            };
            refs.0.insert(part, items.iter().map(of).collect());
        }
        refs
    }

    /// One item.
    pub fn get(&self, part: Part, id: &str) -> Option<&Ref> {
        self.0.get(&part)?.get(id)
    }

    /// Notes what another home says of an item, under that id.
    pub(crate) fn copy(&mut self, part: Part, id: &str, from: &Refs, from_id: &str) {
        if let Some(item) = from.get(part, from_id) {
            self.0.entry(part).or_default().insert(id.to_owned(), item.clone());
        }
    }

    /// All items of a part.
    pub fn items(&self, part: Part) -> impl Iterator<Item = (&str, &Ref)> {
        self.0.get(&part).into_iter().flatten().map(|(id, item)| (id.as_str(), item))
    }

    /// As `refs.json` holds it: an object for each part, with an object for each id.
    pub(crate) fn to_json(&self) -> Value {
        let part = |(part, items): (&Part, &BTreeMap<String, Ref>)| {
            let items = items
                .iter()
                .map(|(id, item)| (id.clone(), serde_json::to_value(item).unwrap_or_default()));
            (part.name().to_owned(), Value::Object(items.collect()))
        };
        Value::Object(self.0.iter().map(part).collect())
    }

    /// From `refs.json`. Parts of a newer version are left out.
    pub(crate) fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let parts: BTreeMap<String, BTreeMap<String, Ref>> = serde_json::from_str(text)?;
        let known = |(name, items): (String, _)| Some((Part::by_name(&name)?, items));
        Ok(Self(parts.into_iter().filter_map(known).collect()))
    }
}

impl DeviceRef {
    /// What the device of a home is.
    pub(crate) fn of(device: &Value) -> Self {
        let text = |key: &str| device[key].as_str().unwrap_or_default();
        // V2 has the app and the driver apart.
        let driver = match (text("driverUri"), text("driverId")) {
            (_, id) if id.starts_with("homey:") => id.to_owned(),
            ("", id) => id.to_owned(),
            (uri, id) => format!("{uri}:{id}"),
        };
        let capabilities = device["capabilities"].as_array().into_iter().flatten();
        let data =
            device.get("data").filter(|data| data.as_object().is_some_and(|data| !data.is_empty()));
        Self {
            driver,
            class: text("class").to_owned(),
            capabilities: capabilities.filter_map(Value::as_str).map(str::to_owned).collect(),
            data: data.map(digest),
        }
    }
}

/// A digest of the data of a device, which may hold a serial number or an address.
fn digest(data: &Value) -> String {
    let canonical = setup::canonical(data).to_string();
    Sha256::digest(canonical).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
