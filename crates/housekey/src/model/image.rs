//! An image, mostly of a camera.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, Time};

/// An image; the bytes lie behind its `url`.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Mostly a UUID; `dummy` was seen.
    pub id: String,
    /// Its owner: `homey:device:<uuid>`.
    pub owner_uri: Field<String>,
    /// The path of the bytes: `/api/image/<id>`.
    pub url: Field<String>,
    /// When it changed: milliseconds on V3.
    pub last_updated: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
