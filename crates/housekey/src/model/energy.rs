//! The power that is used and generated now.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, FieldValue};

/// The live report of a zone and all that is in it.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveReport {
    /// The id of the zone.
    pub zone_id: Field<String>,
    /// The name of the zone.
    pub zone_name: Field<String>,
    /// The currency of the costs: `EUR`.
    pub currency: Field<String>,
    /// The power that the devices use together.
    pub total_consumed: Field<Power>,
    /// The power at the meter of the home; below zero while power is given away.
    pub total_cumulative: Field<Power>,
    /// The power that is generated.
    pub total_generated: Field<Power>,
    /// Its parts.
    pub items: Field<Vec<LiveItem>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A power and what it costs.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// Watts; `null` where there is nothing to measure.
    #[serde(rename = "W")]
    pub watts: Field<Number>,
    /// Its cost per hour.
    pub cost: Field<Number>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FieldValue for Power {}

/// A part of a live report.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveItem {
    /// `device`, `zone`, `cumulative` or `other`.
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The id of the device or zone.
    pub id: Field<String>,
    /// Its name.
    pub name: Field<String>,
    /// The power it uses.
    pub values: Field<Power>,
    /// Whether that is guessed from what the device is, and not measured.
    pub approximated: Field<bool>,
    /// Whether it is a part of the total.
    pub included_in_total: Field<bool>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
