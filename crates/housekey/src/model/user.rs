//! A user of the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Field;

/// A user of the Homey.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// A UUID, of this Homey alone.
    pub id: String,
    /// The name.
    pub name: Field<String>,
    /// `owner`, `manager`, `user` or `guest`.
    pub role: Field<String>,
    /// The id of the account at the cloud.
    pub athom_id: Field<String>,
    /// Whether the user may sign in.
    pub enabled: Field<bool>,
    /// Whether the invitation was accepted (inferred).
    pub verified: Field<bool>,
    /// Whether the user is at home; `null` when not known.
    pub present: Field<bool>,
    /// Whether the user is asleep; `null` when not known.
    pub asleep: Field<bool>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
