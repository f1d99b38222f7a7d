//! Whether a failed renewal of a token is tried again.

use std::time::Duration;

use crate::error::{Error, HomeyError, HttpError, SignInError, is_transient};

/// The longest wait that a server is granted: one that states days would let every token expire.
const MAX_REQUESTED_WAIT: Duration = Duration::from_secs(60 * 60);

/// What follows a renewal that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// It passes: no answer, no usable answer, or "not now". It is tried again.
    Transient,
    /// An answer, but no final one: it is reported, and the renewal is tried again later.
    ReportAndBackOff,
    /// Another attempt would bring the same answer.
    Permanent,
}

impl RetryClass {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Http(HttpError::Invalid { .. }) => Self::Permanent,
            Error::Http(_) | Error::Interrupted => Self::Transient,
            Error::Homey(HomeyError::Offline { .. }) => Self::Transient,
            // The refresh token before the last one may bring an access token that is accepted.
            Error::SignIn(SignInError::AccessRefused { .. }) => Self::Transient,
            Error::SignIn(SignInError::Refused { status, .. }) if is_transient(*status) => {
                Self::Transient
            }
            Error::SignIn(SignInError::Refused { .. } | SignInError::HomeyRefused { .. }) => {
                Self::ReportAndBackOff
            }
            Error::Shared(error) => Self::of(error),
            _ => Self::Permanent,
        }
    }
}

/// The wait that the server requested, up to an hour; zero if it requested none.
pub(crate) fn requested_wait(error: &Error) -> Duration {
    match error {
        Error::SignIn(SignInError::Refused { retry_after_s: Some(seconds), .. }) => {
            Duration::from_secs(*seconds).min(MAX_REQUESTED_WAIT)
        }
        Error::Shared(error) => requested_wait(error),
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, retry_after_s: Option<u64>) -> Error {
        let message = String::new();
        SignInError::Refused { what: "it", status, message, retry_after_s }.into()
    }

    #[test]
    fn only_what_cannot_change_is_not_tried_again() {
        use RetryClass::{Permanent, ReportAndBackOff, Transient};
        let message = String::new;
        for (error, want) in [
            (refused(503, None), Transient),
            (refused(429, None), Transient),
            (Error::SignIn(SignInError::AccessRefused { message: message() }), Transient),
            (HomeyError::Offline { name: "home".to_owned(), tried: Vec::new() }.into(), Transient),
            (refused(403, None), ReportAndBackOff),
            (refused(302, None), ReportAndBackOff),
            (Error::SignIn(SignInError::HomeyRefused { message: message() }), ReportAndBackOff),
            (Error::SignIn(SignInError::SignedOut { message: message() }), Permanent),
            (Error::SignIn(SignInError::NothingToRenewWith), Permanent),
            (HomeyError::SubscriptionInactive.into(), Permanent),
        ] {
            assert_eq!(RetryClass::of(&error), want, "{error:?}");
        }
    }

    #[test]
    fn a_server_is_granted_up_to_an_hour() {
        for (error, want_s) in [
            (refused(429, None), 0),
            (refused(429, Some(7)), 7),
            (Error::Shared(refused(503, Some(900)).into()), 900),
            (refused(503, Some(u64::MAX)), 3600),
            (Error::Interrupted, 0),
        ] {
            assert_eq!(requested_wait(&error), Duration::from_secs(want_s), "{error:?}");
        }
    }
}
