//! Errors: what failed, why, and what to do about it.
//!
//! Causes are in `source()` and never repeated in the message. No text holds a password, a code or
//! a token.

mod advice;
mod config;
mod homey;
mod http;
mod kind;
mod realtime;
mod report;
mod sign_in;
mod store;

pub use advice::Advice;
pub use config::ConfigError;
pub use homey::HomeyError;
pub use http::{CertificateProblem, HttpError};
pub use kind::Kind;
pub use realtime::{Loss, RealtimeError};
pub use report::{ErrorReport, chain};
pub use sign_in::SignInError;
pub(crate) use sign_in::is_transient;
pub use store::{KeyringError, StoreError, Unsafe};

use crate::request::ArgumentError;

/// Any failure of the library.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The arguments are wrong; nothing was sent.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// No answer, or none that can be read.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The Homey refused.
    #[error(transparent)]
    Homey(#[from] HomeyError),
    /// Signing in, or renewing what keeps us signed in, was refused.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// Live events, or a call over their connection.
    #[error(transparent)]
    Realtime(#[from] RealtimeError),
    /// What is stored cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is configured on this machine cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A renewal failed that several were waiting for.
    #[error(transparent)]
    Shared(std::sync::Arc<Error>),
    /// The program ended, or failed, while a renewal was under way.
    #[error("the renewal of the token was interrupted")]
    Interrupted,
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for ErrorReport {
    fn from(error: E) -> Self {
        let error: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
        Self { advice: error.downcast_ref().and_then(Error::advice), error }
    }
}

impl Error {
    /// The kind of failure.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Argument(_) => Kind::Usage,
            Self::Http(_) => Kind::Failed,
            Self::Homey(error) => error.kind(),
            Self::SignIn(error) => error.kind(),
            Self::Realtime(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Config(error) => error.kind(),
            Self::Shared(error) => error.kind(),
            Self::Interrupted => Kind::Failed,
        }
    }

    /// The next step; `None` where there is nothing to add.
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::Argument(_) => None,
            Self::Http(error) => error.advice(),
            Self::Homey(error) => error.advice(),
            Self::SignIn(error) => error.advice(),
            Self::Realtime(error) => error.advice(),
            Self::Store(error) => error.advice(),
            Self::Config(error) => error.advice(),
            Self::Shared(error) => error.advice(),
            Self::Interrupted => Some("try again".into()),
        }
    }

    /// [`Self::advice`] for a program that tries again without a user, as the agent does: without
    /// the parts about another try, and `None` where there is only waiting.
    pub fn advice_while_retried(&self) -> Option<Advice> {
        match self {
            Self::Homey(error) => error.advice_while_retried(),
            Self::SignIn(error) => error.advice_while_retried(),
            Self::Shared(error) => error.advice_while_retried(),
            Self::Interrupted => None,
            _ => self.advice(),
        }
    }
}
