//! The last known names of the items of a home, for saying what is missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::graph::ItemRef;
use crate::{DeviceRef, Home, Part, label};

/// The parts whose names are kept: what flows refer to.
const PARTS: [Part; 10] = [
    Part::Apps,
    Part::Users,
    Part::Zones,
    Part::Variables,
    Part::Devices,
    Part::Moods,
    Part::Scripts,
    Part::Flows,
    Part::AdvancedFlows,
    Part::Alarms,
];

/// No more names are kept of a part; those of what is there are always among them.
const MOST_NAMES: usize = 20_000;

/// Names by part and id, and what devices were: `{"devices": {"<id>": "Kitchen/Lamp"}}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastNames {
    #[serde(default, rename = "device-types", skip_serializing_if = "BTreeMap::is_empty")]
    device_types: BTreeMap<String, DeviceRef>,
    #[serde(flatten)]
    names: BTreeMap<String, BTreeMap<String, String>>,
}

impl LastNames {
    /// Notes the names of a home, and keeps those of what is not there any more. Whether anything changed.
    pub fn remember(&mut self, home: &Home) -> bool {
        let mut changed = false;
        for part in PARTS.into_iter().filter(|part| home.has(*part)) {
            let names = self.names.entry(part.name().to_owned()).or_default();
            for (id, _) in home.items(part) {
                let name = label::item(home, &ItemRef::new(part, id));
                if name != id && names.get(id) != Some(&name) {
                    names.insert(id.to_owned(), name);
                    changed = true;
                }
            }
            if names.len() > MOST_NAMES {
                names.retain(|id, _| home.item(part, id).is_some());
                changed = true;
            }
        }
        for (id, device) in home.items(Part::Devices) {
            let device = DeviceRef::of(device);
            if self.device_types.get(id) != Some(&device) {
                self.device_types.insert(id.to_owned(), device);
                changed = true;
            }
        }
        if self.device_types.len() > MOST_NAMES {
            self.device_types.retain(|id, _| home.item(Part::Devices, id).is_some());
        }
        changed
    }

    /// The last known name of an item.
    pub fn name(&self, item: &ItemRef) -> Option<&str> {
        let of = |part: Part| Some(self.names.get(part.name())?.get(&item.id)?.as_str());
        // Which kind of flow a missing one was is not known.
        let other = match item.part {
            Part::Flows => Some(Part::AdvancedFlows),
            Part::AdvancedFlows => Some(Part::Flows),
            _ => None,
        };
        of(item.part).or_else(|| of(other?))
    }

    /// The names and types of devices by id, gone ones included.
    pub(crate) fn devices(&self) -> impl Iterator<Item = (&str, &str, Option<&DeviceRef>)> {
        let names = self.names.get(Part::Devices.name()).into_iter().flatten();
        names.map(|(id, name)| (id.as_str(), name.as_str(), self.device_types.get(id)))
    }

    /// The item of that id, of any part.
    pub(crate) fn item(&self, id: &str) -> Option<ItemRef> {
        PARTS
            .into_iter()
            .find(|part| self.names.get(part.name()).is_some_and(|names| names.contains_key(id)))
            .map(|part| ItemRef::new(part, id))
    }
}
