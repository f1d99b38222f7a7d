//! How long to wait before a renewal that failed for now is tried again; computes only.

use std::time::Duration;

use crate::error::{Error, HomeyError, SignInError, is_transient};

/// The longest wait between two tries, unless the server asks for more.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// The wait after the `failures`th failure in a row: anything up to 1 s, 2 s, 4 s … 5 min, as
/// `jitter` (0 to 1) falls, so that those who failed together do not come back together. What the
/// server asks for is the least.
pub fn wait(failures: u32, retry_after_s: Option<u64>, jitter: f64) -> Duration {
    let exponent = failures.saturating_sub(1).min(16);
    let ceiling = Duration::from_secs(1 << exponent).min(LONGEST);
    let wait = ceiling.mul_f64(jitter.clamp(0.0, 1.0));
    wait.max(Duration::from_secs(retry_after_s.unwrap_or(0)))
}

/// Whether the failure is one that passes: no answer, no usable answer, or "not now". Everything
/// else is an answer, and asking again would bring the same one.
pub(super) fn passes(error: &Error) -> bool {
    match error {
        Error::Http(_) | Error::Interrupted => true,
        Error::SignIn(SignInError::Refused { status, .. }) => is_transient(*status),
        Error::Homey(HomeyError::Offline { .. }) => true,
        Error::Shared(error) => passes(error),
        _ => false,
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
        ] {
            let found = wait(failures, retry_after_s, jitter);
            let case = format!("after {failures}, {retry_after_s:?}, jitter {jitter}");
            assert_eq!(found, seconds(want), "{case}");
        }
    }

    #[test]
    fn an_answer_is_final_and_no_answer_is_not() {
        let refused = |status| SignInError::Refused {
            what: "it",
            status,
            message: String::new(),
            retry_after_s: None,
        };
        let signed_out = SignInError::SignedOut { message: String::new() };
        for (error, want) in [
            (Error::SignIn(refused(503)), true),
            (Error::SignIn(refused(429)), true),
            (Error::SignIn(refused(403)), false),
            (Error::SignIn(signed_out), false),
            (Error::SignIn(SignInError::NothingToRenewWith), false),
            (HomeyError::Offline { name: "home".to_owned(), tried: Vec::new() }.into(), true),
            (HomeyError::SubscriptionInactive.into(), false),
        ] {
            assert_eq!(passes(&error), want, "{error:?}");
        }
    }
}
