//! Commands to the driver of a connection, and the errors of their replies.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::inbox::Inbox;
use super::session::{CallRequest, RequestFailure};
use crate::error::{Error, HomeyError, RealtimeError};

/// A command of a listener or a caller.
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
        call: CallRequest,
        reply: oneshot::Sender<Result<Box<RawValue>, Refused>>,
    },
}

/// Why a request failed.
#[derive(Debug)]
pub(super) enum Refused {
    /// The session reported it.
    Failure(RequestFailure),
    /// There is no token.
    Error(Error),
}

/// The error of a request to the Homey: an operation, or a subscription.
pub(super) fn failed(what: &str, scopes: &[&str], failure: RequestFailure) -> Error {
    let operation = what.to_owned();
    match failure {
        RequestFailure::Refused(refusal) => {
            // The words were sent in place of a status, which only very old hubs do.
            let status = refusal.status.unwrap_or(500);
            HomeyError::of(what, scopes, status, refusal.code, refusal.message, None).into()
        }
        RequestFailure::TimedOut(limit) => {
            RealtimeError::TimedOut { what: operation, limit }.into()
        }
        RequestFailure::NotConnected(why) => RealtimeError::NotConnected { why }.into(),
        RequestFailure::Dropped => RealtimeError::Dropped { operation }.into(),
        RequestFailure::Busy => RealtimeError::Busy { operation }.into(),
        RequestFailure::Ended => RealtimeError::Closed.into(),
    }
}
