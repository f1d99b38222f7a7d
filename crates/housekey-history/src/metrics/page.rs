//! The page of a scrape as text, in the two formats that readers know.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use housekey::mirror::{Home, Kinds, MirrorStatus};
use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::HomeMetrics;
use super::family::{Family, Rows};

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// The text format of Prometheus, 0.0.4, which every reader knows.
    Text,
}

/// What a scrape returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The page.
    pub text: String,
    /// The number of its series.
    pub series: usize,
    /// The number of series above the limit, which are not on it.
    pub dropped: usize,
}

impl Format {
    /// The best one for the header `Accept` of a request.
    pub fn accepted(accept: Option<&str>) -> Self {
        let types = accept.unwrap_or_default().split(',');
        let open = types.map(str::trim).any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let version = |part: &str| part.strip_prefix("version=").is_none_or(|v| v == "1.0.0");
            parts.next() == Some("application/openmetrics-text") && parts.all(version)
        });
        if open { Self::OpenMetrics } else { Self::Text }
    }

    /// The value of `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Computes the rows of a home when the page is written.
#[derive(Debug)]
struct OfHome {
    metrics: Arc<HomeMetrics>,
    home: Arc<Home>,
    status: MirrorStatus,
    now: Timestamp,
    sees: Kinds,
    format: Format,
    series: Arc<[AtomicUsize; 2]>,
}

impl HomeMetrics {
    /// The page of a scrape by a caller that may read those kinds of items. Sends nothing.
    ///
    /// # Errors
    /// Never in practice: text is written to memory.
    pub fn page(
        self: &Arc<Self>,
        home: Arc<Home>,
        status: MirrorStatus,
        now: Timestamp,
        sees: Kinds,
        format: Format,
    ) -> Result<Page, fmt::Error> {
        let series = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let (metrics, tally) = (self.clone(), series.clone());
        let collector = OfHome { metrics, home, status, now, sees, format, series };
        let mut registry = Registry::default();
        registry.register_collector(Box::new(collector));
        let mut text = String::new();
        match format {
            Format::OpenMetrics => encode(&mut text, &registry)?,
            Format::Text => encode_registry(&mut text, &registry)?,
        }
        let [series, dropped] = [&tally[0], &tally[1]].map(|count| count.load(Relaxed));
        Ok(Page { text, series, dropped })
    }
}

impl Collector for OfHome {
    fn encode(&self, mut to: DescriptorEncoder<'_>) -> fmt::Result {
        self.metrics.with_rows(&self.home, &self.status, self.now, self.sees, |rows| {
            let written = write(rows, self.metrics.options.max_series, self.format, &mut to)?;
            for (count, written) in self.series.iter().zip(written) {
                count.store(written, Relaxed);
            }
            Ok(())
        })
    }
}

/// Writes up to `max` series. Returns how many were written, and how many were not.
fn write(
    rows: &Rows<'_>,
    max: usize,
    format: Format,
    to: &mut DescriptorEncoder<'_>,
) -> Result<[usize; 2], fmt::Error> {
    let [mut series, mut dropped] = [0, 0];
    for family in rows.families() {
        let count = family.rows.len().min(max - series);
        if count > 0 {
            write_family(family, count, format, to)?;
        }
        series += count;
        dropped += family.rows.len() - count;
    }
    Ok([series, dropped])
}

fn write_family(
    family: &Family<'_>,
    count: usize,
    format: Format,
    to: &mut DescriptorEncoder<'_>,
) -> fmt::Result {
    let kind = if family.is_counter { MetricType::Counter } else { MetricType::Gauge };
    // In the older format the family has the name of its series; only a gauge is written so.
    let name = match format {
        Format::Text if family.is_counter => format!("{}_total", family.name),
        _ => family.name.to_owned(),
    };
    let as_counter = family.is_counter && format == Format::OpenMetrics;
    let mut encoder = to.encode_descriptor(&name, family.help, None, kind)?;
    for row in &family.rows[..count] {
        let mut encoder = encoder.encode_family(&row.labels)?;
        match as_counter {
            true => encoder.encode_counter::<prometheus_client::encoding::NoLabelSet, f64, f64>(
                &row.value, None,
            )?,
            false => encoder.encode_gauge(&row.value)?,
        }
    }
    Ok(())
}
