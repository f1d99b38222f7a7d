//! The manager `devices`.

use serde_json::Value;

use crate::error::Error;
use crate::model::{Capability, Device};
use crate::{Homey, args};

/// What is paired with the Homey, and the values it reports.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// for device in homey.devices().get_devices().await? {
///     if device.capability("onoff").is_some() {
///         homey.devices().set_capability_value(&device.id, "onoff", false).await?;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Devices<'a>(pub(super) &'a Homey);

impl Devices<'_> {
    /// All devices.
    pub async fn get_devices(self) -> Result<Vec<Device>, Error> {
        self.0.items("devices.getDevices", &args! {}).await
    }

    /// One device.
    pub async fn get_device(self, id: &str) -> Result<Device, Error> {
        self.0.call_as("devices.getDevice", &args! { "id" => id }).await
    }

    /// Changes a device. Keys: `name`, `zone`, `note`, `iconOverride`, `virtualClass`, `uiIndicator`,
    /// `hidden`; what is not there stays as it is.
    pub async fn update_device(self, id: &str, device: Value) -> Result<Device, Error> {
        self.0.call_as("devices.updateDevice", &args! { "id" => id, "device" => device }).await
    }

    /// Removes a device from the Homey.
    pub async fn delete_device(self, id: &str) -> Result<(), Error> {
        self.0.act("devices.deleteDevice", &args! { "id" => id }).await
    }

    /// The value of one capability (V3).
    pub async fn get_capability_value(
        self,
        device_id: &str,
        capability_id: &str,
    ) -> Result<Value, Error> {
        let arguments = args! { "deviceId" => device_id, "capabilityId" => capability_id };
        self.0.call_as("devices.getCapabilityValue", &arguments).await
    }

    /// Sets a value; [`Capability::check`] tells beforehand whether it fits. The answer has
    /// `transactionId` and mostly the `value`, which says that the device was told, not that it has
    /// done so.
    pub async fn set_capability_value(
        self,
        device_id: &str,
        capability_id: &str,
        value: impl Into<Value>,
    ) -> Result<Value, Error> {
        let arguments = args! {
            "deviceId" => device_id, "capabilityId" => capability_id, "value" => value,
        };
        self.0.call_as("devices.setCapabilityValue", &arguments).await
    }

    /// Changes settings of a device: an object of those to be changed. V2 answers an object with
    /// `changedKeys`; what V3 answers is not known.
    pub async fn set_device_settings(self, id: &str, settings: Value) -> Result<Value, Error> {
        let arguments = args! { "id" => id, "settings" => settings };
        self.0.call_as("devices.setDeviceSettings", &arguments).await
    }

    /// What can be set up about a device. The shape is not known; the app's own description of its
    /// settings is likely.
    pub async fn get_device_settings_obj(self, id: &str) -> Result<Value, Error> {
        self.0.call_as("devices.getDeviceSettingsObj", &args! { "id" => id }).await
    }

    /// The definitions of all capabilities (V2).
    pub async fn get_capabilities(self) -> Result<Vec<Capability>, Error> {
        self.0.items("devices.getCapabilities", &args! {}).await
    }
}
