//! A reading: rows of one series over a time, in a step and by a function.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::pieces::{self, Bucket, Carried, Sum};
use crate::series::Series;
use crate::step::Step;
use crate::value::{Point, Value, number_json};

/// What is computed for each bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The mean, weighted by time.
    Mean,
    /// The smallest value, with the one that is carried in.
    Min,
    /// The largest value, with the one that is carried in.
    Max,
    /// The value at the end.
    Last,
    /// The increase of a meter.
    Inc,
    /// The value times hours; of watts in kWh.
    Integral,
    /// The share of time of each state.
    States,
}

/// The text is no function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is mean, min, max, last, inc, integral and states")]
pub struct NoFunction;

/// What is read.
#[derive(Debug, Clone)]
pub struct Query {
    /// The beginning, UTC milliseconds.
    pub from: i64,
    /// The end, which is not part of it.
    pub to: i64,
    /// The step.
    pub step: Step,
    /// The function; ignored for raw values.
    pub function: Function,
    /// The zone in which buckets begin.
    pub zone: TimeZone,
}

/// A row of a reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The beginning of the bucket, or the time of the point.
    pub t: i64,
    /// The value.
    pub value: RowValue,
}

/// The value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowValue {
    /// A value, or that it is not known.
    Value(Value),
    /// The share of time of each state.
    States(BTreeMap<String, f64>),
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Mean, Self::Min, Self::Max, Self::Last, Self::Inc, Self::Integral, Self::States];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::Last => "last",
            Self::Inc => "inc",
            Self::Integral => "integral",
            Self::States => "states",
        }
    }

    /// The function that says most of a series.
    pub fn of(series: &Series) -> Self {
        match series.class {
            crate::series::Class::Meter => Self::Inc,
            _ if series.key.value_type == crate::value::ValueType::Number => Self::Mean,
            _ => Self::States,
        }
    }

    /// The row of a bucket.
    pub fn row(self, bucket: &Bucket, series: &Series) -> Row {
        let number = match self {
            Self::Mean => bucket.mean,
            Self::Min => bucket.min,
            Self::Max => bucket.max,
            Self::Inc => bucket.inc,
            Self::Integral => bucket.integral.map(|sum| sum / series.integral_divisor()),
            Self::Last | Self::States => {
                return Row { t: bucket.t, value: RowValue::Value(bucket.last.clone()) };
            }
        };
        let value = number.and_then(Value::number).unwrap_or(Value::Unknown);
        Row { t: bucket.t, value: RowValue::Value(value) }
    }
}

impl FromStr for Function {
    type Err = NoFunction;

    fn from_str(text: &str) -> Result<Self, NoFunction> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(NoFunction)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl RowValue {
    /// The value as JSON.
    pub fn json(&self) -> Json {
        match self {
            Self::Value(value) => value.json(),
            Self::States(states) => {
                let entry = |(state, share): (&String, &f64)| (state.clone(), number_json(*share));
                Json::Object(states.iter().map(entry).collect())
            }
        }
    }

    /// The number in it, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Value(value) => value.as_number(),
            Self::States(states) => states.get("true").copied(),
        }
    }
}

/// The raw rows of a reading: the first is the value that is carried in.
pub fn raw_rows(query: &Query, carried: Carried, points: Vec<Point>) -> Vec<Row> {
    let begins_later = points.first().is_none_or(|point| point.t > query.from);
    let first = (carried.exists && begins_later && query.from < query.to)
        .then_some(Point { t: query.from, v: carried.value });
    let row = |point: Point| Row { t: point.t, value: RowValue::Value(point.v) };
    first.into_iter().chain(points).map(row).collect()
}

/// One bucket of several that follow each other, as it would be made of their points; angles keep only the
/// weights by time.
pub fn merged(t: i64, parts: &[Bucket], turn: Option<f64>) -> Bucket {
    let (mut area, mut mean, mut ms) = (Sum::default(), pieces::Mean::new(turn), 0);
    let (mut inc, mut integral, mut n) = (None::<Sum>, None::<Sum>, 0);
    let (mut min, mut max) = (None::<f64>, None::<f64>);
    for part in parts {
        min = [min, part.min].into_iter().flatten().reduce(f64::min);
        max = [max, part.max].into_iter().flatten().reduce(f64::max);
        if let Some(value) = part.mean {
            area.add(value * part.ms as f64);
            mean.add(value, part.ms as f64);
        }
        if let Some(grown) = part.inc {
            inc.get_or_insert_default().add(grown);
        }
        if let Some(sum) = part.integral {
            integral.get_or_insert_default().add(sum);
        }
        ms += part.ms;
        n += part.n;
    }
    Bucket {
        t,
        min,
        max,
        mean: (ms > 0).then(|| mean.of(area.value(), ms as f64)),
        last: parts.last().map_or(Value::Unknown, |part| part.last.clone()),
        inc: inc.map(Sum::value),
        n,
        ms,
        integral: integral.map(Sum::value),
    }
}
