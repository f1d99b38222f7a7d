//! The state of one subscription that listeners want.

use crate::error::Loss;

/// What is known of a subscription that somebody wants.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Whether the Homey has granted it before; then it outlives connections.
    pub(super) granted: bool,
    /// Why the connection was lost on which it was in place; to be told when it is again.
    pub(super) gap: Option<Loss>,
    /// Whether it was refused for the token, and is asked for again with another.
    pub(super) renewed: bool,
}
