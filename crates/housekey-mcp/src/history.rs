//! The past of a home, which the program that starts a server hands over.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

/// What is read of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The short name of the Homey.
    pub homey: String,
    /// The id of the device.
    pub device: String,
    /// The capability.
    pub capability: String,
    /// The beginning.
    pub from: Timestamp,
    /// The end, which is not part of it.
    pub to: Timestamp,
    /// The step: `raw`, `5m`, `1h`, `1d` …
    pub step: String,
    /// The function; that of the series where it is left out.
    pub function: Option<String>,
}

/// The rows that answer a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HistoryReading {
    /// The beginnings of the buckets with their values, the oldest first; null where none is known.
    pub rows: Vec<(Timestamp, Value)>,
    /// The function that was computed.
    pub function: String,
    /// The unit of the values.
    pub unit: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEvent {
    /// When.
    pub at: Timestamp,
    /// The id of the item: a device, a flow, a user …
    pub item: String,
    /// `value` for a value that changed, else the kind that the recorder noted.
    pub kind: String,
    /// What: `onoff=true`, `added`.
    pub text: String,
}

/// What was recorded of homes.
pub trait History: Send + Sync + fmt::Debug {
    /// Whether that Homey is recorded.
    fn has(&self, homey: &str) -> bool;

    /// Reads a series; `None` where it is not recorded.
    fn read(&self, query: HistoryQuery) -> BoxFuture<'_, Result<Option<HistoryReading>, String>>;

    /// What happened in a stretch of time, the oldest first and at most `limit`: events, and the changes of values
    /// that are no measurements. `device` stands for one device; without it, all.
    fn events(
        &self,
        homey: &str,
        device: Option<&str>,
        span: (Timestamp, Timestamp),
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<HistoryEvent>, String>>;
}

/// A history that is shared.
pub type SharedHistory = Arc<dyn History>;
