//! A standard flow: trigger, conditions, actions.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, FieldValue, owner};

/// A standard flow. Send the whole flow in an update: fields that are left out may be kept or
/// removed.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// A UUID.
    pub id: String,
    /// Its name, given by its owner; see [`Flow::name`].
    pub name: Field<String>,
    /// Whether it is enabled, so that its trigger starts it.
    pub enabled: Field<bool>,
    /// The id of its folder; `null` for none.
    pub folder: Field<String>,
    /// Its place among the others (V2).
    pub order: Field<Number>,
    /// The trigger.
    pub trigger: Field<PlacedCard>,
    /// Conditions. All of a group must hold; one group that holds is enough.
    pub conditions: Field<Vec<PlacedCard>>,
    /// The actions, for both outcomes of the conditions.
    pub actions: Field<Vec<PlacedCard>>,
    /// Whether one of its cards is missing, according to the Homey.
    pub broken: Field<bool>,
    /// Whether it can be started by hand, according to the Homey.
    pub triggerable: Field<bool>,
    /// The number of starts. Whether starts by hand count is not settled.
    pub trigger_count: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A card as it stands in a flow, with what was filled in.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedCard {
    /// The card: the whole id on V3, the short one on V2; see [`PlacedCard::id`].
    pub id: Field<String>,
    /// The owner of the card (V2). On V3 other programs may have left something else here.
    pub uri: Field<String>,
    /// Its arguments by name. An autocompleted argument holds the whole object that was
    /// chosen. Missing and `null` mean the same.
    pub args: Field<Map<String, Value>>,
    /// The token that was dropped on it: `<owner>|<token>`, or a bare id for one of the flow's own.
    pub droptoken: Field<String>,
    /// A condition's `group1` to `group3`; an action's `then` or `else`.
    pub group: Field<String>,
    /// Whether a condition is inverted.
    pub inverted: Field<bool>,
    /// The delay of an action.
    pub delay: Field<Wait>,
    /// The duration of an action.
    pub duration: Field<Wait>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FieldValue for PlacedCard {}

/// A length of time in a flow.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// The number of units; a text nearly everywhere: `"10"`.
    pub number: Field<Value>,
    /// The unit in seconds: 1 or 60.
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
