//! The addresses and credentials of an emulator.

use housekey::catalogue::Dialect;
use serde::Serialize;

use crate::cloud::Account;

/// Addresses, account and keys, as `housekey emulate --json` prints them. Nothing in it is a real secret.
#[derive(Clone, Serialize)]
pub struct ConnectionInfo {
    /// The listener, which plays every host: `http://127.0.0.1:PORT`.
    pub url: String,
    /// The accounts site: sign-in and consent.
    pub accounts_url: String,
    /// The cloud's API: tokens and user record.
    pub api_url: String,
    /// The first Homey.
    pub homey_url: String,
    /// The account's e-mail address.
    pub email: String,
    /// The account's password.
    pub password: String,
    /// The secret of the second factor in base32; null while it is off.
    pub otp_secret: Option<String>,
    /// The OAuth client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where it may be redirected to.
    pub redirect_uri: String,
    /// A personal access token of the account: an access token that does not end.
    pub personal_access_token: String,
    /// The kind of such a token that begins with `pat-apps-`: the cloud takes it for the delegation token
    /// of the audience `apps`, and for nothing else.
    pub app_token: String,
    /// The first Homey's id.
    pub cloud_id: String,
    /// An API key of the first Homey that may do everything.
    pub api_key: String,
    /// Every Homey.
    pub homeys: Vec<HomeyConnection>,
}

impl ConnectionInfo {
    /// `keys` are the API keys of the Homeys, in their order.
    pub(crate) fn of(url: &str, account: &Account, keys: impl Iterator<Item = String>) -> Self {
        let homeys: Vec<_> = account
            .homeys
            .iter()
            .zip(keys)
            .map(|(homey, api_key)| HomeyConnection {
                cloud_id: homey.id.clone(),
                name: homey.name.clone(),
                url: url.to_owned(),
                dialect: homey.model.dialect(),
                api_key,
            })
            .collect();
        let first = homeys.first();
        Self {
            url: url.to_owned(),
            accounts_url: url.to_owned(),
            api_url: url.to_owned(),
            homey_url: url.to_owned(),
            email: account.email.to_owned(),
            password: account.password.clone(),
            otp_secret: account.totp.as_ref().map(|totp| totp.secret()),
            client_id: account.client.id.clone(),
            client_secret: account.client.secret.clone(),
            redirect_uri: account.client.redirect_uri.to_owned(),
            personal_access_token: account.personal_access_token.clone(),
            app_token: account.app_token.clone(),
            cloud_id: first.map(|homey| homey.cloud_id.clone()).unwrap_or_default(),
            api_key: first.map(|homey| homey.api_key.clone()).unwrap_or_default(),
            homeys,
        }
    }
}

/// One Homey.
#[derive(Clone, Serialize)]
pub struct HomeyConnection {
    /// Its id in the cloud.
    pub cloud_id: String,
    /// The name its owner gave it.
    pub name: String,
    /// Its address. Where several Homeys share one, the header `X-Homey-ID` selects the Homey, else the
    /// token does.
    pub url: String,
    /// Its dialect.
    pub dialect: Dialect,
    /// An API key that may do everything.
    pub api_key: String,
}
