//! Z-Wave and Zigbee: the devices on each network, and the Z-Wave log.

use serde_json::Value;

use super::Home;
use super::device::Device;

/// More lines than this push out the oldest.
const LOG: usize = 200;

impl Home {
    /// The Z-Wave nodes: number and device.
    pub(crate) fn zwave_nodes(&self) -> impl Iterator<Item = (u64, &Device)> {
        self.devices.values().filter_map(|device| {
            let number = device.settings.get("zw_node_id").and_then(Value::as_str)?;
            Some((number.parse().ok()?, device))
        })
    }

    /// The devices of the Zigbee network: those whose power is only approximated are its bulbs.
    pub(crate) fn zigbee_nodes(&self) -> impl Iterator<Item = &Device> {
        self.devices.values().filter(|device| device.energy.get("approximation").is_some())
    }

    /// Writes a line to the Z-Wave log if it is enabled.
    pub(crate) fn log_zwave(&mut self, text: String) {
        if !self.radio.log_enabled {
            return;
        }
        if self.radio.log.len() >= LOG {
            self.radio.log.remove(0);
        }
        self.radio.log.push((self.now, text));
    }
}
