//! What the agent has recorded, for assistants: its history opened to read.

use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use housekey_history::query;
use housekey_history::reading::{Function, Query};
use housekey_history::series::{Owner, Series};
use housekey_history::step::Step;
use housekey_history::store::location::Location;
use housekey_history::store::{Reader as _, StoreReader};
use housekey_history::value::ValueType;
use housekey_mcp::{History, HistoryEvent, HistoryQuery, HistoryReading};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most rows of one answer.
const MAX_ROWS: usize = 2_000;

/// The most series that are looked through for changes.
const MAX_SERIES: usize = 300;

/// The history of the homes, read as assistants do.
#[derive(Debug)]
pub struct Recorded {
    location: Location,
    state: PathBuf,
}

impl Recorded {
    /// The history at this place; `state` is the state directory.
    pub fn new(location: Location, state: &Path) -> Self {
        Self { location, state: state.to_owned() }
    }

    async fn open(&self, homey: &str) -> Result<StoreReader, String> {
        let place = self.location.place(&self.state, homey);
        StoreReader::open(&place, homey).await.map_err(|error| error.to_string())
    }

    async fn rows(&self, wanted: HistoryQuery) -> Result<Option<HistoryReading>, String> {
        let reader = self.open(&wanted.homey).await?;
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let zone = reader.meta("zone").await.map_err(|error| text(&error))?;
        let home = zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
        let all = reader.series().await.map_err(|error| text(&error))?;
        let is_it = |series: &&Series| {
            series.key.item == wanted.device && series.key.key == wanted.capability
        };
        // Of several the one that still gets values, or got the last one.
        let newest = |series: &&Series| (series.gone_t.is_none(), series.last_t);
        let Some(series) = all.iter().filter(is_it).max_by_key(newest) else {
            reader.close().await;
            return Ok(None);
        };
        let function = match &wanted.function {
            Some(name) => name.parse().map_err(|error| text(&error))?,
            None => Function::of(series),
        };
        let step: Step = wanted.step.parse().map_err(|error| text(&error))?;
        let (from, to) = (wanted.from.as_millisecond(), wanted.to.as_millisecond());
        let query = Query { from, to, step, function, zone: home.clone() };
        let reading = query::read(&reader, series, &query, &home, MAX_ROWS).await;
        reader.close().await;
        let rows = reading.map_err(|error| text(&error))?.rows;
        let row = |row: &housekey_history::reading::Row| {
            Some((Timestamp::from_millisecond(row.t).ok()?, row.value.json()))
        };
        Ok(Some(HistoryReading {
            rows: rows.iter().filter_map(row).collect(),
            function: function.as_str().to_owned(),
            unit: series.unit.clone(),
        }))
    }

    async fn changes(
        &self,
        homey: &str,
        device: Option<&str>,
        (from, to): (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<Vec<HistoryEvent>, String> {
        let reader = self.open(homey).await?;
        let window = (from.as_millisecond(), to.as_millisecond());
        let failed = |error: housekey_history::store::StoreError| error.to_string();
        let at = |t| Timestamp::from_millisecond(t).unwrap_or_default();
        let events = reader.events(window, limit).await.map_err(failed)?;
        let mut found: Vec<HistoryEvent> = events
            .into_iter()
            .filter(|event| device.is_none_or(|device| device == event.item))
            .map(|event| HistoryEvent {
                at: at(event.t),
                item: event.item,
                kind: event.kind,
                text: event.text,
            })
            .collect();
        let all = reader.series().await.map_err(failed)?;
        let is_meant = |series: &&Series| {
            series.key.owner == Owner::Device
                && series.key.value_type != ValueType::Number
                && series.last_t.is_some_and(|last| last >= window.0)
                && device.is_none_or(|device| device == series.key.item)
        };
        for series in all.iter().filter(is_meant).take(MAX_SERIES) {
            let points = reader.points(series.id, window, limit).await.map_err(failed)?;
            found.extend(points.into_iter().map(|point| {
                let value = point.v.json();
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                HistoryEvent {
                    at: at(point.t),
                    item: series.key.item.clone(),
                    kind: "value".to_owned(),
                    text: format!("{}={value}", series.key.key),
                }
            }));
        }
        reader.close().await;
        found.sort_by_key(|event| event.at);
        let excess = found.len().saturating_sub(limit);
        Ok(found.split_off(excess))
    }
}

impl History for Recorded {
    fn has(&self, homey: &str) -> bool {
        let place = self.location.place(&self.state, homey);
        place.file().is_none_or(std::path::Path::exists)
    }

    fn read(&self, query: HistoryQuery) -> BoxFuture<'_, Result<Option<HistoryReading>, String>> {
        Box::pin(self.rows(query))
    }

    fn events(
        &self,
        homey: &str,
        device: Option<&str>,
        span: (Timestamp, Timestamp),
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<HistoryEvent>, String>> {
        let (homey, device) = (homey.to_owned(), device.map(str::to_owned));
        Box::pin(async move { self.changes(&homey, device.as_deref(), span, limit).await })
    }
}
