//! CSV of other programs: the history and the statistics of Home Assistant, and the files of insights2csv.
//!
//! Home Assistant's history panel downloads `entity_id,state,last_changed`. Its statistics, as people select them from
//! the tables `statistics` and `statistics_meta`, have `statistic_id`, `start_ts` (seconds) or `start`, and some of
//! `mean`, `min`, `max`, `state`, `sum` and the unit. A file of insights2csv has one log: `Zulu dateTime;measure_power`,
//! times as `2026-03-01 12:00:00` in UTC, values as JSON with a comma.

use std::collections::BTreeMap;

use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::columns::Columns;
use crate::pieces::Bucket;
use crate::step::{DAY, HOUR};
use crate::value::Value;

/// The most rows of statistics in a file.
const MAX_ROWS: usize = 20_000_000;

/// The longest time for which a value holds.
const LONGEST_STEP: i64 = 31 * DAY;

/// Of which program a CSV is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Our own, in the long form.
    Own,
    /// A row for each change.
    HomeAssistantHistory,
    /// A row for each hour or five minutes.
    HomeAssistantStatistics,
    /// A log of the Homey.
    Insights,
}

impl Form {
    /// The form that a first line is of.
    pub(super) fn of(columns: &Columns) -> Self {
        if columns.has("entity_id") && columns.has("state") && columns.has("last_changed") {
            Self::HomeAssistantHistory
        } else if columns.has("statistic_id") {
            Self::HomeAssistantStatistics
        } else if columns.has("zulu datetime") {
            Self::Insights
        } else {
            Self::Own
        }
    }
}

/// The columns of our own form.
pub(super) const OWN: [&str; 9] =
    ["time", "homey", "device_id", "device", "zone", "capability", "unit", "value", "text"];

/// The row of [`OWN`] that says the same as one of Home Assistant's history.
pub(super) fn own_row(columns: &Columns, record: &StringRecord) -> StringRecord {
    let (entity, state) = (columns.text(record, "entity_id"), columns.text(record, "state"));
    let (capability, value, text) = match state {
        "on" => ("onoff", "1", ""),
        "off" => ("onoff", "0", ""),
        "unavailable" | "unknown" | "" => (unknown_of(entity), "", ""),
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => ("measure_value", number, ""),
        text => ("state", "", text),
    };
    let time = columns.text(record, "last_changed");
    StringRecord::from(vec![time, "", entity, entity, "", capability, "", value, text])
}

/// The capability that an entity of that kind has.
fn unknown_of(entity: &str) -> &'static str {
    match entity.split('.').next().unwrap_or_default() {
        "binary_sensor" | "switch" | "light" | "input_boolean" | "fan" => "onoff",
        _ => "measure_value",
    }
}

/// One row of statistics.
#[derive(Debug, Clone, Copy, Default)]
struct StatisticsRow {
    mean: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    state: Option<f64>,
    sum: Option<f64>,
}

/// The statistics of one series.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    pub(super) unit: Option<String>,
    rows: BTreeMap<i64, StatisticsRow>,
}

/// Statistics by the id of their series.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) all: BTreeMap<String, Statistics>,
    count: usize,
}

impl Collected {
    /// Takes a row.
    pub(super) fn take(
        &mut self,
        form: Form,
        columns: &Columns,
        record: &StringRecord,
    ) -> Result<(), String> {
        let text = |name| columns.text(record, name);
        let first = |names: &[&'static str]| {
            names.iter().map(|name| text(name)).find(|text| !text.is_empty()).unwrap_or("")
        };
        let (id, time) = match form {
            Form::Insights => (columns.name(1), text("zulu datetime")),
            _ => (text("statistic_id"), first(&["start_ts", "start"])),
        };
        let t = time_of(time).ok_or_else(|| format!("`{time}` is no time"))?;
        let number = |text: &str| match text {
            "" | "null" => Ok(None),
            "true" => Ok(Some(1.0)),
            "false" => Ok(Some(0.0)),
            text => {
                // insights2csv writes a comma.
                let number =
                    text.replace(',', ".").parse::<f64>().ok().filter(|one| one.is_finite());
                number.map(Some).ok_or_else(|| format!("`{text}` is no number"))
            }
        };
        let row = match form {
            Form::Insights => StatisticsRow {
                mean: number(record.get(1).unwrap_or("").trim())?,
                ..StatisticsRow::default()
            },
            _ => StatisticsRow {
                mean: number(text("mean"))?,
                min: number(text("min"))?,
                max: number(text("max"))?,
                state: number(text("state"))?,
                sum: number(text("sum"))?,
            },
        };
        if row.mean.or(row.state).or(row.sum).is_none() {
            return Ok(());
        }
        self.count += 1;
        if self.count > MAX_ROWS {
            return Err(format!("there are more than {MAX_ROWS} rows: import a part at a time"));
        }
        let statistics = self.all.entry(id.to_owned()).or_default();
        let unit = first(&["unit_of_measurement", "unit"]);
        statistics.unit = Some(unit).filter(|unit| !unit.is_empty()).map(str::to_owned);
        statistics.rows.insert(t, row);
        Ok(())
    }
}

impl Statistics {
    /// Whether they are of a meter.
    pub(super) fn is_meter(&self) -> bool {
        self.rows.values().any(|row| row.sum.is_some())
    }

    /// When they begin and end.
    pub(super) fn ends(&self) -> (Option<i64>, Option<i64>) {
        (self.rows.keys().next().copied(), self.rows.keys().next_back().copied())
    }

    /// Their step, and the buckets. The increase of a meter is that of its sum since the bucket before.
    pub(super) fn buckets(&self) -> (i64, Vec<Bucket>) {
        let times: Vec<_> = self.rows.keys().copied().collect();
        let nearest = times.windows(2).map(|pair| pair[1] - pair[0]).min();
        // At least a second: values of one time are one row.
        let step = nearest.map_or(HOUR, |step| step.clamp(1000, LONGEST_STEP));
        let mut before = None::<(i64, f64)>;
        let bucket = |(t, row): (&i64, &StatisticsRow)| {
            let value = row.mean.or(row.state).or(row.sum);
            let grown = row.sum.and_then(|sum| {
                let (last, of_last) = before.replace((*t, sum))?;
                (t - last == step).then_some(sum - of_last)
            });
            Bucket {
                t: *t,
                min: row.min.or(value),
                max: row.max.or(value),
                mean: value,
                last: row.state.or(value).map_or(Value::Unknown, Value::Number),
                inc: grown,
                n: 1,
                ms: step,
                integral: value.map(|value| value * step as f64 / HOUR as f64),
            }
        };
        (step, self.rows.iter().map(bucket).collect())
    }
}

/// RFC 3339, seconds of the epoch, or a time of UTC without its mark.
fn time_of(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_millisecond());
    }
    if let Ok(seconds) = text.parse::<f64>() {
        let ms = seconds * 1000.0;
        return (ms.abs() < 1e15).then_some(ms as i64);
    }
    let civil = text.parse::<DateTime>().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_other_programs() {
        let want = Some(1_772_366_400_000);
        for text in ["2026-03-01T12:00:00Z", "2026-03-01 12:00:00", "1772366400.0", "1772366400"] {
            assert_eq!(time_of(text), want, "{text}");
        }
        assert_eq!(time_of("noon"), None);
    }
}
