//! One item: its JSON text as it was received, and the values reported since.
//!
//! Text takes a fraction of the memory of the decoded item, and keeps every field, known to us or
//! not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::kind::ItemKind;
use crate::model::Time;

/// The field of a device that holds its capabilities.
const CAPABILITIES: &str = "capabilitiesObj";

/// The fields of a capability that change all the time.
const VALUE: &str = "value";
const UPDATED: &str = "lastUpdated";

/// An item. Cheap to share, expensive to decode.
#[derive(Clone, PartialEq)]
pub struct Item {
    text: Arc<str>,
    /// Of a device's capabilities, by id; newer than those in the text.
    reports: Vec<Report>,
    /// Whether a report differs from the text.
    stale: bool,
}

/// The value of a capability.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The capability's id.
    pub capability: Arc<str>,
    /// The value; `null` until there is one.
    pub value: Value,
    /// When it was reported, to the millisecond; `None` when it never was.
    pub at: Option<Timestamp>,
}

/// The differences between two versions of an item.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Differences {
    /// The names of the fields at the top that differ, apart from values of capabilities.
    pub(super) fields: Vec<Box<str>>,
    /// The values that differ, of capabilities that were there before.
    pub(super) reports: Vec<Report>,
}

impl Item {
    /// The id of an item. `None` where it has none.
    pub(super) fn id_of(text: &str) -> Option<Cow<'_, str>> {
        #[derive(Deserialize)]
        struct Head<'a> {
            #[serde(borrow)]
            id: Cow<'a, str>,
        }
        serde_json::from_str(text).ok().map(|Head { id }| id)
    }

    /// Reads an item, and its id.
    pub fn of(kind: ItemKind, text: &str) -> Option<(Arc<str>, Self)> {
        Some((Self::id_of(text)?.into(), Self::new(kind, text.into())))
    }

    /// How many fields it has.
    pub(super) fn count_fields(text: &str) -> usize {
        Fields::of(text).0.len()
    }

    pub(super) fn new(kind: ItemKind, text: Arc<str>) -> Self {
        let reports = if kind == ItemKind::Device { reports(&text) } else { Vec::new() };
        Self { text, reports, stale: false }
    }

    /// The item as it was received, without newer values. It is the same allocation until another
    /// field than a value changes, so what was computed from it can be kept.
    pub fn received(&self) -> &Arc<str> {
        &self.text
    }

    /// The item as the API would return it now.
    pub fn json(&self) -> Cow<'_, str> {
        if self.stale { Cow::Owned(self.value().to_string()) } else { Cow::Borrowed(&self.text) }
    }

    /// The same, decoded; `null` where it is nested deeper than 128 levels, which no Homey does.
    pub fn value(&self) -> Value {
        let mut item: Value = serde_json::from_str(&self.text).unwrap_or_default();
        if self.stale
            && let Some(capabilities) = item.get_mut(CAPABILITIES).and_then(Value::as_object_mut)
        {
            for report in &self.reports {
                if let Some(Value::Object(capability)) = capabilities.get_mut(&*report.capability) {
                    report.write(capability);
                }
            }
        }
        item
    }

    /// The item as a type, such as [`crate::model::Device`].
    ///
    /// # Errors
    /// When it lacks a field that the type requires.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.json())
    }

    /// The values of a device's capabilities, by id; empty for other items.
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// The value of one capability.
    pub fn report(&self, capability: &str) -> Option<&Report> {
        self.place(capability).ok().map(|place| &self.reports[place])
    }

    /// Whether that is the whole item, unchanged.
    pub(super) fn is_text(&self, text: &str) -> bool {
        !self.stale && *self.text == *text
    }

    /// The approximate size in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.reports.len() * size_of::<Report>()
    }

    /// Sets a newer value; a capability that the device does not list is ignored.
    pub(super) fn take(&mut self, report: &Report) {
        if let Ok(place) = self.place(&report.capability) {
            let held = &mut self.reports[place];
            held.value.clone_from(&report.value);
            held.at = report.at;
            self.stale = true;
        }
    }

    fn place(&self, capability: &str) -> Result<usize, usize> {
        self.reports.binary_search_by(|report| (*report.capability).cmp(capability))
    }

    /// The item with the fields of `newer` in place of its own; other fields stay.
    pub(super) fn merged(&self, kind: ItemKind, newer: &str) -> Self {
        match merge(&self.json(), newer) {
            Some(text) => Self::new(kind, text),
            None => Self::new(kind, newer.into()),
        }
    }

    /// The differences of a newer version.
    pub(super) fn differences(&self, newer: &Self) -> Differences {
        let fields = if self.text == newer.text { Vec::new() } else { self.fields(newer) };
        let differs =
            |report: &&Report| self.report(&report.capability).is_some_and(|held| held != *report);
        let reports = newer.reports.iter().filter(differs).cloned().collect();
        Differences { fields, reports }
    }

    fn fields(&self, newer: &Self) -> Vec<Box<str>> {
        let (old, new) = (Fields::of(&self.text), Fields::of(&newer.text));
        let same = |name: &str| match (old.0.get(name), new.0.get(name)) {
            (Some(old), Some(new)) if name == CAPABILITIES && !self.reports.is_empty() => {
                same_capabilities(old, new)
            }
            (Some(old), Some(new)) => same(old, new),
            (old, new) => old.is_none() && new.is_none(),
        };
        let gone = old.0.keys().filter(|name| !new.0.contains_key(*name));
        new.0.keys().chain(gone).filter(|name| !same(name)).map(|name| (**name).into()).collect()
    }
}

impl Report {
    fn write(&self, capability: &mut Map<String, Value>) {
        if !self.value.is_null() || capability.contains_key(VALUE) {
            capability.insert(VALUE.to_owned(), self.value.clone());
        }
        let Some(at) = self.at else { return };
        let written = capability.get(UPDATED);
        if written.and_then(timestamp) != Some(at) {
            let at = match written {
                Some(Value::Number(_)) => at.as_millisecond().into(),
                _ => format!("{at:.3}").into(),
            };
            capability.insert(UPDATED.to_owned(), at);
        }
    }
}

/// A time in any form that Homeys write, to the millisecond.
pub(super) fn timestamp(value: &Value) -> Option<Timestamp> {
    let time = match value {
        // The usual form in events.
        Value::Number(number) => match number.as_i64() {
            Some(ms) if ms >= 100_000_000_000 => return Timestamp::from_millisecond(ms).ok(),
            _ => Time::Number(number.clone()),
        },
        Value::String(text) => Time::Text(text.clone()),
        _ => return None,
    };
    Timestamp::from_millisecond(time.timestamp()?.as_millisecond()).ok()
}

/// The fields of an object at its top.
struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    /// None of anything but an object.
    fn of(text: &'a str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }
}

fn reports(text: &str) -> Vec<Report> {
    #[derive(Deserialize)]
    struct CapabilityState {
        #[serde(default)]
        value: Value,
        #[serde(default, rename = "lastUpdated")]
        updated: Value,
    }
    let item = Fields::of(text);
    let Some(capabilities) = item.0.get(CAPABILITIES) else { return Vec::new() };
    let read = |(id, capability): (String, &RawValue)| {
        let CapabilityState { value, updated } = serde_json::from_str(capability.get()).ok()?;
        Some(Report { capability: id.into(), value, at: timestamp(&updated) })
    };
    // The map is in the order of its keys.
    Fields::of(capabilities.get()).0.into_iter().filter_map(read).collect()
}

fn same(old: &RawValue, new: &RawValue) -> bool {
    let value = |raw: &RawValue| serde_json::from_str::<Value>(raw.get()).ok();
    old.get() == new.get() || value(old) == value(new)
}

/// Whether they are equal apart from reported values.
fn same_capabilities(old: &RawValue, new: &RawValue) -> bool {
    let (old, new) = (Fields::of(old.get()), Fields::of(new.get()));
    old.0.len() == new.0.len()
        && old
            .0
            .iter()
            .zip(&new.0)
            .all(|((old_id, old), (new_id, new))| old_id == new_id && same_capability(old, new))
}

fn same_capability(old: &RawValue, new: &RawValue) -> bool {
    let [old, new] = [old, new].map(|raw| {
        let mut fields = Fields::of(raw.get());
        fields.0.retain(|name, _| name != VALUE && name != UPDATED);
        fields
    });
    old.0.len() == new.0.len()
        && old.0.iter().zip(&new.0).all(|((a, old), (b, new))| a == b && same(old, new))
}

/// One object with the fields of both, preferring those of the newer; `None` where that is the
/// newer.
pub(super) fn merge(older: &str, newer: &str) -> Option<Arc<str>> {
    let (older, mut merged) = (Fields::of(older), Fields::of(newer));
    let count = merged.0.len();
    for (name, field) in older.0 {
        merged.0.entry(name).or_insert(field);
    }
    if merged.0.len() == count {
        return None;
    }
    serde_json::to_string(&merged.0).ok().map(Arc::from)
}

/// Shows only the size: people keep keys in variables, settings and flows.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Item({} bytes)", self.text.len())
    }
}

#[cfg(test)]
mod tests;
