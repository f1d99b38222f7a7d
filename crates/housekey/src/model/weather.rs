//! The weather at the place of the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, Time};

/// The weather now, and what is expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Weather {
    /// The town.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub city: Field<String>,
    /// The country.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub country: Field<String>,
    /// The weather in words, in the language of the home.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub state: Field<String>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub when: Field<Time>,
    /// The temperature, in `temperature_units`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature: Field<Number>,
    /// The lowest of the day.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature_min: Field<Number>,
    /// The highest of the day.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature_max: Field<Number>,
    /// The unit of the temperatures.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature_units: Field<String>,
    /// From 0 to 1.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub humidity: Field<Number>,
    /// In bar.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub pressure: Field<Number>,
    /// The coming days.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub forecast: Field<Vec<Forecast>>,
    /// The coming hours.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub forecast_hourly: Field<Vec<Forecast>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The weather that is expected at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// When: a number of seconds.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub time: Field<Time>,
    /// The temperature.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature: Field<Number>,
    /// The lowest.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature_min: Field<Number>,
    /// The highest.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub temperature_max: Field<Number>,
    /// The name of a picture of it.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    pub icon_id: Field<String>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
