//! Sign-ins that the command line and the agent share: stored in the default store.

use super::Config;
use super::address::HomeyAddress;
use super::environment::{HOUSEKEY_CLIENT_ID, HOUSEKEY_CLIENT_SECRET};
use crate::auth::{OAuthClient, SignIn, SignedIn};
use crate::client::{Homey, LocalSignIn};
use crate::error::{ConfigError, Error};

impl Config {
    /// A sign-in with an account: at the cloud and with the OAuth client that the environment and the
    /// settings name, if they name one. Nothing is sent yet.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), housekey::Error> {
    /// use housekey::auth::{OAuthClient, Password};
    /// let config = housekey::config::Config::of_process()?;
    /// let sign_in = config.sign_in()?.client(OAuthClient::new("5a8d…", "the secret of the client"));
    /// let signed_in = sign_in.with_password(&Password::new("robin@example.org", "a password")).await?;
    /// let homey = config.keep(signed_in, Some("home")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`crate::error::StoreError::Write`] where the sign-in could not be stored, and as [`Config::cloud`] and
    /// [`Config::http`].
    pub fn sign_in(&self) -> Result<SignIn, Error> {
        self.store.check_writable()?;
        let sign_in = SignIn::at(self.cloud()?, self.http()?);
        Ok(match (self.client_id()?, self.env.secret(&HOUSEKEY_CLIENT_SECRET)?) {
            (Some(id), Some(secret)) => sign_in.client(OAuthClient::new(id, secret)),
            _ => sign_in,
        })
    }

    /// A sign-in to the Homey at an address, without an account. An address without a scheme is used with
    /// `https`.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), housekey::Error> {
    /// let config = housekey::config::Config::of_process()?;
    /// let found = config.sign_in_at("http://192.0.2.7").await?;
    /// let homey = config.keep(found.with_api_key("an API key".into()).await?, Some("home")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Config::sign_in`] and [`LocalSignIn::at`]; [`ConfigError::Value`] for what is no address.
    pub async fn sign_in_at(&self, address: &str) -> Result<LocalSignIn, Error> {
        self.store.check_writable()?;
        let http = self.http()?;
        let value =
            |why| ConfigError::Value { variable: "the address", what: "one of a Homey", why };
        let address: HomeyAddress = address.parse().map_err(value)?;
        let address = address.complete(&http, |_, _| Ok::<_, Error>(false)).await?;
        LocalSignIn::at(address, http).await
    }

    /// Stores what a sign-in made, under that short name or one made of the title of the Homey, and opens the
    /// Homey. From then on the command line and the agent use it too.
    ///
    /// # Errors
    /// [`crate::error::StoreError::NameTaken`], and as [`SignedIn::save`].
    pub async fn keep(&self, signed_in: SignedIn, name: Option<&str>) -> Result<Homey, Error> {
        let signed_in = signed_in.named(name, &self.store)?;
        signed_in.save(&self.store).await?;
        self.open_stored(&signed_in.homey)
    }

    /// The id of the OAuth client that the environment or the settings name.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable or settings that cannot be read.
    pub fn client_id(&self) -> Result<Option<String>, ConfigError> {
        match self.env.text(&HOUSEKEY_CLIENT_ID)? {
            Some(id) => Ok(Some(id)),
            None => Ok(self.settings.read()?.client_id),
        }
    }
}
