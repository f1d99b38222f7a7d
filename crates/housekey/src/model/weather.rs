//! The weather at the place of the Homey.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::{Field, Time};

/// The weather now, and what is expected.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Weather {
    /// The town.
    pub city: Field<String>,
    /// The country.
    pub country: Field<String>,
    /// The weather in words, in the language of the home.
    pub state: Field<String>,
    /// When that was.
    pub when: Field<Time>,
    /// The temperature, in `temperature_units`.
    pub temperature: Field<Number>,
    /// The lowest of the day.
    pub temperature_min: Field<Number>,
    /// The highest of the day.
    pub temperature_max: Field<Number>,
    /// The unit of the temperatures.
    pub temperature_units: Field<String>,
    /// From 0 to 1.
    pub humidity: Field<Number>,
    /// In bar.
    pub pressure: Field<Number>,
    /// The coming days.
    pub forecast: Field<Vec<Forecast>>,
    /// The coming hours.
    pub forecast_hourly: Field<Vec<Forecast>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The weather that is expected at a time.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// When: a number of seconds.
    pub time: Field<Time>,
    /// The temperature.
    pub temperature: Field<Number>,
    /// The lowest.
    pub temperature_min: Field<Number>,
    /// The highest.
    pub temperature_max: Field<Number>,
    /// The name of a picture of it.
    pub icon_id: Field<String>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
