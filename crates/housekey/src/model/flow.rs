//! A flow: when, and, then.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, FieldValue, name, owner};

/// A standard flow. What an update leaves out may be kept or may be gone, so the whole flow is to be
/// sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// A UUID.
    pub id: String,
    /// What its owner calls it; see [`Flow::name`].
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// Whether it starts by itself.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub enabled: Field<bool>,
    /// The id of its folder; `null` for none.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub folder: Field<String>,
    /// Its place among the others (V2).
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub order: Field<Number>,
    /// What starts it.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub trigger: Field<PlacedCard>,
    /// What must be so. Those of one group must all be, and one group is enough.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub conditions: Field<Vec<PlacedCard>>,
    /// What is done, or else done.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub actions: Field<Vec<PlacedCard>>,
    /// Whether one of its cards is gone; told by the Homey.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub broken: Field<bool>,
    /// Whether it can be started by hand; told by the Homey.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub triggerable: Field<bool>,
    /// How often it was started. Whether starts by hand count is not settled.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub trigger_count: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Flow {
    /// What people call it: its name, in English where it comes in several languages; its id where it
    /// has none.
    pub fn name(&self) -> &str {
        name::or_id(self.name.label(), &self.id)
    }
}

/// A card as it stands in a flow, with what was filled in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedCard {
    /// The card: the whole id on V3, the short one on V2; see [`PlacedCard::id`].
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub id: Field<String>,
    /// The owner of the card (V2). On V3 other programs may have left something else here.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub uri: Field<String>,
    /// What was filled in, by argument. An autocompleted argument holds the whole object that was
    /// chosen. Missing and `null` mean the same.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub args: Field<Map<String, Value>>,
    /// The token that was dropped on it: `<owner>|<token>`, or a bare id for one of the flow's own.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub droptoken: Field<String>,
    /// A condition's `group1` to `group3`; an action's `then` or `else`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub group: Field<String>,
    /// Whether a condition must not be so.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub inverted: Field<bool>,
    /// How long an action waits.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub delay: Field<Wait>,
    /// How long what an action does lasts.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub duration: Field<Wait>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FieldValue for PlacedCard {}

/// A length of time in a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// How many of the unit; a text nearly everywhere: `"10"`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub number: Field<Value>,
    /// The unit in seconds: 1 or 60.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub multiplier: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FieldValue for Wait {}

impl PlacedCard {
    /// The whole id of the card, `homey:manager:logic:lt`, on every dialect.
    pub fn id(&self) -> Option<Cow<'_, str>> {
        Some(owner::whole_id(self.uri.text(), self.id.text()?))
    }
}

impl Wait {
    /// The time in seconds.
    pub fn seconds(&self) -> Option<f64> {
        let number = self.number.get()?;
        let number = number.as_f64().or_else(|| number.as_str()?.trim().parse().ok())?;
        Some(number * self.multiplier.get()?.as_f64()?)
    }
}

/// Leaves out what was filled in: people write keys and messages into flows.
impl fmt::Debug for PlacedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlacedCard")
            .field("id", &self.id)
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}
