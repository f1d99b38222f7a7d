//! What a Homey tells about itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, Time};

/// The answer of `system.getInfo`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemInfo {
    /// The firmware: `13.2.4`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub homey_version: Field<String>,
    /// The model, for programs: `homey5q`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub homey_model_id: Field<String>,
    /// The model, for people.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub homey_model_name: Field<String>,
    /// `local` or `cloud` (V3).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub homey_platform: Field<String>,
    /// 2 on V3; V2 does not have it.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub homey_platform_version: Field<Number>,
    /// The id at the cloud.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub cloud_id: Field<String>,
    /// Its name on the network.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub hostname: Field<String>,
    /// The time zone, mostly an IANA name.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub timezone: Field<String>,
    /// Its clock.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub date: Field<Time>,
    /// How long it has been running, in seconds.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub uptime: Field<Number>,
    /// Load averages over 1, 5 and 15 minutes.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub loadavg: Field<Vec<Number>>,
    /// Memory, in bytes.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub totalmem: Field<Number>,
    /// Free memory, in bytes (V3).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub freemem: Field<Number>,
    /// Free memory, in bytes (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub freemem_machine: Field<Number>,
    /// Its address on the network (V3).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub address: Field<String>,
    /// Its address and port on the wireless network (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub wifi_address: Field<String>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl SystemInfo {
    /// Free memory in bytes, on every dialect.
    pub fn free_memory(&self) -> Option<f64> {
        self.freemem.get().or_else(|| self.freemem_machine.get()).and_then(Number::as_f64)
    }

    /// Its address on the network, on every dialect; V2 tells a port with it.
    pub fn address(&self) -> Option<&str> {
        self.address.text().or_else(|| self.wifi_address.text())
    }
}
