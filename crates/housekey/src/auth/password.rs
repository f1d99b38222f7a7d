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
