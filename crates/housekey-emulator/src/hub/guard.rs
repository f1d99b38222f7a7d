//! Access control: the session of a bearer token, and its scopes.

use housekey::catalogue::{Operation, Variant, scope};
use jiff::Timestamp;

use super::error::HubError;
use crate::state::Home;
use crate::state::session::{Session, TokenRefusal};

/// Operations that need no session. Certain for the ping and the login, inferred for the local one;
/// every other operation needs one even where it lists no scope.
const OPEN: [&str; 3] = ["system.ping", "users.login", "users.loginLocal"];

/// The session of the caller; `None` where none is needed.
pub(super) fn session(
    home: &mut Home,
    operation: &Operation,
    bearer: Option<&str>,
    now: Timestamp,
) -> Result<Option<Session>, HubError> {
    if OPEN.contains(&operation.id) {
        return Ok(None);
    }
    admit(home, bearer, now).map(Some)
}

/// The session of a bearer.
pub(super) fn admit(
    home: &mut Home,
    bearer: Option<&str>,
    now: Timestamp,
) -> Result<Session, HubError> {
    let bearer = bearer.ok_or(HubError::NoSession)?;
    home.sessions.admit(bearer, now).map_err(|refusal| match refusal {
        TokenRefusal::Malformed => HubError::NoSession,
        TokenRefusal::Unknown => HubError::SessionNotFound,
        TokenRefusal::Expired => HubError::SessionExpired,
    })
}

/// Whether the session's scopes contain every one that the operation lists.
pub(super) fn scopes(session: Option<&Session>, variant: &Variant) -> Result<(), HubError> {
    let Some(session) = session else { return Ok(()) };
    match scope::missing(&session.intersected, variant.scopes) {
        None => Ok(()),
        Some(_) => Err(HubError::MissingScopes),
    }
}
