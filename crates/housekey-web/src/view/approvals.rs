//! Calls of assistants that wait for a person.

use jiff::Timestamp;

/// A call that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCall {
    /// Its id.
    pub id: String,
    /// Until when it waits.
    pub expires: Timestamp,
    /// The key of the client.
    pub key: String,
    /// What the client calls itself.
    pub client: String,
    /// What it would do.
    pub call: String,
}
