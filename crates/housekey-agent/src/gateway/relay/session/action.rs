//! What the relay driver does with a frame.

use std::borrow::Cow;

use housekey::Secret;
use serde_json::{Map, Value};

use super::replies;

/// What the driver has to do with a frame.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway::relay) enum Action {
    /// Forward the frame unchanged.
    Forward,
    /// Send this call to the Homey when it has a permit. If none comes in time, continue with
    /// [`RelaySession::on_queue_timeout`](super::RelaySession::on_queue_timeout).
    Queue(String, QueuedCall),
    /// Forward nothing.
    Drop,
    /// Send these frames to the client, in place of the frame.
    Reply(Vec<String>),
    /// Look the key up, and continue with
    /// [`RelaySession::on_key_accepted`](super::RelaySession::on_key_accepted) or
    /// [`ClientHandshake::rejected`].
    Authenticate(ClientHandshake),
    /// Send these frames to the Homey.
    Send(Vec<String>),
    /// Send the first frames to the client, the second to the Homey.
    ReplyAndSend(Vec<String>, Vec<String>),
    /// Renew the token, and continue with
    /// [`RelaySession::on_token_renewed`](super::RelaySession::on_token_renewed).
    RenewToken,
    /// Close the connection: no client of a Homey sends such a frame.
    Close(&'static str),
}

/// A call that waits for its permit.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway::relay) struct QueuedCall {
    pub(in crate::gateway::relay) namespace: String,
    /// The id of its reply; `None` if the client expects none.
    pub(in crate::gateway::relay) ack: Option<u64>,
    /// Whether the Homey reads from its disk for it.
    pub(in crate::gateway::relay) slow: bool,
}

/// The handshake of a client, whose key is not checked yet.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway::relay) struct ClientHandshake {
    pub(super) namespace: String,
    pub(super) ack: Option<u64>,
    pub(super) data: Map<String, Value>,
    /// What the client sent in place of the token, as JSON.
    pub(super) sent: Secret,
    pub(in crate::gateway::relay) key: Secret,
}

impl Action {
    /// The reply with an error object; nothing if the client expects no reply.
    pub(super) fn error(namespace: &str, ack: Option<u64>, error: &Value) -> Self {
        match ack {
            Some(ack) => Self::Reply(vec![replies::error(namespace, ack, error)]),
            None => Self::Drop,
        }
    }

    /// Forwards a frame as it came, or as it was redacted.
    pub(super) fn forward(frame: &str, redacted: Cow<'_, str>) -> Self {
        match redacted {
            Cow::Borrowed(_) => Self::Forward,
            Cow::Owned(redacted) if redacted == frame => Self::Forward,
            Cow::Owned(redacted) => Self::Reply(vec![redacted]),
        }
    }
}

impl ClientHandshake {
    /// The reply to a handshake that fails with this error object.
    pub(in crate::gateway::relay) fn rejected(&self, error: &Value) -> Action {
        Action::error(&self.namespace, self.ack, error)
    }
}
