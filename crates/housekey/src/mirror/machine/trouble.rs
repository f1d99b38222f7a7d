//! Why a list or subscription failed, and whether to try again.

use std::sync::Arc;

use crate::error::{Error, HomeyError, Kind};

/// Why a list or subscription failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mirror) struct Trouble {
    pub(in crate::mirror) nature: Nature,
    /// The error with its causes.
    pub(in crate::mirror) reason: Arc<str>,
}

/// Whether another attempt may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mirror) enum Nature {
    /// It may.
    Passing,
    /// Not with this Homey or this token.
    Refused,
    /// A new sign-in is needed.
    SignedOut,
}

impl Trouble {
    /// Classifies an error.
    pub(in crate::mirror) fn of(error: &Error) -> Self {
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let text = cause.to_string();
            if !reason.contains(&text) {
                reason = format!("{reason}: {text}");
            }
            source = cause.source();
        }
        Self { nature: Nature::of(error), reason: reason.into() }
    }
}

impl Nature {
    fn of(error: &Error) -> Self {
        match error {
            Error::Shared(error) => Self::of(error),
            Error::Homey(HomeyError::MissingScope { .. }) | Error::Argument(_) => Self::Refused,
            // No such operation, or none for this token; 408 and 429 pass.
            Error::Homey(HomeyError::Refused { status: 403 | 404 | 405 | 501, .. }) => {
                Self::Refused
            }
            // What a Homey of 2016 says in place of 404.
            Error::Homey(HomeyError::Refused { code: Some(code), .. })
                if code == "missing_api_method" =>
            {
                Self::Refused
            }
            error if error.kind() == Kind::SignIn => Self::SignedOut,
            _ => Self::Passing,
        }
    }
}
