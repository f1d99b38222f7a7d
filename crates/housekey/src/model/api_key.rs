//! An API key of the Homey, which the vendor calls a personal access token.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, Time};

/// An API key as it is listed, without its token. All of its fields but the id are *inferred*.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner.
    pub name: Field<String>,
    /// Its scopes.
    pub scopes: Field<Vec<String>>,
    /// When it was made.
    pub created_at: Field<Time>,
    /// When it was last used.
    pub last_used: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Shows id and name alone: a Homey may list more of its keys than it should.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id)
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
