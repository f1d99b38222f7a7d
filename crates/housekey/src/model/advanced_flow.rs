//! An advanced flow: cards on a canvas and the lines between them.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, owner};

/// An advanced flow.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdvancedFlow {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`AdvancedFlow::name`].
    pub name: Field<String>,
    /// Whether it is enabled, so that its triggers start it.
    pub enabled: Field<bool>,
    /// The id of its folder; `null` for none.
    pub folder: Field<String>,
    /// The nodes on the canvas, by a UUID of version 4: Homeys refuse other keys.
    pub cards: Field<BTreeMap<String, Node>>,
    /// Whether one of its cards is missing, according to the Homey.
    pub broken: Field<bool>,
    /// Whether it can be started by hand, according to the Homey.
    pub triggerable: Field<bool>,
    /// The number of starts.
    pub trigger_count: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One thing on the canvas.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// `trigger`, `condition`, `action`, `start`, `delay`, `any`, `all` or `note`.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The card, where it is one; see [`Node::id`].
    pub id: Field<String>,
    /// The owner of the card.
    pub owner_uri: Field<String>,
    /// Its arguments; the `delay` of a delay is a [`super::Wait`].
    pub args: Field<Map<String, Value>>,
    /// The token that was dropped on it.
    pub droptoken: Field<String>,
    /// Whether a condition is inverted.
    pub inverted: Field<bool>,
    /// Its place on the canvas.
    pub x: Field<Number>,
    /// Its place on the canvas.
    pub y: Field<Number>,
    /// The nodes that come next.
    pub output_success: Field<Vec<String>>,
    /// The nodes that come next when a condition is so.
    pub output_true: Field<Vec<String>>,
    /// The nodes that come next when it is not.
    pub output_false: Field<Vec<String>>,
    /// The nodes that come next when it failed.
    pub output_error: Field<Vec<String>>,
    /// The inputs that an `all` waits for: `<node>::<output>`, the same as at the other end.
    pub input: Field<Vec<String>>,
    /// The text of a note.
    pub value: Field<Value>,
    /// The colour of a note: `yellow`, `red`, `green`, `blue`, `purple` or `grey`.
    pub color: Field<String>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Node {
    /// The whole id of its card, `homey:manager:logic:lt`; `None` where it is none.
    pub fn id(&self) -> Option<Cow<'_, str>> {
        Some(owner::whole_id(self.owner_uri.text(), self.id.text()?))
    }
}

/// Leaves out what was filled in and written: people put keys and messages into flows.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
