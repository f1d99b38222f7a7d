//! Whether a user is at home, or asleep.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::option::held;

/// The answer of a question for presence or sleep: an object with `value`, as one client reads it, or a
/// bare boolean, which others would expect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Presence(pub Value);

impl Presence {
    /// Yes or no; `None` when the Homey does not know.
    pub fn value(&self) -> Option<bool> {
        held(&self.0).as_bool()
    }
}
