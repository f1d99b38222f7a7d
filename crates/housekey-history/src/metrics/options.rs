//! What is exported of a home.

use std::time::Duration;

/// What is exported of a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsOptions {
    /// Whether each series of a device carries the names of device and zone, besides the id.
    pub names: bool,
    /// How long the last values stay after the copy was current for the last time.
    pub stale_after: Duration,
    /// The most series on one page.
    pub max_series: usize,
    /// Capabilities that are left out: whole ids, or what stands before their first dot.
    pub exclude: Vec<String>,
    /// Whether users are exported: present and asleep.
    pub users: bool,
    /// Whether each flow has series of its own.
    pub flows: bool,
    /// Whether the position and length of songs are exported.
    pub playback: bool,
}

impl Default for MetricsOptions {
    fn default() -> Self {
        Self {
            names: true,
            stale_after: Duration::from_secs(5 * 60),
            max_series: 20_000,
            exclude: Vec::new(),
            users: false,
            flows: false,
            playback: false,
        }
    }
}
