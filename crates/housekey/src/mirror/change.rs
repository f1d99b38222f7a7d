//! One thing that changed in the home, as it is told.

use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::item::Item;
use super::kind::Kind;

/// A change of the copy.
///
/// As JSON it is one flat object: `seq`, `how`, `kind`, `id`, `change` (`added`, `updated`, `removed`
/// or `value`), and beside them `item`; `item` and `fields`; nothing; or `capability`, `value`,
/// `previous` and `at`.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Counts up by one with each change, from 1.
    pub seq: u64,
    /// How it was learned.
    pub how: How,
    /// The kind of the item.
    pub kind: Kind,
    /// The id of the item.
    pub id: Arc<str>,
    /// What changed about it.
    pub what: What,
}

/// How a change was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// By an event, as it happened.
    Live,
    /// By reading again: it happened while events did not come through, or its event was lost. What
    /// came and went meanwhile is not known.
    CaughtUp,
    /// By reading again and again, since there is no live connection.
    Polled,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// There is a new item.
    Added(Arc<Item>),
    /// Something about it, other than values of capabilities: those are told one by one before.
    Updated {
        /// The item as it is now.
        item: Arc<Item>,
        /// The names of the fields that differ.
        fields: Vec<Box<str>>,
    },
    /// It is gone.
    Removed,
    /// A capability reported a value, maybe the same again.
    Value {
        /// Its id.
        capability: Arc<str>,
        /// The value.
        value: Value,
        /// The value before.
        previous: Value,
        /// When, by the Homey's clock or that of whoever wrote it; `None` where it was not told.
        at: Option<Timestamp>,
    },
}

impl What {
    /// The word for it: `added`, `updated`, `removed` or `value`.
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
    /// How many bytes it takes, about.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + match &self.what {
                What::Added(item) | What::Updated { item, .. } => item.bytes(),
                What::Removed | What::Value { .. } => 0,
            }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("how", &self.how)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("id", &*self.id)?;
        map.serialize_entry("change", self.what.as_str())?;
        let raw = |item: &Item| {
            RawValue::from_string(item.json().into_owned()).map_err(serde::ser::Error::custom)
        };
        match &self.what {
            What::Added(item) => {
                map.serialize_entry("item", &raw(item)?)?;
            }
            What::Updated { item, fields } => {
                map.serialize_entry("fields", fields)?;
                map.serialize_entry("item", &raw(item)?)?;
            }
            What::Removed => {}
            What::Value { capability, value, previous, at } => {
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
        let change = |kind, what| Change { seq: 7, how: How::CaughtUp, kind, id: "a".into(), what };
        let (_, item) = Item::of(Kind::Zone, r#"{"id":"a","name":"Attic","new":1.0}"#).unwrap();
        let item = Arc::new(item);
        let at = "2026-03-01T12:00:00.5Z".parse().ok();
        let value =
            What::Value { capability: "dim".into(), value: json!(0.5), previous: Value::Null, at };
        let fields = vec!["name".into()];
        let all = [
            change(Kind::Zone, What::Added(item.clone())),
            change(Kind::Zone, What::Updated { item, fields }),
            change(Kind::AdvancedFlow, What::Removed),
            change(Kind::Device, value),
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
