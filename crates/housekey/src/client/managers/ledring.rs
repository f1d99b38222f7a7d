//! The manager `ledring`.

use serde_json::Value;

use crate::error::Error;
use crate::model::OptionValue;
use crate::{Homey, args};

/// The ring of lights around the Homey (not on Homey Cloud).
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// homey.ledring().set_option_brightness(0.5).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ledring<'a>(pub(super) &'a Homey);

impl Ledring<'_> {
    /// What the manager tells about itself. The shape is not known.
    pub async fn get_state(self) -> Result<Value, Error> {
        self.0.call_as("ledring.getState", &args! {}).await
    }

    /// What the ring can show at rest. The shape is not known.
    pub async fn get_screensavers(self) -> Result<Value, Error> {
        self.0.call_as("ledring.getScreensavers", &args! {}).await
    }

    /// What the ring shows at rest: `uri` and `id`.
    pub async fn get_option_screensaver(self) -> Result<OptionValue, Error> {
        self.0.call_as("ledring.getOptionScreensaver", &args! {}).await
    }

    /// Sets what the ring shows at rest: `uri` and `id`.
    pub async fn set_option_screensaver(self, value: impl Into<Value>) -> Result<(), Error> {
        self.0.act("ledring.setOptionScreensaver", &args! { "value" => value }).await
    }

    /// Puts what the ring shows at rest: `uri` and `id` back to what it was when new.
    pub async fn unset_option_screensaver(self) -> Result<(), Error> {
        self.0.act("ledring.unsetOptionScreensaver", &args! {}).await
    }

    /// The brightness from 0 to 1 (V2).
    pub async fn get_option_brightness(self) -> Result<OptionValue, Error> {
        self.0.call_as("ledring.getOptionBrightness", &args! {}).await
    }

    /// Sets the brightness from 0 to 1 (V2).
    pub async fn set_option_brightness(self, value: impl Into<Value>) -> Result<(), Error> {
        self.0.act("ledring.setOptionBrightness", &args! { "value" => value }).await
    }

    /// Puts the brightness from 0 to 1 back to what it was when new (V2).
    pub async fn unset_option_brightness(self) -> Result<(), Error> {
        self.0.act("ledring.unsetOptionBrightness", &args! {}).await
    }
}
