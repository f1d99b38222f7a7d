//! Tokens that others got, or a person made.

use crate::Secret;
use crate::error::SignInError;

/// How the tokens begin that the vendor's developer site shows: the cloud takes them for publishing apps
/// and for nothing else, so that none of them opens a Homey.
const FOR_APPS: &str = "pat-apps-";

/// Makes sure that a token is none of those that cannot open a Homey, before anything is sent.
///
/// # Errors
/// [`SignInError::PublishesApps`].
pub fn check(token: &Secret) -> Result<(), SignInError> {
    match token.expose().trim_start().starts_with(FOR_APPS) {
        true => Err(SignInError::PublishesApps),
        false => Ok(()),
    }
}
