//! What is known of devices by their ids, of those that are gone as well.

use std::collections::BTreeMap;

use crate::{DeviceRef, LastNames, Part, Refs};

/// What was known of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDevice {
    /// Its name, behind that of its zone or of all zones that it was in: `Kitchen/Lamp`.
    pub path: String,
    /// What it was, where that is known.
    pub device: Option<DeviceRef>,
}

impl KnownDevice {
    /// Whether its last name is that one. Names may hold a slash themselves.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let outer = self.path.strip_suffix(name);
        outer.is_some_and(|outer| outer.is_empty() || outer.ends_with('/'))
    }
}

/// Devices by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownDevices {
    devices: BTreeMap<String, KnownDevice>,
    /// Whether all of them were there at one time, so that no two are the same.
    is_of_one_time: bool,
}

impl KnownDevices {
    /// The devices of a backup.
    pub fn of_backup(refs: &Refs) -> Self {
        let known = |(id, item): (&str, &crate::Ref)| {
            let known = KnownDevice { path: item.path.clone(), device: item.device.clone() };
            (id.to_owned(), known)
        };
        Self { devices: refs.items(Part::Devices).map(known).collect(), is_of_one_time: true }
    }

    /// The devices whose names were kept.
    pub fn of_names(names: &LastNames) -> Self {
        let known = |(id, path, device): (&str, &str, Option<&DeviceRef>)| {
            (id.to_owned(), KnownDevice { path: path.to_owned(), device: device.cloned() })
        };
        Self { devices: names.devices().map(known).collect(), is_of_one_time: false }
    }

    /// What is known of a device.
    pub fn get(&self, id: &str) -> Option<&KnownDevice> {
        self.devices.get(id)
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.devices.keys().map(String::as_str)
    }

    pub(crate) fn is_of_one_time(&self) -> bool {
        self.is_of_one_time
    }
}
