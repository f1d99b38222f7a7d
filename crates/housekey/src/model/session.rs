//! A session on the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Field, Time};
use crate::catalogue::scope;

/// The session of a bearer token, without the token.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// A UUID.
    pub id: Field<String>,
    /// `OAUTH`, `APP`, or `PAT` for an API key.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The id of its user.
    pub user_id: Field<String>,
    /// The program that uses it, in its own words (V2).
    pub agent: Field<String>,
    /// The requested scopes.
    pub scopes: Field<Vec<String>>,
    /// The granted scopes: those requested, limited to what the user may do.
    pub intersected_scopes: Field<Vec<String>>,
    /// When it began.
    pub created_at: Field<Time>,
    /// When it ends; a day after it began, as far as was measured.
    pub expires_at: Field<Time>,
    /// When it was last used. The vendor declares a boolean here.
    pub last_used: Field<Time>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl SessionInfo {
    /// The first of the needed scopes that the session does not have; `None` when it has all, or
    /// does not list its scopes.
    pub fn missing_scope<'n>(&self, needed: &[&'n str]) -> Option<&'n str> {
        let granted = self.intersected_scopes.get().or_else(|| self.scopes.get())?;
        scope::missing(granted, needed)
    }
}
