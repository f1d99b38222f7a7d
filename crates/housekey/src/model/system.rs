//! The system information of a Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, Time};

/// The answer of `system.getInfo`.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemInfo {
    /// The firmware: `13.2.4`.
    pub homey_version: Field<String>,
    /// The model, for programs: `homey5q`.
    pub homey_model_id: Field<String>,
    /// The model, for people.
    pub homey_model_name: Field<String>,
    /// `local` or `cloud` (V3).
    pub homey_platform: Field<String>,
    /// 2 on V3; V2 does not have it.
    pub homey_platform_version: Field<Number>,
    /// The id at the cloud.
    pub cloud_id: Field<String>,
    /// Its name on the network.
    pub hostname: Field<String>,
    /// The time zone, mostly an IANA name.
    pub timezone: Field<String>,
    /// Its clock.
    pub date: Field<Time>,
    /// The time since its start, in seconds.
    pub uptime: Field<Number>,
    /// Load averages over 1, 5 and 15 minutes.
    pub loadavg: Field<Vec<Number>>,
    /// Memory, in bytes.
    pub totalmem: Field<Number>,
    /// Free memory, in bytes (V3).
    pub freemem: Field<Number>,
    /// Free memory, in bytes (V2).
    pub freemem_machine: Field<Number>,
    /// Its address on the network (V3).
    pub address: Field<String>,
    /// Its address and port on the wireless network (V2).
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

    /// Its address on the network, on every dialect; on V2 with a port.
    pub fn address(&self) -> Option<&str> {
        self.address.text().or_else(|| self.wifi_address.text())
    }
}
