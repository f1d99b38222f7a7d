//! The answer of an `option` operation.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The value of an option. That it comes as an object with `value` is *inferred* (a client reads it
/// so, another saw none); a bare value is taken as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OptionValue(pub Value);

impl OptionValue {
    /// The value itself.
    pub fn value(&self) -> &Value {
        held(&self.0)
    }
}

/// The field `value`, or else the whole answer.
pub(super) fn held(answer: &Value) -> &Value {
    answer.get("value").unwrap_or(answer)
}
