//! A home as it is published: its devices, with the topics they have.

use std::collections::BTreeMap;
use std::sync::Arc;

use housekey::mirror::{Home, ItemKind};
use housekey::model::{Device, Zone};
use serde_json::Value;

use crate::rate::Rate;
use crate::shape::Shape;
use crate::slug;
use crate::view::HomeyNames;

/// A home.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) names: HomeyNames,
    pub(super) is_complete: bool,
    pub(super) is_online: bool,
    pub(super) devices: BTreeMap<Arc<str>, Entry>,
    /// The devices by their levels.
    pub(super) by_level: BTreeMap<String, Arc<str>>,
    zones: BTreeMap<String, String>,
    /// How many of its devices are published.
    pub(super) count: usize,
    /// The retained messages of the Homey itself.
    pub(super) published: Published,
    pub(super) components: Vec<(String, String)>,
}

/// Retained messages: by topic, what they hold.
pub(super) type Published = BTreeMap<Arc<str>, u64>;

/// A device.
#[derive(Debug, Default)]
pub(super) struct Entry {
    name: String,
    zone: String,
    /// The name of its zone.
    pub(super) zone_name: String,
    /// `kitchen/lamp`.
    pub(super) level: String,
    pub(super) shape: Shape,
    pub(super) published: Published,
    /// The components that are announced in one message, with their platforms.
    pub(super) components: Vec<(String, String)>,
    pub(super) is_queued: bool,
    pub(super) rate: Rate,
    /// Values that are being written.
    pub(super) wished: BTreeMap<Box<str>, Value>,
}

impl Followed {
    pub(super) fn new(names: HomeyNames) -> Self {
        Self {
            names,
            is_complete: false,
            is_online: false,
            devices: BTreeMap::new(),
            by_level: BTreeMap::new(),
            zones: BTreeMap::new(),
            count: 0,
            published: Published::new(),
            components: Vec::new(),
        }
    }

    pub(super) fn published_devices(&self) -> usize {
        self.devices.values().filter(|entry| !entry.published.is_empty()).count()
    }

    pub(super) fn forget_queued(&mut self) {
        for entry in self.devices.values_mut() {
            entry.is_queued = false;
        }
    }

    /// Reads the names of all devices.
    pub(super) fn read_all(&mut self, home: &Home) {
        let ids: Vec<_> = home.items(ItemKind::Device).map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.read_one(&id, home);
        }
        self.relevel(home);
        self.is_complete = true;
    }

    /// Reads the names of a device.
    pub(super) fn read_one(&mut self, id: &Arc<str>, home: &Home) {
        if let Some(device) = home.get::<Device>(id) {
            let entry = self.devices.entry(id.clone()).or_default();
            device.name().clone_into(&mut entry.name);
            device.zone.text().unwrap_or_default().clone_into(&mut entry.zone);
        }
    }

    /// Computes the levels of all devices. Returns those that have another one, or a zone of another name.
    pub(super) fn relevel(&mut self, home: &Home) -> Vec<Arc<str>> {
        self.zones =
            home.all::<Zone>().map(|zone| (zone.id.clone(), zone.name().to_owned())).collect();
        let zone = |entry: &Entry| self.zones.get(&entry.zone).map_or("", String::as_str);
        let names: Vec<_> =
            self.devices.iter().map(|(id, entry)| (&**id, zone(entry), &*entry.name)).collect();
        let mut levels = slug::levels(names.into_iter());
        self.by_level.clear();
        let mut changed = Vec::new();
        for (id, entry) in &mut self.devices {
            let level = levels.remove(&**id).unwrap_or_default();
            let zone = self.zones.get(&entry.zone).cloned().unwrap_or_default();
            if level != entry.level || zone != entry.zone_name {
                changed.push(id.clone());
            }
            self.by_level.insert(level.clone(), id.clone());
            (entry.level, entry.zone_name) = (level, zone);
        }
        changed
    }
}
