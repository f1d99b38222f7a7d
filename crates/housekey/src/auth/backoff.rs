//! How long to wait before a renewal that failed for now is tried again; computes only.

use std::time::Duration;

use crate::error::{Error, HomeyError, HttpError, SignInError, is_transient};

/// The longest wait between two tries, unless the server asks for more.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// The longest wait that a server is granted: one that asks for days would end every token.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);

/// The wait after the `failures`th failure in a row: anything up to 1 s, 2 s, 4 s … 5 min, as
/// `jitter` (0 to 1) falls, so that those who failed together do not come back together. What the
/// server asks for is the least, up to an hour.
pub fn wait(failures: u32, retry_after_s: Option<u64>, jitter: f64) -> Duration {
    let exponent = failures.saturating_sub(1).min(16);
    let ceiling = Duration::from_secs(1 << exponent).min(LONGEST);
    let wait = ceiling.mul_f64(jitter.clamp(0.0, 1.0));
    wait.max(Duration::from_secs(retry_after_s.unwrap_or(0)).min(LONGEST_ASKED))
}

/// What becomes of a renewal that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// It passes: no answer, no usable answer, or "not now". It is tried again.
    TryAgain,
    /// An answer, but no final one: whoever asked is told, and it is tried again later.
    TellAndWait,
    /// Asking again would bring the same answer.
    Tell,
}

impl After {
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Http(HttpError::Invalid { .. }) => Self::Tell,
            Error::Http(_) | Error::Interrupted => Self::TryAgain,
            Error::Homey(HomeyError::Offline { .. }) => Self::TryAgain,
            // The refresh token before the last one may bring an access that is taken.
            Error::SignIn(SignInError::AccessRefused { .. }) => Self::TryAgain,
            Error::SignIn(SignInError::Refused { status, .. }) if is_transient(*status) => {
                Self::TryAgain
            }
            Error::SignIn(SignInError::Refused { .. } | SignInError::HomeyRefused { .. }) => {
                Self::TellAndWait
            }
            Error::Shared(error) => Self::of(error),
            _ => Self::Tell,
        }
    }
}

/// How long the server asked us to wait, in seconds.
pub(super) fn asked_for(error: &Error) -> Option<u64> {
    match error {
        Error::SignIn(SignInError::Refused { retry_after_s, .. }) => *retry_after_s,
        Error::Shared(error) => asked_for(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes_and_never_undercut_the_server() {
        let seconds = Duration::from_secs_f64;
        for (failures, retry_after_s, jitter, want) in [
            (1, None, 1.0, 1.0),
            (1, None, 0.0, 0.0),
            (2, None, 1.0, 2.0),
            (5, None, 0.5, 8.0),
            (9, None, 1.0, 256.0),
            (10, None, 1.0, 300.0),
            (u32::MAX, None, 1.0, 300.0),
            (1, Some(7), 1.0, 7.0),
            (4, Some(7), 1.0, 8.0),
            (1, Some(900), 1.0, 900.0),
            (1, Some(u64::MAX), 1.0, 3600.0),
        ] {
            let found = wait(failures, retry_after_s, jitter);
            let case = format!("after {failures}, {retry_after_s:?}, jitter {jitter}");
            assert_eq!(found, seconds(want), "{case}");
        }
    }

    #[test]
    fn only_what_cannot_change_by_itself_is_not_asked_again() {
        use After::{Tell, TellAndWait, TryAgain};
        let refused = |status| SignInError::Refused {
            what: "it",
            status,
            message: String::new(),
            retry_after_s: None,
        };
        let message = String::new;
        for (error, want) in [
            (Error::SignIn(refused(503)), TryAgain),
            (Error::SignIn(refused(429)), TryAgain),
            (Error::SignIn(SignInError::AccessRefused { message: message() }), TryAgain),
            (HomeyError::Offline { name: "home".to_owned(), tried: Vec::new() }.into(), TryAgain),
            (Error::SignIn(refused(403)), TellAndWait),
            (Error::SignIn(refused(302)), TellAndWait),
            (Error::SignIn(SignInError::HomeyRefused { message: message() }), TellAndWait),
            (Error::SignIn(SignInError::SignedOut { message: message() }), Tell),
            (Error::SignIn(SignInError::NothingToRenewWith), Tell),
            (HomeyError::SubscriptionInactive.into(), Tell),
        ] {
            assert_eq!(After::of(&error), want, "{error:?}");
        }
    }
}
