//! The tokens of an account and of a Homey, with what is known of their lives.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::secret;

/// How long a session lives where the Homey does not state it: 24 h, as measured on a hub of 2019.
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// How long an access token lives where the cloud does not state it: 3660 s, as it always was.
pub const ACCESS_LIFE: SignedDuration = SignedDuration::from_secs(3660);

/// What the token endpoint gave for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTokens {
    /// Presented to the account cloud.
    #[serde(with = "secret::stored")]
    pub access: Secret,
    /// Buys the next pair, once; a personal access token and client credentials have none.
    #[serde(with = "secret::stored::optional", default)]
    pub refresh: Option<Secret>,
    /// The refresh token that bought this pair, kept until the new one has worked once.
    #[serde(with = "secret::stored::optional", default, skip_serializing_if = "Option::is_none")]
    pub previous_refresh: Option<Secret>,
    /// When the access token was issued.
    pub issued_at: Timestamp,
    /// When the access token ends.
    pub expires_at: Timestamp,
}

impl AccountTokens {
    /// An access token that nothing renews. When it ends is not known; it is used until it is refused.
    pub fn unrenewed(access: Secret, now: Timestamp) -> Self {
        let (issued_at, expires_at) = (now, Timestamp::MAX);
        Self { access, refresh: None, previous_refresh: None, issued_at, expires_at }
    }
}

/// The bearer token of a Homey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionToken {
    /// Presented to the Homey.
    #[serde(with = "secret::stored")]
    pub token: Secret,
    /// When the session was made.
    pub issued_at: Timestamp,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// Whether the Homey has refused it meanwhile. It is renewed as soon as possible by any
    /// process that reads it: another one, or this one after a restart.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
}
