//! The cards of flows: triggers, conditions and actions.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Choice, Field, owner};

/// A card as its owner describes it. One id may be that of a trigger and of an action.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowCard {
    /// The whole id on V3, the short one on V2; see [`FlowCard::id`].
    pub id: String,
    /// The owner (V2).
    pub uri: Field<String>,
    /// The owner (V3).
    pub owner_uri: Field<String>,
    /// The name of the owner (V3); see [`FlowCard::owner_name`].
    pub owner_name: Field<String>,
    /// Its title, in the language of the home.
    pub title: Field<String>,
    /// The same with its arguments in it (V3): `Dim to [[dim]]`.
    pub title_formatted: Field<String>,
    /// Its hint.
    pub hint: Field<String>,
    /// Its arguments; `null` or missing for none.
    pub args: Field<Vec<CardArgument>>,
    /// The tokens it gives to the cards behind it.
    pub tokens: Field<Vec<CardToken>>,
    /// Whether a token is dropped on it: a boolean on V2, the types it may have on V3.
    pub droptoken: Field<Value>,
    /// Whether an action may be given a duration.
    pub duration: Field<bool>,
    /// Whether it can be used in advanced flows alone.
    pub advanced: Field<bool>,
    /// Whether it is not offered any more.
    pub deprecated: Field<bool>,
    /// Whether it is shown first.
    pub highlight: Field<bool>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An argument of a card.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardArgument {
    /// The key under which it stands in a flow's `args`.
    pub name: Field<String>,
    /// `text`, `number`, `range`, `checkbox`, `dropdown`, `multiselect`, `autocomplete`, `time`,
    /// `date`, `color`, `device` and others.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// Its title.
    pub title: Field<String>,
    /// The placeholder of an empty argument.
    pub placeholder: Field<String>,
    /// Whether it has to be filled in; see [`CardArgument::is_required`].
    pub required: Field<bool>,
    /// The choices of a `dropdown`.
    pub values: Field<Vec<Choice>>,
    /// The smallest number it takes.
    pub min: Field<Number>,
    /// The largest number it takes.
    pub max: Field<Number>,
    /// The step between two numbers.
    pub step: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A token that a card gives.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardToken {
    /// The id, by which texts refer to it.
    pub id: Field<String>,
    /// `string`, `number`, `boolean` or `image`.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// Its title.
    pub title: Field<String>,
    /// A value it might have.
    pub example: Field<Value>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FlowCard {
    /// The whole id, `homey:device:<uuid>:<short id>`, on every dialect.
    pub fn id(&self) -> Cow<'_, str> {
        owner::whole_id(self.uri.text(), &self.id)
    }

    /// The device, app or manager that brings it, on every dialect.
    pub fn owner(&self) -> Option<&str> {
        self.owner_uri.text().or_else(|| self.uri.text())
    }

    /// The name of the owner, on every dialect.
    pub fn owner_name(&self) -> Option<&str> {
        owner::name(&self.owner_name, &self.other)
    }

    /// Whether a token is dropped on it, on every dialect.
    pub fn takes_droptoken(&self) -> bool {
        match self.droptoken.get() {
            Some(Value::Bool(takes)) => *takes,
            Some(Value::Array(types)) => !types.is_empty(),
            _ => false,
        }
    }
}

impl CardArgument {
    /// Whether it has to be filled in: unless it says that it has not.
    pub fn is_required(&self) -> bool {
        self.required != Field::Is(false)
    }
}
