//! Where the calls of assistants that wait for a person come from.

use crate::view::approvals::WaitingCall;

/// The calls that wait on this machine.
pub trait Approving: Send + Sync {
    /// Those that wait, the oldest first.
    fn waiting(&self) -> Vec<WaitingCall>;
    /// Answers one. Whether it still waited.
    fn answer(&self, id: &str, allow: bool) -> bool;
}
