//! Counters of the gateway, for the metrics and the status.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hyper::StatusCode;

use crate::security::SecurityLog;
use crate::status::{GatewayStatus, HomeyTraffic};

/// Counts that are written by the gateway and read by others.
#[derive(Debug, Default)]
pub(crate) struct GatewayCounters {
    /// Callers that are connected now.
    pub(crate) connections: AtomicU64,
    /// Requests that were refused or malformed.
    pub(crate) refused: AtomicU64,
    /// Requests to each Homey, in the order of the settings.
    pub(crate) homeys: Vec<Arc<HomeyCounters>>,
    /// Lines that are pushed, in the order of the settings.
    pub(crate) influx: Vec<Arc<InfluxCounters>>,
    /// Security events.
    pub(crate) security: SecurityLog,
}

/// Lines for one server.
#[derive(Debug, Default)]
pub(crate) struct InfluxCounters {
    /// Its address.
    pub(crate) target: String,
    /// Lines that it stored.
    pub(crate) lines: AtomicU64,
    /// Lines that it found wrong.
    pub(crate) wrong_lines: AtomicU64,
    /// The size of lines that were dropped.
    pub(crate) dropped_bytes: AtomicU64,
    /// The size of lines that wait.
    pub(crate) spool_bytes: AtomicU64,
}

/// Requests to one Homey.
#[derive(Debug, Default)]
pub(crate) struct HomeyCounters {
    /// Its short name.
    pub(crate) name: String,
    /// Answers by the first digit of their status, from 1.
    answers: [AtomicU64; 5],
    /// Requests that were sent again with a new token.
    pub(crate) renewed: AtomicU64,
    /// Requests that were sent again because the Homey could not be reached or broke off.
    pub(crate) repeated: AtomicU64,
    /// Requests that hold a permit.
    pub(crate) in_flight: AtomicU64,
    /// Requests that wait for one.
    pub(crate) waiting: AtomicU64,
    /// The last scrape of its home: how long it took in microseconds, the series, and those above the
    /// limit.
    pub(crate) export_us: AtomicU64,
    pub(crate) export_series: AtomicU64,
    pub(crate) export_dropped: AtomicU64,
    /// Security events, as in [`GatewayCounters`].
    pub(crate) security: SecurityLog,
}

/// One more, for as long as this lives.
#[derive(Debug)]
pub(crate) struct GaugeGuard<'a>(&'a AtomicU64);

impl<'a> GaugeGuard<'a> {
    pub(crate) fn new(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count)
    }
}

impl Drop for GaugeGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl GatewayCounters {
    pub(crate) fn new(names: impl Iterator<Item = String>, security: SecurityLog) -> Self {
        let homey = |name| {
            let security = security.clone();
            Arc::new(HomeyCounters { name, security, ..HomeyCounters::default() })
        };
        let homeys = names.map(homey).collect();
        Self { homeys, security, ..Self::default() }
    }

    pub(crate) fn status(&self) -> GatewayStatus {
        let traffic = |homey: &Arc<HomeyCounters>| HomeyTraffic {
            name: homey.name.clone(),
            answers: homey.answers().map(|(class, count)| (class.to_owned(), count)).collect(),
            in_flight: homey.in_flight.load(Relaxed),
            waiting: homey.waiting.load(Relaxed),
            renewed: homey.renewed.load(Relaxed),
            repeated: homey.repeated.load(Relaxed),
        };
        GatewayStatus {
            connections: self.connections.load(Relaxed),
            refused: self.refused.load(Relaxed),
            homeys: self.homeys.iter().map(traffic).collect(),
        }
    }
}

impl HomeyCounters {
    pub(crate) fn answered(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(count) = self.answers.get(class) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// The answers so far, each with its class: `2xx`.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.answers.iter().map(|count| count.load(Relaxed));
        ["1xx", "2xx", "3xx", "4xx", "5xx"].into_iter().zip(counts)
    }
}
