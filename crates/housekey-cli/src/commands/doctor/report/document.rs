//! The report as JSON: what differs, operation by operation, and no value of the Homey.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use housekey::catalogue::Dialect;
use serde::Serialize;
use serde_json::Value;

use super::compare::{Vocabulary, description, differences};
use super::known::{Known, keys_of};
use super::scrub;
use super::shape::JsonShape;
use super::walk::{ReadAnswer, Reading, Readings};

/// The version of the report.
const FORMAT: u32 = 1;

/// From when on an operation is slow.
const SLOW: Duration = Duration::from_secs(2);

/// The models whose id is written; another may name a person.
const MODELS: &[&str] = &[
    "homey1s",
    "homey1d",
    "homey2s",
    "homey2d",
    "homey3s",
    "homey3d",
    "homey5q",
    "homey6q",
    "homeyshs",
    "homey-cloud",
];

/// The longest text of the home that a key is compared with, in bytes.
const LONGEST_VALUE: usize = 64;

const ABOUT: &[&str] = &[
    "What this Homey answers otherwise than the housekey that wrote this expects.",
    "It holds names of operations and of fields, types, statuses and times in milliseconds.",
    "It holds no value: no name, id, address, token, setting, position or measurement.",
    "A key that may be data is <key> or *; in the text of an error every word that is not on a list is \u{2026}.",
];

/// The report.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    format: u32,
    about: &'static [&'static str],
    housekey: &'static str,
    dialect: Dialect,
    firmware: String,
    model: &'static str,
    /// The operations that differ.
    pub(super) different: BTreeMap<&'static str, Different>,
    /// The milliseconds that the others took at most.
    pub(super) same: BTreeMap<&'static str, u64>,
    /// The operations that were not called, and why.
    left_out: BTreeMap<&'static str, &'static str>,
}

/// An operation that differs.
#[derive(Debug, Default, Serialize)]
pub(super) struct Different {
    took_ms: u64,
    status: BTreeSet<u16>,
    differences: BTreeSet<String>,
}

impl Report {
    /// Compares what was read with what is known.
    pub(super) fn of(readings: &Readings, known: &Known, dialect: Dialect) -> Self {
        let vocabulary = Vocabulary { known: known.names(), values: values(readings) };
        let mut operations = BTreeMap::<&'static str, Vec<&Reading>>::new();
        for reading in &readings.list {
            operations.entry(reading.operation.id).or_default().push(reading);
        }
        let (mut different, mut same) = (BTreeMap::new(), BTreeMap::new());
        for (id, readings) in operations {
            let found = operation(&readings, known, &vocabulary);
            match found.differences.is_empty() {
                true => drop(same.insert(id, found.took_ms)),
                false => drop(different.insert(id, found)),
            }
        }
        let system = readings.list.iter().find(|reading| reading.operation.id == "system.getInfo");
        let system = system.and_then(|reading| reading.json.as_ref()).unwrap_or(&Value::Null);
        Self {
            format: FORMAT,
            about: ABOUT,
            housekey: env!("CARGO_PKG_VERSION"),
            dialect,
            firmware: firmware(&system["homeyVersion"]),
            model: model(&system["homeyModelId"]),
            different,
            same,
            left_out: readings.left_out.clone(),
        }
    }
}

fn operation(readings: &[&Reading], known: &Known, vocabulary: &Vocabulary<'_>) -> Different {
    let mut different = Different::default();
    let mut shape = JsonShape::default();
    let Some(first) = readings.first() else { return different };
    let (keys, each) = keys_of(first.operation, first.variant);
    let known = known.operation(first.operation.id).filter(|known| known.has_answer);
    let slowest = readings.iter().map(|reading| reading.took).max().unwrap_or_default();
    different.took_ms = u64::try_from(slowest.as_millis()).unwrap_or(u64::MAX);
    for reading in readings {
        match (&reading.answer, &reading.json) {
            (ReadAnswer::Http { status, .. }, Some(json)) => {
                different.status.insert(*status);
                shape.add(json, keys, each);
            }
            (ReadAnswer::Http { status: status @ 200..300, body }, None) => {
                different.status.insert(*status);
                if known.is_some() && !body.is_empty() {
                    different.differences.insert("not JSON".to_owned());
                }
            }
            (ReadAnswer::Http { status, body }, None) => {
                different.status.insert(*status);
                let text = scrub::refusal(body);
                let known = if known.is_some() { "" } else { " (no answer is known)" };
                different.differences.insert(format!("status {status}: {text}{known}"));
            }
            (ReadAnswer::None(error), _) => {
                different.differences.insert(format!("no answer: {}", scrub::text(error)));
            }
        }
    }
    let lines = match known {
        _ if shape.kinds.is_empty() => BTreeSet::new(),
        Some(known) => differences(&known.shape, &shape, keys, each, vocabulary),
        None => description(&shape, vocabulary),
    };
    different.differences.extend(lines);
    if slowest >= SLOW {
        different.differences.insert(format!("slow: {} ms", slowest.as_millis()));
    }
    different
}

/// Every text of the answers, in lower case: no key that is one of them is written.
fn values(readings: &Readings) -> HashSet<String> {
    fn collect(value: &Value, values: &mut HashSet<String>) {
        match value {
            Value::String(text) if text.len() <= LONGEST_VALUE => {
                values.insert(text.to_lowercase());
            }
            Value::Array(items) => items.iter().for_each(|value| collect(value, values)),
            Value::Object(fields) => fields.values().for_each(|value| collect(value, values)),
            _ => {}
        }
    }
    let mut values = HashSet::new();
    readings
        .list
        .iter()
        .filter_map(|reading| reading.json.as_ref())
        .for_each(|json| collect(json, &mut values));
    values
}

/// A version, if it is nothing but numbers.
fn firmware(version: &Value) -> String {
    let text = version.as_str().unwrap_or_default();
    let is_number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_version = text.split('.').count() <= 3 && text.split('.').all(is_number);
    if is_version { text.to_owned() } else { "another form".to_owned() }
}

fn model(id: &Value) -> &'static str {
    MODELS.iter().find(|known| Some(**known) == id.as_str()).copied().unwrap_or("another")
}
