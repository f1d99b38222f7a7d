//! The names of devices and their zones, for lines that carry them as tags.

use housekey::mirror::{Home, ItemKind};

use super::cache::Cache;
use super::device::DeviceView;
use super::views::ZoneView;

/// The names in a home.
#[derive(Debug, Default)]
pub(crate) struct MetricNames {
    devices: Cache<DeviceView>,
    zones: Cache<ZoneView>,
}

/// The names of one device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeviceNames<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) class: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) zone_id: &'a str,
}

impl MetricNames {
    /// The names of a device of the home.
    pub(crate) fn device(&mut self, home: &Home, id: &str) -> Option<DeviceNames<'_>> {
        let device = self.devices.get(home, ItemKind::Device, id)?;
        let zone_id = device.zone.as_deref().unwrap_or_default();
        let zone = self.zones.get(home, ItemKind::Zone, zone_id).map_or("", |zone| &zone.name);
        Some(DeviceNames {
            id: &device.id,
            name: &device.name,
            class: &device.class,
            zone,
            zone_id,
        })
    }
}
