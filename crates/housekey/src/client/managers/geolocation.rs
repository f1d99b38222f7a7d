//! The manager `geolocation`.

use serde_json::Value;

use crate::error::Error;
use crate::model::OptionValue;
use crate::{Homey, args};

/// Where the Homey is.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// println!("{}", homey.geolocation().get_option_location().await?.value());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Geolocation<'a>(pub(super) &'a Homey);

impl Geolocation<'_> {
    /// The place: `latitude`, `longitude`, `accuracy`.
    pub async fn get_option_location(self) -> Result<OptionValue, Error> {
        self.0.call_as("geolocation.getOptionLocation", &args! {}).await
    }

    /// Sets the place: `latitude`, `longitude`, `accuracy`.
    pub async fn set_option_location(self, value: impl Into<Value>) -> Result<(), Error> {
        self.0.act("geolocation.setOptionLocation", &args! { "value" => value }).await
    }

    /// Puts the place: `latitude`, `longitude`, `accuracy` back to what it was when new.
    pub async fn unset_option_location(self) -> Result<(), Error> {
        self.0.act("geolocation.unsetOptionLocation", &args! {}).await
    }

    /// The address (V3). The shape is not known.
    pub async fn get_option_address(self) -> Result<OptionValue, Error> {
        self.0.call_as("geolocation.getOptionAddress", &args! {}).await
    }

    /// How the place is found: `auto` or `manual` (V2).
    pub async fn get_option_mode(self) -> Result<OptionValue, Error> {
        self.0.call_as("geolocation.getOptionMode", &args! {}).await
    }

    /// Sets how the place is found (V2).
    pub async fn set_option_mode(self, mode: &str) -> Result<(), Error> {
        self.0.act("geolocation.setOptionMode", &args! { "value" => mode }).await
    }

    /// The root of the manager, `GET /api/manager/geolocation/`, which is no operation but stands in lists
    /// of endpoints. The shape of the answer is not known; it may be a refusal.
    pub async fn root(self) -> Result<Value, Error> {
        self.0.root("geolocation").await
    }
}
