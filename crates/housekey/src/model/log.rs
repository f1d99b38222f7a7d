//! Insights: the log of a value, and its entries.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, Time, owner};

/// A value that is kept over time, mostly that of a capability.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Log {
    /// The whole id on V3, the short one on V2; see [`Log::id`].
    pub id: String,
    /// The owner (V2).
    pub uri: Field<String>,
    /// The owner (V3).
    pub owner_uri: Field<String>,
    /// The name of the owner (V3); see [`Log::owner_name`].
    pub owner_name: Field<String>,
    /// Its title.
    pub title: Field<String>,
    /// The text for `true`; `null` for numbers.
    pub title_true: Field<String>,
    /// The text for `false`; `null` for numbers.
    pub title_false: Field<String>,
    /// `number` or `boolean`.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The unit as people read it; `null` for booleans.
    pub units: Field<String>,
    /// The number of decimals to show.
    pub decimals: Field<Number>,
    /// The last value.
    pub last_value: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A stretch of a log.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntries {
    /// The values, oldest first; see [`LogEntries::points`].
    pub values: Field<Vec<LogEntry>>,
    /// The start. Calendar stretches are cut in the time zone of the Homey.
    pub start: Field<Time>,
    /// The end.
    pub end: Field<Time>,
    /// The time between two values, in milliseconds.
    pub step: Field<Number>,
    /// The last value.
    pub last_value: Field<Value>,
    /// When there will be another one, in milliseconds (inferred).
    pub updates_in: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One value of a log.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When.
    pub t: Field<Time>,
    /// The value; `null` where there is none. A boolean comes as 0 or 1 or, where there were both, as
    /// a part of 1.
    pub v: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Log {
    /// The whole id, `homey:device:<uuid>:measure_power`, on every dialect.
    pub fn id(&self) -> Cow<'_, str> {
        owner::whole_id(self.uri.text(), &self.id)
    }

    /// The device, app, user or manager whose value it is, on every dialect.
    pub fn owner(&self) -> Option<&str> {
        self.owner_uri.text().or_else(|| self.uri.text())
    }

    /// The name of the owner, on every dialect.
    pub fn owner_name(&self) -> Option<&str> {
        owner::name(&self.owner_name, &self.other)
    }

    /// `Owner/log`, such as `Fridge/measure_power`; the URI of an owner without a name.
    pub fn full_name(&self) -> String {
        let (id, owner) = (self.id(), self.owner().unwrap_or_default());
        let short = id.strip_prefix(owner).and_then(|rest| rest.strip_prefix(':')).unwrap_or(&id);
        format!("{}/{short}", self.owner_name().unwrap_or(owner))
    }
}

impl LogEntries {
    /// The resolutions that V2 firmware declares; V3 only says that it takes a text.
    pub const RESOLUTIONS: [&str; 20] = [
        "lastHour",
        "lastHourLowRes",
        "last6Hours",
        "last6HoursLowRes",
        "last24Hours",
        "last3Days",
        "last7Days",
        "last14Days",
        "last31Days",
        "last3Months",
        "last6Months",
        "last2Years",
        "today",
        "yesterday",
        "thisWeek",
        "lastWeek",
        "thisMonth",
        "lastMonth",
        "thisYear",
        "lastYear",
    ];

    /// The values as points in time and numbers, booleans as 0 and 1; entries without a readable time
    /// are left out.
    pub fn points(&self) -> impl Iterator<Item = (Timestamp, Option<f64>)> {
        let entries = self.values.get().into_iter().flatten();
        entries.filter_map(|entry| Some((entry.t.get()?.timestamp()?, entry.number())))
    }
}

impl LogEntry {
    /// The value as a number, a boolean as 0 or 1.
    pub fn number(&self) -> Option<f64> {
        match self.v.get()? {
            Value::Bool(value) => Some(f64::from(u8::from(*value))),
            value => value.as_f64(),
        }
    }
}
