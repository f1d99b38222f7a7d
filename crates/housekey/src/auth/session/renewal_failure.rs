//! The failure of a renewal that may pass.

use std::sync::Arc;

use tokio::time::Instant;

use crate::error::Error;

/// The last attempt to renew, which failed for now.
#[derive(Debug)]
pub(super) struct RenewalFailure {
    /// How many tries have failed in a row.
    pub(super) failures: u32,
    pub(super) not_before: Instant,
    pub(super) error: Arc<Error>,
}
