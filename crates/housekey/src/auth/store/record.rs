//! The stored form of an account and of a Homey: JSON with a version, which only ever grows.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Secret;
use crate::auth::{AccountTokens, Cloud, OAuthClient, SessionToken};
use crate::catalogue::Dialect;
use crate::discovery::Addresses;
use crate::error::StoreError;
use crate::secret;

/// The newest format this program knows.
const FORMAT: u64 = 1;

/// An account at the cloud, and what renews its access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// What it is stored under: the e-mail address.
    pub name: String,
    /// The cloud's id of the person.
    pub id: String,
    /// Which cloud.
    pub cloud: Cloud,
    /// Whom we are to it.
    pub client: OAuthClient,
    /// Access and refresh token.
    pub tokens: AccountTokens,
}

/// A Homey, how to reach it and how to be let in.
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
    /// How we are let in.
    pub access: Access,
}

/// How a Homey lets us in.
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
    /// A session of a local user; when it has ended the user signs in again.
    LocalUser {
        /// The user's name on the Homey.
        username: String,
        /// The session as it is now.
        session: SessionToken,
    },
    /// A key that does not end.
    ApiKey {
        /// The key.
        #[serde(with = "secret::stored")]
        key: Secret,
    },
}

impl Access {
    /// The bearer token as it is now, whether or not it has ended.
    pub fn token(&self) -> &Secret {
        match self {
            Self::Account { session, .. } | Self::LocalUser { session, .. } => &session.token,
            Self::ApiKey { key } => key,
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

/// Why a text is no record.
pub(super) enum Unreadable {
    Broken(String),
    Newer(u64),
}

impl Unreadable {
    pub(super) fn at(self, path: PathBuf) -> StoreError {
        match self {
            Self::Broken(why) => StoreError::Broken { path, why },
            Self::Newer(found) => StoreError::Newer { path, found, known: FORMAT },
        }
    }
}

pub(super) fn write_account(record: &AccountRecord) -> Secret {
    write("account", record)
}

pub(super) fn write_homey(record: &HomeyRecord) -> Secret {
    write("homey", record)
}

pub(super) fn read_account(text: &str) -> Result<AccountRecord, Unreadable> {
    read("account", text)
}

pub(super) fn read_homey(text: &str) -> Result<HomeyRecord, Unreadable> {
    read("homey", text)
}

fn write<T: Serialize>(kind: &str, record: &T) -> Secret {
    let envelope = json!({ "housekey": FORMAT, kind: record });
    Secret::new(format!("{envelope:#}\n"))
}

/// Never quotes the text: what is broken may still hold a token.
fn read<T: DeserializeOwned>(kind: &str, text: &str) -> Result<T, Unreadable> {
    let broken = |why: &str| Unreadable::Broken(why.to_owned());
    if text.trim().is_empty() {
        return Err(broken("it is empty"));
    }
    let mut envelope: Value = serde_json::from_str(text).map_err(|error| {
        Unreadable::Broken(format!("no JSON at line {}, column {}", error.line(), error.column()))
    })?;
    let format = envelope["housekey"].as_u64().ok_or_else(|| broken("it is not housekey's"))?;
    if format > FORMAT {
        return Err(Unreadable::Newer(format));
    }
    let record = envelope.get_mut(kind).map(Value::take);
    let record = record.ok_or_else(|| Unreadable::Broken(format!("it holds no {kind}")))?;
    serde_json::from_value(record)
        .map_err(|_| Unreadable::Broken(format!("its {kind} lacks a field or has a wrong one")))
}
