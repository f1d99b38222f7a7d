//! The state of one subscription that has listeners.

use crate::error::Loss;

/// The state of one subscription that has listeners.
#[derive(Debug, Default)]
pub(super) struct WantedSubscription {
    /// Whether the Homey has granted it before; then it survives reconnects.
    pub(super) granted: bool,
    /// Why the connection was lost on which it was in place; reported once it is restored.
    pub(super) gap: Option<Loss>,
    /// Whether it was refused for the token, and is requested again with another.
    pub(super) renewed: bool,
}
