//! A cell of a list: what people read, and the value behind it.

use std::cmp::Ordering;

use housekey::model::{Capability, Field, Measure, Time, ValueKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use crate::natural::NaturalKey;
use crate::output::unknown;
use crate::output::value::{bare, value_text};
use crate::output::when;

/// What stands where there is nothing.
const NOTHING: &str = "-";

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// As people read it.
    text: Option<String>,
    value: CellValue,
}

/// What a cell is compared and sorted by, and what programs read of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CellValue {
    /// There is none.
    Missing,
    Text(String),
    /// One of several words; people may read another.
    Choice(String),
    Truth(bool),
    Number(Number, Measure),
    Time(Timestamp),
}

impl Cell {
    pub(crate) const MISSING: Self = Self { text: None, value: CellValue::Missing };

    /// A text; an empty one is none.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        match text.into() {
            text if text.is_empty() => Self::MISSING,
            text => Self { text: None, value: CellValue::Text(text) },
        }
    }

    /// A text that is shown otherwise, such as indented or cut off.
    pub(crate) fn text_shown(text: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { text: Some(shown.into()), value: CellValue::Text(text.into()) }
    }

    /// A text that may be missing.
    pub(crate) fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::MISSING, Self::text)
    }

    /// `yes` or `no`.
    pub(crate) fn yes_no(field: &Field<bool>) -> Self {
        field.get().map_or(Self::MISSING, |yes| Self::truth(*yes, if *yes { "yes" } else { "no" }))
    }

    fn truth(yes: bool, word: &str) -> Self {
        Self { text: Some(word.to_owned()), value: CellValue::Truth(yes) }
    }

    /// A count.
    pub(crate) fn count(count: usize) -> Self {
        Self::number(count.into(), Measure::default())
    }

    /// A number, read in its unit.
    pub(crate) fn number(number: Number, measure: Measure) -> Self {
        let text = measure.value_text(&Value::Number(number.clone()));
        Self { text, value: CellValue::Number(number, measure) }
    }

    /// A point in time on the clock of the zone; what is no time as it came.
    pub(crate) fn time(time: Option<&Time>, zone: &TimeZone) -> Self {
        let Some(time) = time else { return Self::MISSING };
        let text = when::in_zone(time, zone);
        match time.timestamp() {
            Some(at) => Self { text: Some(text), value: CellValue::Time(at) },
            None => Self::text(text),
        }
    }

    /// The value of a capability.
    pub(crate) fn capability(capability: &Capability) -> Self {
        let text = value_text(capability);
        let value = match capability.value() {
            Value::Null => return Self::MISSING,
            Value::Bool(yes) => CellValue::Truth(*yes),
            Value::Number(number) => {
                CellValue::Number(number.clone(), Measure::of_capability(capability))
            }
            Value::String(id) if capability.kind() == Some(ValueKind::Enum) => {
                CellValue::Choice(id.clone())
            }
            other => CellValue::Text(bare(other)),
        };
        Self { text: Some(text), value }
    }

    /// Any value.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::MISSING,
            Value::Bool(yes) => Self::truth(*yes, if *yes { "yes" } else { "no" }),
            Value::Number(number) => Self {
                text: Some(unknown::text(value)),
                value: CellValue::Number(number.clone(), Measure::default()),
            },
            Value::String(text) => Self::text(text),
            other => Self::text(unknown::text(other)),
        }
    }

    /// The same, read otherwise by people.
    pub(crate) fn shown_as(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// As people read it.
    pub(super) fn shown(&self) -> &str {
        match (&self.text, &self.value) {
            (Some(text), _) => text,
            (None, CellValue::Text(text) | CellValue::Choice(text)) => text,
            (None, _) => NOTHING,
        }
    }

    pub(super) fn value(&self) -> &CellValue {
        &self.value
    }

    pub(super) fn is_missing(&self) -> bool {
        self.value == CellValue::Missing
    }

    /// As programs read it in JSON: numbers as the Homey sends them, times in UTC.
    pub(super) fn json(&self) -> Value {
        match &self.value {
            CellValue::Missing => Value::Null,
            CellValue::Text(text) | CellValue::Choice(text) => text.as_str().into(),
            CellValue::Truth(yes) => (*yes).into(),
            CellValue::Number(number, _) => number.clone().into(),
            CellValue::Time(at) => at.to_string().into(),
        }
    }

    /// The same as plain text; nothing where there is none.
    pub(super) fn plain(&self) -> String {
        match self.json() {
            Value::Null => String::new(),
            value => bare(&value),
        }
    }

    /// The order of two cells that are not missing: by size where both have one, else as names.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (&self.value, &other.value) {
            (CellValue::Number(one, _), CellValue::Number(other, _)) => {
                let size = |number: &Number| number.as_f64().unwrap_or(f64::NAN);
                size(one).total_cmp(&size(other))
            }
            (CellValue::Time(one), CellValue::Time(other)) => one.cmp(other),
            (CellValue::Truth(one), CellValue::Truth(other)) => one.cmp(other),
            (CellValue::Text(one), CellValue::Text(other)) => {
                NaturalKey::of(one).cmp(&NaturalKey::of(other))
            }
            _ => NaturalKey::of(self.shown()).cmp(&NaturalKey::of(other.shown())),
        }
    }
}
