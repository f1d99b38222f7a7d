//! The manager `apps`.

use serde_json::Value;

use crate::error::Error;
use crate::model::App;
use crate::{Homey, args};

/// Apps that are installed on the Homey.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// for app in homey.apps().get_apps().await? {
///     if app.crashed.is_true() {
///         homey.apps().restart_app(&app.id).await?;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Apps<'a>(pub(super) &'a Homey);

impl Apps<'_> {
    /// All apps.
    pub async fn get_apps(self) -> Result<Vec<App>, Error> {
        self.0.items("apps.getApps", &args! {}).await
    }

    /// One app.
    pub async fn get_app(self, id: &str) -> Result<App, Error> {
        self.0.call_as("apps.getApp", &args! { "id" => id }).await
    }

    /// Changes an app (not on Homey Cloud). Key: `autoupdate`.
    pub async fn update_app(self, id: &str, app: Value) -> Result<App, Error> {
        self.0.call_as("apps.updateApp", &args! { "id" => id, "app" => app }).await
    }

    /// Lets an app run (not on Homey Cloud).
    pub async fn enable_app(self, id: &str) -> Result<(), Error> {
        self.0.act("apps.enableApp", &args! { "id" => id }).await
    }

    /// Stops an app for good (not on Homey Cloud).
    pub async fn disable_app(self, id: &str) -> Result<(), Error> {
        self.0.act("apps.disableApp", &args! { "id" => id }).await
    }

    /// Stops an app and starts it again (not on Homey Cloud).
    pub async fn restart_app(self, id: &str) -> Result<(), Error> {
        self.0.act("apps.restartApp", &args! { "id" => id }).await
    }

    /// Installs an app from the store. The shape of the answer is not known.
    pub async fn install_from_app_store(self, id: &str) -> Result<Value, Error> {
        self.0.call_as("apps.installFromAppStore", &args! { "id" => id }).await
    }

    /// Removes an app, and its devices with it.
    pub async fn uninstall_app(self, id: &str) -> Result<(), Error> {
        self.0.act("apps.uninstallApp", &args! { "id" => id }).await
    }

    /// The settings of an app. They may hold passwords.
    pub async fn get_app_settings(self, id: &str) -> Result<Value, Error> {
        self.0.call_as("apps.getAppSettings", &args! { "id" => id }).await
    }

    /// Sets one setting of an app.
    pub async fn set_app_setting(
        self,
        id: &str,
        name: &str,
        value: impl Into<Value>,
    ) -> Result<(), Error> {
        self.0
            .act("apps.setAppSetting", &args! { "id" => id, "name" => name, "value" => value })
            .await
    }

    /// What an app uses (V3 Local). The shape is not known.
    pub async fn get_app_usage(self, id: &str) -> Result<Value, Error> {
        self.0.call_as("apps.getAppUsage", &args! { "id" => id }).await
    }
}
