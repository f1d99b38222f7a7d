//! A token: a value that flows can use in texts and arguments.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, owner};

/// A token of a device, an app or a manager; every logic variable is one as well.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowToken {
    /// The whole id on V3, the short one on V2; see [`FlowToken::id`].
    pub id: String,
    /// The owner (V2).
    pub uri: Field<String>,
    /// The owner (V3).
    pub owner_uri: Field<String>,
    /// The name of the owner (V3); see [`FlowToken::owner_name`].
    pub owner_name: Field<String>,
    /// `string`, `number`, `boolean` or `image`.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// Its title.
    pub title: Field<String>,
    /// The value (V2); V3 has an operation of its own for it.
    pub value: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FlowToken {
    /// The whole id, `homey:device:<uuid>:<short id>`, on every dialect.
    pub fn id(&self) -> Cow<'_, str> {
        owner::whole_id(self.uri.text(), &self.id)
    }

    /// The device, app or manager whose it is, on every dialect.
    pub fn owner(&self) -> Option<&str> {
        self.owner_uri.text().or_else(|| self.uri.text())
    }

    /// The name of the owner, on every dialect.
    pub fn owner_name(&self) -> Option<&str> {
        owner::name(&self.owner_name, &self.other)
    }
}

/// Leaves out the value: people keep tokens in variables.
impl fmt::Debug for FlowToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowToken")
            .field("id", &self.id)
            .field("uri", &self.uri)
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}
