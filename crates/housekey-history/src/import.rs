//! Reads CSV in the long form back: `time,homey,device_id,device,zone,capability,unit,value,text`.

use std::collections::HashMap;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;

use crate::series::{Class, Names, Owner, Series, SeriesKey};
use crate::store::{Batch, StoreError, StoreWriter};
use crate::value::{Point, Value, ValueType};

/// How many rows are written together.
const ROWS: usize = 8192;

/// The columns that must be there.
const NEEDED: [&str; 3] = ["time", "capability", "value"];

/// Capabilities that are truth values, besides alarms: a CSV has 0 and 1 for them.
const TRUTHS: [&str; 12] = [
    "onoff",
    "locked",
    "button",
    "volume_mute",
    "speaker_playing",
    "speaker_shuffle",
    "garagedoor_closed",
    "windowcoverings_closed",
    "evcharger_charging",
    "homealarm_state_armed",
    "present",
    "asleep",
];

/// Why a file cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The first line is not that of the form.
    #[error("this is not the CSV of `housekey history export`: there is no column `{0}`")]
    NoColumn(&'static str),
    /// A line cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// It is no CSV.
    #[error("this is no CSV")]
    Csv(#[from] csv::Error),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// How many rows were read.
    pub rows: u64,
    /// In how many series.
    pub series: usize,
    /// Of these, how many are new.
    pub new: usize,
}

/// Where the columns are.
struct Columns(HashMap<String, usize>);

impl Columns {
    fn text<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        self.0.get(name).and_then(|at| record.get(*at)).map_or("", str::trim)
    }
}

/// The series of a store, by identity.
struct Known {
    all: HashMap<(Owner, String, String), Vec<usize>>,
    series: Vec<Series>,
    next: i64,
    new: usize,
}

/// Imports a CSV; an import that is repeated changes nothing. Nothing is thinned.
///
/// # Errors
/// [`ImportError`]; rows before the faulty line stay.
pub async fn csv(from: impl Read, writer: &mut StoreWriter) -> Result<Imported, ImportError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(from);
    let headers = reader.headers()?.clone();
    let place =
        |(at, name): (usize, &str)| (name.trim_start_matches('\u{feff}').trim().to_lowercase(), at);
    let columns = Columns(headers.iter().enumerate().map(place).collect());
    if let Some(missing) = NEEDED.into_iter().find(|name| !columns.0.contains_key(*name)) {
        return Err(ImportError::NoColumn(missing));
    }
    let mut known = Known::new(writer.series().await?, writer.first_id());
    let mut batch = Batch::default();
    let mut oldest: HashMap<i64, i64> = HashMap::new();
    let mut record = StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |what: String| ImportError::Line { line, what };
        let t = time(columns.text(&record, "time")).map_err(wrong)?;
        let value =
            value(columns.text(&record, "value"), columns.text(&record, "text")).map_err(wrong)?;
        let (id, value) = known.place(&columns, &record, value, t, &mut batch).map_err(wrong)?;
        batch.points.push((id, Point { t, v: value }));
        oldest.entry(id).and_modify(|oldest| *oldest = t.min(*oldest)).or_insert(t);
        rows += 1;
        if batch.points.len() >= ROWS {
            writer.commit(&std::mem::take(&mut batch)).await?;
        }
    }
    writer.commit(&batch).await?;
    let touched: Vec<_> = oldest.keys().copied().collect();
    writer.update_ends(&touched).await?;
    let late: Vec<_> = oldest.into_iter().collect();
    writer.late(&late).await?;
    Ok(Imported { rows, series: late.len(), new: known.new })
}

/// RFC 3339, or milliseconds of the epoch.
fn time(text: &str) -> Result<i64, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_millisecond());
    }
    let ms = text.parse::<i64>().ok().filter(|ms| Timestamp::from_millisecond(*ms).is_ok());
    ms.ok_or_else(|| format!("`{text}` is no time: write it as in 2026-11-30T12:00:00.5Z"))
}

fn value(value: &str, text: &str) -> Result<Value, String> {
    match (value, text) {
        ("", "") => Ok(Value::Unknown),
        ("", text) => Ok(Value::Text(text.into())),
        ("true", _) => Ok(Value::Truth(true)),
        ("false", _) => Ok(Value::Truth(false)),
        (value, _) => {
            let number = value.parse::<f64>().ok().and_then(Value::number);
            number.ok_or_else(|| format!("`{value}` is no number"))
        }
    }
}

/// The owner and the id: a device where nothing else is written before a colon.
fn owner(id: &str) -> (Owner, &str) {
    match id.split_once(':') {
        Some((kind, item)) => Owner::parse(kind).map_or((Owner::Device, id), |owner| (owner, item)),
        None => (Owner::Device, id),
    }
}

/// The id as it is exported; the reverse of how it is imported.
pub fn item_text(key: &SeriesKey) -> String {
    match key.owner {
        Owner::Device => key.item.clone(),
        owner => format!("{}:{}", owner.as_str(), key.item),
    }
}

impl Known {
    fn new(series: Vec<Series>, first_id: i64) -> Self {
        let next = series.iter().map(|one| one.id + 1).max().unwrap_or(first_id);
        let mut known = Self { all: HashMap::new(), series: Vec::new(), next, new: 0 };
        series.into_iter().for_each(|one| known.add(one));
        known
    }

    fn add(&mut self, series: Series) {
        let key = &series.key;
        let place = (key.owner, key.item.clone(), key.key.clone());
        self.all.entry(place).or_default().push(self.series.len());
        self.series.push(series);
    }

    /// The series of a row, made if it is new, and the value in its type.
    fn place(
        &mut self,
        columns: &Columns,
        record: &StringRecord,
        value: Value,
        t: i64,
        batch: &mut Batch,
    ) -> Result<(i64, Value), String> {
        let text = |name| columns.text(record, name);
        let capability = text("capability");
        if capability.is_empty() {
            return Err("there is no capability".to_owned());
        }
        let (device, zone) = (text("device"), text("zone"));
        let (owner, item) =
            owner(if text("device_id").is_empty() { device } else { text("device_id") });
        if item.is_empty() {
            return Err("there is neither a device_id nor a device".to_owned());
        }
        let place = (owner, item.to_owned(), capability.to_owned());
        let of_type = |index: &usize| {
            let series = self.series.get(*index)?;
            series.key.value_type.fit(value.clone()).map(|value| (series.id, value))
        };
        if let Some(found) = self.all.get(&place).and_then(|all| all.iter().find_map(of_type)) {
            return Ok(found);
        }
        let value_type = match &value {
            Value::Text(_) => ValueType::Text,
            Value::Truth(_) => ValueType::Boolean,
            Value::Number(number) => {
                let base = capability.split('.').next().unwrap_or(capability);
                let truth = base.starts_with("alarm_") || TRUTHS.contains(&base);
                if truth && (*number == 0.0 || *number == 1.0) {
                    ValueType::Boolean
                } else {
                    ValueType::Number
                }
            }
            // Of what kind it is shows later: till then a number says as much.
            Value::Unknown => ValueType::Number,
        };
        let key = SeriesKey { owner, item: place.1, key: place.2, value_type };
        let unit = Some(text("unit")).filter(|unit| !unit.is_empty()).map(str::to_owned);
        let names =
            Names { device: device.to_owned(), zone: zone.to_owned(), title: String::new() };
        let class = Class::of_new(&key);
        let id = self.next;
        let value = value_type.fit(value).unwrap_or(Value::Unknown);
        let series = Series {
            id,
            key,
            unit,
            decimals: None,
            class,
            first_t: None,
            last_t: None,
            gone_t: None,
            names,
        };
        self.next += 1;
        self.new += 1;
        batch.series.push((series.clone(), t));
        self.add(series);
        Ok((id, value))
    }
}
