//! Notifications of the timeline, and their sources.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, Time};

/// An entry of the timeline.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// A UUID.
    pub id: String,
    /// Its source.
    pub owner_uri: Field<String>,
    /// The name of its source (V3).
    pub owner_name: Field<String>,
    /// The text, with marks around the values of tokens.
    pub excerpt: Field<String>,
    /// When it was written; see [`Notification::created`].
    pub date_created: Field<Time>,
    /// When it was written, as another client reads it.
    pub date: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A source of notifications. All of it is *inferred*.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationOwner {
    /// Its URI.
    pub uri: Field<String>,
    /// Its name.
    pub name: Field<String>,
    /// Whether it may write.
    pub enabled: Field<bool>,
    /// Whether what it writes is shown on phones.
    pub push: Field<bool>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Notification {
    /// When it was written.
    pub fn created(&self) -> Option<&Time> {
        self.date_created.get().or_else(|| self.date.get())
    }
}
