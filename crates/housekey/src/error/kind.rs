//! The kinds of failures, and the words that several errors share.

use super::advice::Advice;

/// The kind of a failure, on which programs base decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The caller has to say it otherwise.
    Usage,
    /// It was refused, cannot be reached or cannot be stored; the same call may work later.
    Failed,
    /// A new sign-in is needed.
    SignIn,
}

/// The server's own words with the status, which is not said twice where there are none.
pub(super) fn with_status(message: &str, status: u16) -> String {
    match message == format!("status {status}") {
        true => message.to_owned(),
        false => format!("{message} ({status})"),
    }
}

/// That the caller is the one to try again, after what has to be done before.
pub(super) fn again(first: &str) -> Advice {
    Advice::Words(format!("no further try is made; {first}, then try again"))
}

/// Advice after a transient error.
pub(super) fn again_after(retry_after_s: Option<u64>) -> Advice {
    match retry_after_s {
        Some(wait) => again(&format!("wait {wait} s")),
        None => again("wait a little"),
    }
}
