//! Devices that cannot be reached, and devices that go.

use super::device::Device;
use super::{ChangeKind, Home};

/// A change of a device that no client made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// It can be used again.
    Available,
    /// It cannot be reached; why, as its app says.
    Unavailable(String),
    /// It is gone from the home.
    Removed,
}

/// What a device of an app that does not run says. Inferred.
const NO_APP: &str = "The app is not running.";

impl Home {
    /// Why a device cannot be used now; `None` while it can.
    pub(crate) fn why_unavailable<'a>(&self, device: &'a Device) -> Option<&'a str> {
        let stopped = self.apps.get(&device.app).is_some_and(|app| !app.enabled);
        device.unavailable.as_deref().or(stopped.then_some(NO_APP))
    }

    /// Makes a device unavailable with that reason, or available again. Whether there is such a device.
    pub(crate) fn set_unavailable(&mut self, id: &str, why: Option<String>) -> bool {
        let Some(device) = self.devices.get_mut(id) else { return false };
        device.unavailable = why;
        device.forget_texts();
        self.changed("devices", "device", id, ChangeKind::Updated);
        true
    }

    /// The devices of an app look different, since it was started or stopped.
    pub(crate) fn app_switched(&mut self, app: &str) {
        let ids: Vec<String> =
            self.devices.values().filter(|one| one.app == app).map(|one| one.id.clone()).collect();
        for id in ids {
            if let Some(device) = self.devices.get_mut(&id) {
                device.forget_texts();
            }
            self.changed("devices", "device", &id, ChangeKind::Updated);
        }
    }

    /// Removes a device, from its group as well; the members of a group that goes are free again.
    pub(crate) fn remove_device(&mut self, id: &str) -> bool {
        let Some(gone) = self.devices.shift_remove(id) else { return false };
        self.changed("devices", "device", id, ChangeKind::Deleted);
        for member in self.groups.shift_remove(id).unwrap_or_default() {
            if let Some(device) = self.devices.get_mut(&member) {
                device.group = None;
                device.forget_texts();
                self.changed("devices", "device", &member, ChangeKind::Updated);
            }
        }
        if let Some(members) = gone.group.and_then(|group| self.groups.get_mut(&group)) {
            members.retain(|member| member != id);
        }
        true
    }

    /// A switch that is kept among the options.
    pub(crate) fn switched(&self, key: &str, default: bool) -> bool {
        self.options.get(key).and_then(serde_json::Value::as_bool).unwrap_or(default)
    }
}
