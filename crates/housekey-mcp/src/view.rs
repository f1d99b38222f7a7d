//! A home at one moment, as the tools see it.

mod cache;
mod moment;
#[cfg(test)]
pub(crate) mod test_home;
mod value;
mod zones;

use std::sync::Arc;

use housekey::mirror::{Home, MirrorState, MirrorStatus};
use housekey::model::{Device, Zone};

pub(crate) use self::cache::DeviceCache;
pub(crate) use self::moment::Moment;
pub(crate) use self::value::{takes, value_text};
pub(crate) use self::zones::Zones;
use crate::quote::{quoted, short_id, word};

/// A home at one moment.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// Its title.
    pub(crate) title: String,
    pub(crate) home: Arc<Home>,
    pub(crate) devices: Vec<Arc<Device>>,
    pub(crate) zones: Zones,
    pub(crate) now: Moment,
    pub(crate) status: MirrorStatus,
}

impl View {
    pub(crate) fn new(
        title: &str,
        (home, status): (Arc<Home>, MirrorStatus),
        cache: &mut DeviceCache,
        now: Moment,
    ) -> Self {
        let devices = cache.devices(&home);
        let zones = Zones::of(home.all::<Zone>());
        Self { title: title.to_owned(), home, devices, zones, now, status }
    }

    /// What stands before an answer whose values may be outdated.
    pub(crate) fn warning(&self) -> Option<String> {
        let since = || self.now.at(self.status.since);
        let why = match self.status.state {
            MirrorState::Live | MirrorState::Polling if self.status.complete => return None,
            MirrorState::Live | MirrorState::Polling => "the home is still being read".to_owned(),
            MirrorState::Connecting => "the live connection is being made".to_owned(),
            MirrorState::CatchingUp => "the live connection was lost and is catching up".to_owned(),
            MirrorState::Offline => format!("the Homey has not answered since {}", since()),
            MirrorState::SignedOut => {
                format!("signed out since {}: the user has to run `housekey login`", since())
            }
        };
        let reason = self.status.reason.as_deref().map(|reason| format!(" ({})", quoted(reason)));
        Some(format!("Values may be outdated: {why}{}.", reason.unwrap_or_default()))
    }

    /// The zone of a device.
    pub(crate) fn zone_of(&self, device: &Device) -> Option<&Zone> {
        self.zones.get(device.zone.text()?)
    }

    /// `"Kitchen" / "Ceiling lamp"`.
    pub(crate) fn device_name(&self, device: &Device) -> String {
        self.in_zone(device.zone.text(), device.name())
    }

    /// A name behind that of its zone.
    pub(crate) fn in_zone(&self, zone: Option<&str>, name: &str) -> String {
        match zone.and_then(|zone| self.zones.get(zone)) {
            Some(zone) => format!("{} / {}", quoted(zone.name()), quoted(name)),
            None => quoted(name),
        }
    }

    /// The id of a device as answers show it: eight digits, or all where two devices share them.
    pub(crate) fn device_id(&self, device: &Device) -> String {
        let short = short_id(&device.id);
        // They are in the order of their ids: twins are neighbours.
        let place = self.devices.partition_point(|one| one.id < device.id);
        let mut near = place.checked_sub(1).into_iter().chain([place + 1]);
        let has_twin =
            near.any(|place| self.devices.get(place).is_some_and(|one| one.id.starts_with(&short)));
        if has_twin { word(&device.id) } else { short }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::test_home::{device, home, view};

    #[test]
    fn ids_are_as_long_as_they_have_to_be() {
        let ids = ["b0b0b0b0-1111", "b0b0b0b0-2222", "c0c0c0c0-1111"];
        let view = view(home(&ids.map(|id| device(id, "Lamp", "z", "light", json!({})))));
        let shown: Vec<_> = view.devices.iter().map(|device| view.device_id(device)).collect();
        assert_eq!(shown, ["b0b0b0b0-1111", "b0b0b0b0-2222", "c0c0c0c0"]);
    }
}
