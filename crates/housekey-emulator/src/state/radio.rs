//! What the radios have sent and logged.

use serde_json::Value;

/// What the radios remember.
#[derive(Debug, Default)]
pub(crate) struct Radio {
    pub(crate) log_enabled: bool,
    /// Date and text of each line.
    pub(crate) log: Vec<(jiff::Timestamp, String)>,
    /// What was sent at 433 or 868 MHz or by infrared: frequency and data.
    pub(crate) sent: Vec<(String, Value)>,
}
