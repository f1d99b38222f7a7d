//! Personal access tokens of an account: access tokens that a person made, and nothing renews.

use housekey::Secret;
use housekey::auth::{AccountTokens, OAuthClient};
use jiff::Timestamp;

/// An access token without a refresh token. When it expires is not known; it is used until it is refused.
pub(crate) fn without_refresh(access: Secret, now: Timestamp) -> AccountTokens {
    AccountTokens {
        access,
        refresh: None,
        previous_refresh: None,
        issued_at: now,
        expires_at: Timestamp::MAX,
    }
}

/// The client of such a token: none, since the steps after the token request do not use it.
pub(crate) fn no_client() -> OAuthClient {
    OAuthClient { id: String::new(), secret: Secret::new(""), redirect_uri: String::new() }
}
