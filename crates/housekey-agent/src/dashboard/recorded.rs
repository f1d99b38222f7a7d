//! The recorded values of a home, for its pages.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use housekey_history::query::{self, MAX_ROWS};
use housekey_history::reading::{Function, Query, RowValue};
use housekey_history::series::{Class, Series};
use housekey_history::step::{DAY, Step};
use housekey_history::store::location::Place;
use housekey_history::store::{Reader as _, StoreError, StoreReader};
use housekey_history::value::ValueType;
use housekey_web::Recorded;
use housekey_web::view::history::{ChartPoint, RecordedSeries, Values, Window};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::OnceCell;

use crate::error_chain::error_chain;

/// The place where the values of a home are recorded, opened when it is first read.
#[derive(Clone)]
pub(super) struct RecordedHome {
    homey: Arc<str>,
    place: Arc<Place>,
    reader: Arc<OnceCell<StoreReader>>,
}

impl RecordedHome {
    pub(super) fn new(homey: &str, place: Place) -> Self {
        Self { homey: homey.into(), place: Arc::new(place), reader: Arc::default() }
    }

    async fn reader(&self) -> Result<&StoreReader, StoreError> {
        self.reader.get_or_try_init(|| StoreReader::open(&self.place, &self.homey)).await
    }

    async fn read_series(&self) -> Result<Vec<RecordedSeries>, String> {
        let reader = match self.reader().await {
            Ok(reader) => reader,
            Err(StoreError::Missing(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error_chain(&error)),
        };
        let series = reader.series().await.map_err(|error| error_chain(&error))?;
        Ok(series.iter().filter(|one| one.gone_t.is_none()).map(shown).collect())
    }

    async fn read_values(&self, id: i64, window: Window) -> Result<Vec<ChartPoint>, String> {
        let failed = |error: StoreError| error_chain(&error);
        let reader = self.reader().await.map_err(failed)?;
        let all = reader.series().await.map_err(failed)?;
        let Some(series) = all.into_iter().find(|one| one.id == id) else { return Ok(Vec::new()) };
        let zone = reader.meta("zone").await.map_err(failed)?;
        let zone = zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
        let step = i64::try_from(window.step.as_millis()).unwrap_or(DAY);
        let query = Query {
            from: window.from.as_millisecond(),
            to: window.to.as_millisecond(),
            step: if step >= DAY { Step::Day } else { Step::Fixed(step) },
            function: Function::of(&series),
            zone: zone.clone(),
        };
        let read = query::read(reader, &series, &query, &zone, MAX_ROWS).await;
        let rows = read.map_err(|error| error_chain(&error))?.rows;
        let point = |row: housekey_history::reading::Row| {
            let value = match row.value {
                RowValue::Value(value) => value.as_number(),
                RowValue::States(states) if states.is_empty() => None,
                RowValue::States(states) => Some(states.get("true").copied().unwrap_or(0.0)),
            };
            // A bucket begins before the window where that begins within it.
            let at = Timestamp::from_millisecond(row.t).ok()?.max(window.from);
            Some(ChartPoint { at, value })
        };
        Ok(rows.into_iter().filter_map(point).collect())
    }
}

impl Recorded for RecordedHome {
    fn series(&self) -> BoxFuture<'static, Result<Vec<RecordedSeries>, String>> {
        let home = self.clone();
        Box::pin(async move { home.read_series().await })
    }

    fn values(
        &self,
        series: &RecordedSeries,
        window: Window,
    ) -> BoxFuture<'static, Result<Vec<ChartPoint>, String>> {
        let (home, id) = (self.clone(), series.id);
        Box::pin(async move { home.read_values(id, window).await })
    }
}

fn shown(series: &Series) -> RecordedSeries {
    RecordedSeries {
        id: series.id,
        kind: series.key.owner.as_str().to_owned(),
        item: series.key.item.clone(),
        capability: series.key.key.clone(),
        name: match series.names.device.as_str() {
            "" => series.key.item.clone(),
            name => name.to_owned(),
        },
        zone: series.names.zone.clone(),
        title: series.title().to_owned(),
        unit: series.unit.clone(),
        decimals: series.decimals,
        values: match (series.class, series.key.value_type) {
            (Class::Meter, _) => Values::Meter,
            (_, ValueType::Number) => Values::Numbers,
            (_, ValueType::Boolean) => Values::Truth,
            _ => Values::Words,
        },
    }
}
