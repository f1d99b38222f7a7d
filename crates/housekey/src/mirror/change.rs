//! One change of the copy.

use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::item::Item;
use super::kind::ItemKind;

/// A change of the copy.
///
/// As JSON it is one flat object: `seq`, `how`, `kind`, `id`, `change` (`added`, `updated`, `removed`
/// or `value`), and beside them `item`; `item` and `fields`; nothing; or `capability`, `value`,
/// `previous` and `at`.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Counts up by one with each change, from 1.
    pub seq: u64,
    /// How it was noticed.
    pub origin: Origin,
    /// The kind of the item.
    pub kind: ItemKind,
    /// The id of the item.
    pub id: Arc<str>,
    /// The change.
    pub what: ChangeKind,
}

/// How a change was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// By an event, as it happened.
    Live,
    /// By a list, after events were missed: when it happened, and what came and went meanwhile, is
    /// not known.
    CaughtUp,
    /// By polling, since there is no live connection.
    Polled,
}

/// A change of one item.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeKind {
    /// A new item.
    Added(Arc<Item>),
    /// A change other than values of capabilities: those come before, one by one.
    Updated {
        /// The item as it is now.
        item: Arc<Item>,
        /// The names of the fields that differ.
        fields: Vec<Box<str>>,
    },
    /// The item is gone.
    Removed,
    /// A capability reported a value, maybe the same again.
    Value {
        /// Its id.
        capability: Arc<str>,
        /// The value.
        value: Value,
        /// The value before.
        previous: Value,
        /// When it was reported, by the Homey's clock or that of the writer; `None` where it is
        /// not known.
        at: Option<Timestamp>,
    },
}

impl ChangeKind {
    /// Its name in JSON: `added`, `updated`, `removed` or `value`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Updated { .. } => "updated",
            Self::Removed => "removed",
            Self::Value { .. } => "value",
        }
    }
}

impl Change {
    /// The approximate size in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + match &self.what {
                ChangeKind::Added(item) | ChangeKind::Updated { item, .. } => item.bytes(),
                ChangeKind::Removed | ChangeKind::Value { .. } => 0,
            }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("how", &self.origin)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("id", &*self.id)?;
        map.serialize_entry("change", self.what.as_str())?;
        let raw = |item: &Item| {
            RawValue::from_string(item.json().into_owned()).map_err(serde::ser::Error::custom)
        };
        match &self.what {
            ChangeKind::Added(item) => {
                map.serialize_entry("item", &raw(item)?)?;
            }
            ChangeKind::Updated { item, fields } => {
                map.serialize_entry("fields", fields)?;
                map.serialize_entry("item", &raw(item)?)?;
            }
            ChangeKind::Removed => {}
            ChangeKind::Value { capability, value, previous, at } => {
                map.serialize_entry("capability", &**capability)?;
                map.serialize_entry("value", value)?;
                map.serialize_entry("previous", previous)?;
                map.serialize_entry("at", at)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_json_of_each_change() {
        let change =
            |kind, what| Change { seq: 7, origin: Origin::CaughtUp, kind, id: "a".into(), what };
        let (_, item) = Item::of(ItemKind::Zone, r#"{"id":"a","name":"Attic","new":1.0}"#).unwrap();
        let item = Arc::new(item);
        let at = "2026-03-01T12:00:00.5Z".parse().ok();
        let value = ChangeKind::Value {
            capability: "dim".into(),
            value: json!(0.5),
            previous: Value::Null,
            at,
        };
        let fields = vec!["name".into()];
        let all = [
            change(ItemKind::Zone, ChangeKind::Added(item.clone())),
            change(ItemKind::Zone, ChangeKind::Updated { item, fields }),
            change(ItemKind::AdvancedFlow, ChangeKind::Removed),
            change(ItemKind::Device, value),
        ];
        let lines = all.map(|change| serde_json::to_string(&change).unwrap());
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"seq":7,"how":"caught-up","kind":"zone","id":"a","change":"added","item":{"id":"a","name":"Attic","new":1.0}}
        {"seq":7,"how":"caught-up","kind":"zone","id":"a","change":"updated","fields":["name"],"item":{"id":"a","name":"Attic","new":1.0}}
        {"seq":7,"how":"caught-up","kind":"advancedflow","id":"a","change":"removed"}
        {"seq":7,"how":"caught-up","kind":"device","id":"a","change":"value","capability":"dim","value":0.5,"previous":null,"at":"2026-03-01T12:00:00.5Z"}
        "#);
    }
}
