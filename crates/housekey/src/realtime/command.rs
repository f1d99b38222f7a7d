//! Commands to the driver of a connection, and the errors of their replies.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::inbox::Inbox;
use super::session::{Call, Failure};
use crate::error::{Error, HomeyError, RealtimeError};

/// A command of a listener or caller.
#[derive(Debug)]
pub(super) enum Command {
    Subscribe {
        uri: Arc<str>,
        inbox: Arc<Inbox>,
        reply: oneshot::Sender<Result<(), Error>>,
    },
    Release(Arc<str>),
    /// One listener of a URI is gone.
    Leave {
        uri: Arc<str>,
        inbox: Arc<Inbox>,
    },
    /// Listeners of many URIs may be gone.
    Sweep,
    Call {
        call: Call,
        reply: oneshot::Sender<Result<Box<RawValue>, Refused>>,
    },
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) enum Refused {
    /// The conversation told.
    Failure(Failure),
    /// There is no token.
    Error(Error),
}

/// The error for something that was asked of the Homey: an operation, or a subscription.
pub(super) fn failed(what: &str, scopes: &[&str], failure: Failure) -> Error {
    let operation = what.to_owned();
    match failure {
        Failure::Refused(refusal) => {
            // The words were sent in place of a status, which only very old hubs do.
            let status = refusal.status.unwrap_or(500);
            HomeyError::of(what, scopes, status, refusal.code, refusal.message, None).into()
        }
        Failure::TimedOut(limit) => RealtimeError::TimedOut { what: operation, limit }.into(),
        Failure::NotConnected(why) => RealtimeError::NotConnected { why }.into(),
        Failure::Dropped => RealtimeError::Dropped { operation }.into(),
        Failure::Busy => RealtimeError::Busy { operation }.into(),
        Failure::Ended => RealtimeError::Closed.into(),
    }
}
