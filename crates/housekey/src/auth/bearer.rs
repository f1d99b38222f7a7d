//! Where the bearer token of one Homey comes from.

use super::{Session, SignInWatch};
use crate::Secret;
use crate::error::{Error, HomeyError};

/// Provides the token to send, and another when it was refused.
#[derive(Debug, Clone)]
pub enum Bearer {
    /// An API key or a session token that is not renewed.
    Fixed(Secret),
    /// A session that is renewed.
    Session(Session),
}

impl Bearer {
    /// The token as it would be sent now, renewed first if it has ended.
    ///
    /// # Errors
    /// What the renewal failed with, if one was needed.
    pub async fn token(&self) -> Result<Secret, Error> {
        match self {
            Self::Fixed(token) => Ok(token.clone()),
            Self::Session(session) => session.bearer().await,
        }
    }

    /// Notices sign-ins from now on; `None` for a token that is not renewed.
    pub(crate) fn watch_sign_in(&self) -> Option<SignInWatch> {
        match self {
            Self::Fixed(_) => None,
            Self::Session(session) => Some(SignInWatch::new(session.clone())),
        }
    }

    /// A token other than `refused`, which the Homey would not take.
    ///
    /// # Errors
    /// [`HomeyError::TokenRefused`] for a token that is not renewed; else what the renewal failed with.
    pub async fn renew_after(&self, refused: &Secret) -> Result<Secret, Error> {
        match self {
            Self::Fixed(_) => {
                let message = "it has ended or was removed".to_owned();
                Err(HomeyError::TokenRefused { message }.into())
            }
            Self::Session(session) => session.renew_after(refused).await,
        }
    }
}
