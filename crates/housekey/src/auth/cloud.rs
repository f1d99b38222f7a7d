//! Where the account cloud is, whom we are to it, and how it words a refusal.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::Secret;
use crate::discovery::is_loopback;
use crate::error::SignInError;
use crate::http::{HttpResponse, join_path};
use crate::redaction::redact;
use crate::secret;

/// The time limit of the vendor's client for a call of the cloud.
pub(super) const CLOUD_LIMIT: Duration = Duration::from_secs(10);

/// The two hosts of the account cloud; an emulator has both on one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cloud {
    /// Log-in and consent page.
    pub accounts: Url,
    /// Tokens, the account's record, delegation.
    pub api: Url,
}

impl Cloud {
    /// A URL of the hosts for log-in and consent.
    ///
    /// # Errors
    /// [`SignInError::Unencrypted`] where a password would go out in the clear.
    pub(super) fn accounts_url(&self, path: &str) -> Result<Url, SignInError> {
        encrypted(&self.accounts).map(|base| join_path(base, path))
    }

    /// A URL of the API.
    ///
    /// # Errors
    /// [`SignInError::Unencrypted`] where a token would go out in the clear.
    pub(super) fn api_url(&self, path: &str) -> Result<Url, SignInError> {
        encrypted(&self.api).map(|base| join_path(base, path))
    }

    /// Makes sure that neither a password nor a token would go out in the clear: plain HTTP is only
    /// used on this machine's loopback, where an emulator runs.
    ///
    /// # Errors
    /// [`SignInError::Unencrypted`].
    pub fn check(&self) -> Result<(), SignInError> {
        encrypted(&self.accounts).and(encrypted(&self.api)).map(drop)
    }
}

fn encrypted(base: &Url) -> Result<&Url, SignInError> {
    match base.scheme() == "https" || is_loopback(base) {
        true => Ok(base),
        false => Err(SignInError::Unencrypted { address: base.origin().ascii_serialization() }),
    }
}

impl Default for Cloud {
    /// The vendor's own.
    #[expect(clippy::expect_used, reason = "two literals that a test parses as well")]
    fn default() -> Self {
        let url = |text: &str| Url::parse(text).expect("a literal URL");
        Self { accounts: url("https://accounts.athom.com"), api: url("https://api.athom.com") }
    }
}

/// The OAuth client that requests access; its id and secret are registered with the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthClient {
    /// The public half.
    pub id: String,
    /// The secret half.
    #[serde(with = "secret::stored")]
    pub secret: Secret,
    /// Where the browser would be sent with the code; must be one the client is registered with.
    pub redirect_uri: String,
}

impl OAuthClient {
    /// A client that is registered with the redirect address `http://localhost`, as the vendor proposes.
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self { id: id.into(), secret: secret.into(), redirect_uri: "http://localhost".to_owned() }
    }
}

/// What the cloud says of a refusal, in the order in which the vendor's client looks for it:
/// `error_description` (text, or an object field → text), `error_message`, `error`, `message`,
/// `result`, else the bare status. What was sent as a secret is taken out of the text, should the
/// server repeat it.
pub(super) fn refusal_text(answer: &HttpResponse, sent: &[&Secret]) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let text = ["error_description", "error_message", "error", "message", "result"]
        .into_iter()
        .find_map(|key| match &body[key] {
            Value::String(text) => Some(text.clone()),
            Value::Object(fields) => Some(
                fields
                    .iter()
                    .map(|(field, value)| match value.as_str() {
                        Some(text) => format!("{field}: {text}"),
                        None => format!("{field}: {value}"),
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            _ => None,
        })
        .unwrap_or_else(|| format!("status {}", answer.status));
    redact(&text, sent)
}

/// The machine word of a refusal: the text under `error`.
pub(crate) fn refusal_code(answer: &HttpResponse) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    body["error"].as_str().map(str::to_owned)
}

/// The error for a step that was refused for no reason of its own.
pub(super) fn refused(what: &'static str, answer: &HttpResponse, sent: &[&Secret]) -> SignInError {
    SignInError::Refused {
        what,
        status: answer.status,
        message: refusal_text(answer, sent),
        retry_after_s: answer.retry_after_s(),
    }
}

/// The same for a request with an access token, which itself may be what is refused.
pub(super) fn refused_access(
    what: &'static str,
    answer: &HttpResponse,
    access: &Secret,
) -> SignInError {
    match (answer.status, refusal_code(answer).as_deref(), refused(what, answer, &[access])) {
        (401, Some("invalid_token"), SignInError::Refused { message, .. }) => {
            SignInError::AccessRefused { message }
        }
        (_, _, refusal) => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_hosts_are_https() {
        let cloud = Cloud::default();
        assert_eq!((cloud.accounts.scheme(), cloud.api.scheme()), ("https", "https"));
    }

    #[test]
    fn nothing_goes_to_a_cloud_in_the_clear_unless_it_is_on_this_machine() {
        for (address, good) in [
            ("https://api.example.com", true),
            ("http://127.0.0.1:4780", true),
            ("http://[::1]:4780", true),
            ("http://localhost:4780", true),
            ("http://api.example.com", false),
            ("http://192.168.1.7", false),
            ("http://127.0.0.1.example.com", false),
        ] {
            let url: Url = address.parse().unwrap();
            let good_one = Cloud::default();
            let accounts = Cloud { accounts: url.clone(), ..good_one.clone() };
            let api = Cloud { api: url, ..good_one };
            assert_eq!((accounts.check().is_ok(), api.check().is_ok()), (good, good), "{address}");
            assert_eq!(accounts.accounts_url("/login").is_ok(), good, "{address}");
            assert_eq!(api.api_url("/oauth2/token").is_ok(), good, "{address}");
        }
    }
}
