//! A zone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, Time};

/// A room, a floor, or the whole home.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`Zone::name`].
    pub name: Field<String>,
    /// The id of the zone it is part of; `null` for the home itself. A parent was seen that is in no
    /// list.
    pub parent: Field<String>,
    /// The name of an icon: `livingRoom`.
    pub icon: Field<String>,
    /// Whether something is going on in it.
    pub active: Field<bool>,
    /// When `active` changed; `null` when it never did.
    pub active_last_updated: Field<Time>,
    /// Its place among the others (V2).
    pub order: Field<Number>,
    /// Its place among the others (V3), where only `null` was seen.
    pub sort_index: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Zone {
    /// Its place among the zones of the same parent, if it has one.
    pub fn position(&self) -> Option<f64> {
        self.sort_index.get().or_else(|| self.order.get()).and_then(Number::as_f64)
    }
}
