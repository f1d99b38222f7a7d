//! The manager `weather`.

use serde_json::Value;

use crate::error::Error;
use crate::model::Weather;
use crate::{Homey, args};

/// The weather at the place of the Homey.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let weather = homey.weather().get_weather().await?;
/// println!("{}", weather.state.text().unwrap_or("-"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Weathers<'a>(pub(super) &'a Homey);

impl Weathers<'_> {
    /// The weather now, and what is expected.
    pub async fn get_weather(self) -> Result<Weather, Error> {
        self.0.call_as("weather.getWeather", &args! {}).await
    }

    /// The coming hours (V3). The shape is not known; one like that of [`Weather::forecast_hourly`]
    /// is likely.
    pub async fn get_weather_hourly(self) -> Result<Value, Error> {
        self.0.call_as("weather.getWeatherHourly", &args! {}).await
    }
}
