//! A folder of flows.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::Field;

/// A folder, of flows and advanced flows alike.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowFolder {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`FlowFolder::name`].
    pub name: Field<String>,
    /// The id of the folder it is in; `null` for none.
    pub parent: Field<String>,
    /// Its place among the others (V2).
    pub order: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
