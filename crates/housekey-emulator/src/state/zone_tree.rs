//! Which zones are active, and which lie below which.

use jiff::Timestamp;

use super::Home;
use super::zone::Zone;

/// The devices that make a zone active, and the time of the last change.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    pub(crate) origins: Vec<String>,
    pub(crate) last_updated: Option<Timestamp>,
}

impl Home {
    /// A zone is active while a device in it (not below it) reports motion or an open contact.
    pub(crate) fn activity(&self, zone: &str) -> Activity {
        let mut activity = Activity::default();
        for device in self.devices.values().filter(|device| device.zone == zone) {
            for capability in &device.capabilities {
                if !capability.definition.activates_zone {
                    continue;
                }
                activity.last_updated = activity.last_updated.max(capability.last_updated);
                if capability.value == true {
                    activity.origins.push(format!("homey:device:{}", device.id));
                }
            }
        }
        activity
    }

    pub(crate) fn root_zone(&self) -> Option<&Zone> {
        self.zones.values().find(|zone| zone.parent.is_none())
    }

    /// Whether `zone` is `below`, or below it.
    pub(crate) fn zone_is_within(&self, zone: &str, below: &str) -> bool {
        let mut at = Some(zone);
        // The tree is no deeper than it has zones.
        for _ in 0..=self.zones.len() {
            match at {
                Some(id) if id == below => return true,
                Some(id) => at = self.zones.get(id).and_then(|zone| zone.parent.as_deref()),
                None => return false,
            }
        }
        false
    }
}
