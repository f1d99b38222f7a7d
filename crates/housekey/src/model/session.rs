//! A session on the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, Time};
use crate::catalogue::scope;

/// What a bearer token stands for. The token itself is not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// A UUID.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub id: Field<String>,
    /// `OAUTH`, `APP`, or `PAT` for an API key.
    #[serde(rename = "type", default, skip_serializing_if = "Field::is_missing")]
    pub kind: Field<String>,
    /// Whose session it is.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub user_id: Field<String>,
    /// The program that uses it, in its own words (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub agent: Field<String>,
    /// The scopes that were asked for.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub scopes: Field<Vec<String>>,
    /// The scopes it has: those asked for, cut with what the user may do.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub intersected_scopes: Field<Vec<String>>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub created_at: Field<Time>,
    /// When it ends; a day after it began, as far as was measured.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub expires_at: Field<Time>,
    /// When it was last used. The vendor declares a boolean here.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub last_used: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Session {
    /// The first of the needed scopes that the session does not have; `None` when it has all, or when
    /// it does not tell its scopes.
    pub fn missing_scope<'n>(&self, needed: &[&'n str]) -> Option<&'n str> {
        let granted = self.intersected_scopes.get().or_else(|| self.scopes.get())?;
        scope::missing(granted, needed)
    }
}
