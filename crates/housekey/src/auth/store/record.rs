//! The stored form of an account and of a Homey: JSON with a version, which only ever grows.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Secret;
use crate::auth::{AccountTokens, Cloud, OAuthClient, Password, SessionToken, TotpSecret};
use crate::catalogue::Dialect;
use crate::discovery::Addresses;
use crate::error::StoreError;
use crate::secret;

/// The newest format this program knows.
pub(super) const FORMAT: u64 = 1;

/// An account at the cloud, and what renews its access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// What it is stored under: the e-mail address.
    pub name: String,
    /// The cloud's id of the person.
    pub id: String,
    /// Which cloud.
    pub cloud: Cloud,
    /// Whom we are to it; none with a personal access token, which nothing renews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<OAuthClient>,
    /// Access and refresh token.
    pub tokens: AccountTokens,
    /// What the person has left with us on purpose, for the day when the refresh token is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<StoredCredentials>,
    /// Why the cloud has refused for good to renew the access, in words; every output says so until the
    /// access is renewed after all, or the person has signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Whether the account has two-factor authentication, where its record says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_factor: Option<bool>,
}

/// Credentials kept on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCredentials {
    /// The e-mail address of the account.
    pub email: String,
    /// Its password.
    #[serde(with = "secret::stored")]
    pub password: Secret,
    /// What the codes of the second factor are made of, where the account has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<TotpSecret>,
    /// Whether the cloud has refused them. They are not tried again then: trying is what locks
    /// accounts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
}

impl StoredCredentials {
    /// What to sign in with at that moment.
    pub fn password_at(&self, now: Timestamp) -> Password {
        Password {
            email: self.email.clone(),
            password: self.password.clone(),
            otp: self.totp.as_ref().map(|totp| totp.code_at(now)),
        }
    }
}

/// A Homey, how to reach it and the credentials for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeyRecord {
    /// The short name it is stored and called by.
    pub name: String,
    /// The name its owner gave it.
    pub title: String,
    /// The cloud id.
    pub id: String,
    /// What it speaks.
    pub dialect: Dialect,
    /// Where it may be reached.
    pub addresses: Addresses,
    /// The credentials.
    pub access: Access,
}

/// The credentials for a Homey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Access {
    /// A session that an account renews.
    Account {
        /// The name of the account.
        account: String,
        /// The session as it is now.
        session: SessionToken,
    },
    /// A session of a local user; when it has ended the user signs in again, unless the password was
    /// left with us.
    LocalUser {
        /// The user's name on the Homey.
        username: String,
        /// The password, where it is kept on purpose.
        #[serde(
            with = "secret::stored::optional",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        password: Option<Secret>,
        /// Whether the Homey has refused the password that is kept. It is not tried again then.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        password_refused: bool,
        /// The session as it is now.
        session: SessionToken,
    },
    /// A key that does not end.
    ApiKey {
        /// Its id on the Homey, where we made it ourselves and only we hold it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The key.
        #[serde(with = "secret::stored")]
        key: Secret,
        /// Whether the Homey has refused it. It is not handed out before the Homey has taken it again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refused: bool,
    },
}

impl Access {
    /// The bearer token as it is now, whether or not it has ended.
    pub fn token(&self) -> &Secret {
        match self {
            Self::Account { session, .. } | Self::LocalUser { session, .. } => &session.token,
            Self::ApiKey { key, .. } => key,
        }
    }

    /// Whether what is stored can make the next session.
    pub fn is_renewable(&self) -> bool {
        matches!(
            self,
            Self::Account { .. }
                | Self::LocalUser { password: Some(_), password_refused: false, .. }
        )
    }

    /// Notes that the Homey has refused that token, if it is the one at hand; whether it is, and that
    /// was not known.
    pub(in crate::auth) fn refuse(&mut self, token: &Secret) -> bool {
        let (held, refused) = match self {
            Self::Account { session, .. } | Self::LocalUser { session, .. } => {
                (&session.token, &mut session.refused)
            }
            Self::ApiKey { key, refused, .. } => (&*key, refused),
        };
        held == token && !std::mem::replace(refused, true)
    }

    /// Whether the Homey has refused the token at hand.
    pub fn is_refused(&self) -> bool {
        match self {
            Self::Account { session, .. } | Self::LocalUser { session, .. } => session.refused,
            Self::ApiKey { refused, .. } => *refused,
        }
    }

    /// Notes that the Homey has taken that key after all; whether it counted as refused.
    pub(in crate::auth) fn accept(&mut self, token: &Secret) -> bool {
        match self {
            Self::ApiKey { key, refused, .. } if key == token => std::mem::take(refused),
            _ => false,
        }
    }

    /// The session, where there is one.
    pub fn session(&self) -> Option<&SessionToken> {
        match self {
            Self::Account { session, .. } | Self::LocalUser { session, .. } => Some(session),
            Self::ApiKey { .. } => None,
        }
    }
}

/// The text of a record.
pub(super) fn write<T: Serialize>(kind: &str, record: &T) -> Secret {
    let envelope = json!({ "housekey": FORMAT, kind: record });
    Secret::new(format!("{envelope:#}\n"))
}

/// The Homey in the text of that file.
pub(super) fn read_homey(text: &str, path: PathBuf) -> Result<HomeyRecord, StoreError> {
    let mut record: HomeyRecord = read("homey", text, path)?;
    // An older housekey did not write that an address was typed.
    let alone = Addresses { local: record.addresses.local.clone(), ..Addresses::default() };
    if record.addresses == alone && !matches!(record.access, Access::Account { .. }) {
        record.addresses.typed = alone.local.is_some();
    }
    Ok(record)
}

/// The record in the text of that file. Never quotes the text: what is broken may still hold a token.
pub(super) fn read<T: DeserializeOwned>(
    kind: &str,
    text: &str,
    path: PathBuf,
) -> Result<T, StoreError> {
    let broken = |why: String| StoreError::Broken { path: path.clone(), why };
    if text.trim().is_empty() {
        return Err(broken("it is empty".to_owned()));
    }
    let mut envelope: Value = serde_json::from_str(text).map_err(|error| {
        broken(format!("no JSON at line {}, column {}", error.line(), error.column()))
    })?;
    let format = envelope["housekey"].as_u64();
    let format = format.ok_or_else(|| broken("it is not housekey's".to_owned()))?;
    if format > FORMAT {
        return Err(StoreError::Newer { path, found: format, known: FORMAT });
    }
    let record = envelope.get_mut(kind).map(Value::take);
    let record = record.ok_or_else(|| broken(format!("it holds no {kind}")))?;
    serde_json::from_value(record)
        .map_err(|_| broken(format!("its {kind} lacks a field or has a wrong one")))
}
