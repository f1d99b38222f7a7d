//! A token, ready to be sent.

use housekey::Secret;
use hyper::header::HeaderValue;
use jiff::Timestamp;

/// A token, made ready to be sent.
#[derive(Debug)]
pub(in crate::gateway) struct BearerToken {
    pub(in crate::gateway) secret: Secret,
    pub(in crate::gateway) header: HeaderValue,
    pub(super) made_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
}

impl BearerToken {
    /// Whether it was made before that; `false` for one that is no session, whose age is not known.
    pub(in crate::gateway) fn is_older_than(&self, moment: Timestamp) -> bool {
        self.made_at.is_some_and(|made| made < moment)
    }
}
