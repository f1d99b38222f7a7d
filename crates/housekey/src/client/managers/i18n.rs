//! The manager `i18n`.

use serde_json::Value;

use crate::error::Error;
use crate::model::OptionValue;
use crate::{Homey, args};

/// Language and units.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// if homey.i18n().get_option_language().await?.value() != "nl" {
///     homey.i18n().set_option_language("nl").await?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct I18n<'a>(pub(super) &'a Homey);

impl I18n<'_> {
    /// The language, as a code of two letters.
    pub async fn get_option_language(self) -> Result<OptionValue, Error> {
        self.0.call_as("i18n.getOptionLanguage", &args! {}).await
    }

    /// Sets the language, as a code of two letters.
    pub async fn set_option_language(self, value: impl Into<Value>) -> Result<(), Error> {
        self.0.act("i18n.setOptionLanguage", &args! { "value" => value }).await
    }

    /// Puts the language, as a code of two letters back to what it was when new.
    pub async fn unset_option_language(self) -> Result<(), Error> {
        self.0.act("i18n.unsetOptionLanguage", &args! {}).await
    }

    /// The units: `metric` or `imperial`.
    pub async fn get_option_units(self) -> Result<OptionValue, Error> {
        self.0.call_as("i18n.getOptionUnits", &args! {}).await
    }

    /// Sets the units: `metric` or `imperial`.
    pub async fn set_option_units(self, value: impl Into<Value>) -> Result<(), Error> {
        self.0.act("i18n.setOptionUnits", &args! { "value" => value }).await
    }

    /// Puts the units: `metric` or `imperial` back to what it was when new.
    pub async fn unset_option_units(self) -> Result<(), Error> {
        self.0.act("i18n.unsetOptionUnits", &args! {}).await
    }

    /// The root of the manager, `GET /api/manager/i18n/`, which is no operation but stands in lists
    /// of endpoints. The shape of the answer is not known; it may be a refusal.
    pub async fn root(self) -> Result<Value, Error> {
        self.0.root("i18n").await
    }
}
