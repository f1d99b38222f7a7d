//! The credentials of an account.

use crate::Secret;

/// E-mail address, password and code of the second factor.
#[derive(Debug, Clone)]
pub struct Password {
    /// The e-mail address of the account.
    pub email: String,
    /// Its password.
    pub password: Secret,
    /// The code of the second factor, where the account has one.
    pub otp: Option<Secret>,
}

impl Password {
    /// The credentials of an account without a second factor.
    pub fn new(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { email: email.into(), password: password.into(), otp: None }
    }
}
