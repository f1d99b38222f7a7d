//! Reads CSV: that of an export in the long form, and those of other programs.

mod columns;
mod foreign;

use std::collections::HashMap;
use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::Timestamp;

use self::columns::Columns;
use self::foreign::{Collected, Form};
use crate::series::{Class, Names, Owner, Series, SeriesKey};
use crate::store::{Batch, Source, StoreError, StoreWriter};
use crate::value::{Point, Value, ValueType};

/// How long a first line may be.
const MAX_HEAD: usize = 64 * 1024;

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
    /// The file does not say of which series its values are.
    #[error("the file does not say of which series its values are")]
    NoSeries,
    /// It is of several series, and goes into one.
    #[error("the file has values of {0} series")]
    Several(usize),
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

/// The series of a store, by identity.
struct Known {
    all: HashMap<(Owner, String, String), Vec<usize>>,
    series: Vec<Series>,
    next: i64,
    new: usize,
}

/// Imports a CSV; an import that is repeated changes nothing. Nothing is thinned. `into` is the series that values of a
/// file with one series belong to; without it other programs' ids make series of their own.
///
/// # Errors
/// [`ImportError`]; rows before the faulty line stay.
pub async fn csv(
    mut from: impl Read,
    writer: &mut StoreWriter,
    into: Option<&Series>,
) -> Result<Imported, ImportError> {
    // Files of insights2csv have semicolons: the first line says so.
    let mut head = Vec::new();
    let mut byte = [0];
    while head.len() < MAX_HEAD
        && byte != *b"\n"
        && from.read(&mut byte).map_err(csv::Error::from)? > 0
    {
        head.push(byte[0]);
    }
    let delimiter = if head.contains(&b';') && !head.contains(&b',') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(head.as_slice().chain(from));
    let columns = Columns::of(reader.headers()?.iter());
    match Form::of(&columns) {
        Form::Own => {
            if let Some(missing) = NEEDED.into_iter().find(|name| !columns.has(name)) {
                return Err(ImportError::NoColumn(missing));
            }
            changes(&mut reader, writer, |record| record, &columns).await
        }
        Form::HomeAssistantHistory => {
            let translate = |record: StringRecord| foreign::own_row(&columns, &record);
            changes(&mut reader, writer, translate, &Columns::of(foreign::OWN.iter())).await
        }
        form => statistics(&mut reader, writer, (form, &columns), into).await,
    }
}

/// Imports a change from each row, in the columns of the long form.
async fn changes(
    reader: &mut Reader<impl Read>,
    writer: &mut StoreWriter,
    translate: impl Fn(StringRecord) -> StringRecord,
    columns: &Columns,
) -> Result<Imported, ImportError> {
    let mut known = Known::new(writer.series().await?, writer.first_id());
    let mut batch = Batch::default();
    let mut oldest: HashMap<i64, i64> = HashMap::new();
    let mut record = StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |what: String| ImportError::Line { line, what };
        record = translate(record);
        let t = time(columns.text(&record, "time")).map_err(wrong)?;
        let value =
            value(columns.text(&record, "value"), columns.text(&record, "text")).map_err(wrong)?;
        let (id, value) = known.place(columns, &record, value, t, &mut batch).map_err(wrong)?;
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

/// Imports statistics, which fill only what was not recorded.
async fn statistics(
    reader: &mut Reader<impl Read>,
    writer: &mut StoreWriter,
    (form, columns): (Form, &Columns),
    into: Option<&Series>,
) -> Result<Imported, ImportError> {
    let mut collected = Collected::default();
    let mut record = StringRecord::new();
    let mut done = Imported::default();
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let taken = collected.take(form, columns, &record);
        taken.map_err(|what| ImportError::Line { line, what })?;
        done.rows += 1;
    }
    if form == Form::Insights && into.is_none() {
        return Err(ImportError::NoSeries);
    }
    if into.is_some() && collected.all.len() > 1 {
        return Err(ImportError::Several(collected.all.len()));
    }
    let mut known = Known::new(writer.series().await?, writer.first_id());
    for (name, statistics) in &collected.all {
        let mut batch = Batch::default();
        let id = match into {
            Some(series) => series.id,
            None => known.of_statistics(name, statistics, &mut batch),
        };
        writer.commit(&batch).await?;
        let (step, buckets) = statistics.buckets();
        writer.put_buckets(id, step, (&buckets, Source::Import), true).await?;
        done.series += 1;
    }
    writer.set_meta("foreign", "1").await?;
    done.new = known.new;
    Ok(done)
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

    /// The series of statistics, made if it is new.
    fn of_statistics(
        &mut self,
        name: &str,
        statistics: &foreign::Statistics,
        batch: &mut Batch,
    ) -> i64 {
        let key = if statistics.is_meter() { "meter_value" } else { "measure_value" };
        let place = (Owner::Device, name.to_owned(), key.to_owned());
        let found = self.all.get(&place).and_then(|all| self.series.get(*all.first()?));
        if let Some(series) = found {
            return series.id;
        }
        let (first_t, last_t) = statistics.ends();
        let (owner, item, key) = place;
        let key = SeriesKey { owner, item, key, value_type: ValueType::Number };
        let names = Names { device: name.to_owned(), ..Names::default() };
        let series =
            Series { first_t, last_t, ..self.series_of(key, statistics.unit.clone(), names) };
        let id = series.id;
        batch.series.push((series.clone(), first_t.unwrap_or(0)));
        self.add(series);
        id
    }

    /// A new series.
    fn series_of(&mut self, key: SeriesKey, unit: Option<String>, names: Names) -> Series {
        let id = self.next;
        self.next += 1;
        self.new += 1;
        let class = Class::of_new(&key);
        let (decimals, first_t, last_t, gone_t) = (None, None, None, None);
        Series { id, key, unit, decimals, class, first_t, last_t, gone_t, names }
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
        let value = value_type.fit(value).unwrap_or(Value::Unknown);
        let series = self.series_of(key, unit, names);
        let id = series.id;
        batch.series.push((series.clone(), t));
        self.add(series);
        Ok((id, value))
    }
}
