//! Inputs and actions of the session.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;

use super::client_frame::ClientFrame;
use super::homey_refusal::HomeyRefusal;
use super::requests::CallRequest;
use crate::Secret;
use crate::error::Loss;

/// The time of a step, and a random number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepContext {
    /// Monotonic time since any fixed start.
    pub at: Duration,
    /// Jitter of the rests between attempts.
    pub chance: f64,
}

/// An input of the session.
#[derive(Debug)]
pub enum Input<'a> {
    /// The time of [`LiveSession::deadline`](super::LiveSession::deadline) has come. At the start it has.
    Elapsed,
    /// The transport is open.
    Opened,
    /// The transport could not be opened, or is gone.
    Closed(Loss),
    /// A text frame was received.
    Frame(&'a str),
    /// The token, as requested.
    Token(Secret),
    /// There is no token at present.
    NoToken(Loss),
    /// There is no token until a new sign-in.
    SignedOut,
    /// There may be a new sign-in.
    SignedIn,
    /// A listener subscribes to a URI.
    Subscribe(&'a str),
    /// The last listener of a URI is gone.
    Unsubscribe(&'a str),
    /// A call of an operation, by the caller's number.
    Call(u64, CallRequest),
    /// The connection is no longer needed.
    Leave,
}

/// An action for the driver.
#[derive(Debug)]
pub enum Action {
    /// Open a transport, in place of one that is being opened.
    Connect,
    /// Drop the transport, open or being opened.
    HangUp,
    /// Get a token, other than the last one if that was `refused`. Replaces an earlier request.
    Authenticate {
        /// Whether the Homey refused the last one.
        refused: bool,
    },
    /// Send a frame.
    Send(ClientFrame),
    /// Deliver an event to the listeners of its URI.
    Deliver(Event),
    /// The Homey has granted a subscription.
    Subscribed(Arc<str>),
    /// A subscription is restored, after events may have been missed.
    Restored(Arc<str>, Loss),
    /// A subscription has ended, or was refused.
    Unsubscribed(Arc<str>, RequestFailure),
    /// The outcome of a call.
    Answer(u64, Result<Box<RawValue>, RequestFailure>),
    /// The status has changed.
    Status(ConnectionStatus),
}

/// An event of the home.
#[derive(Debug, Clone)]
pub struct Event {
    /// The source: `homey:device:<uuid>`, `homey:manager:zones`.
    pub uri: Arc<str>,
    /// The name: `capability`, `zone.update`.
    pub name: Arc<str>,
    /// Its data as well-formed JSON text, not parsed yet; `null` if there is none.
    pub data: Arc<RawValue>,
}

impl Event {
    /// The data as a value; `null` where it is nested deeper than 128 levels, which no Homey does.
    pub fn value(&self) -> Value {
        serde_json::from_str(self.data.get()).unwrap_or_default()
    }
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestFailure {
    /// The Homey refused it.
    Refused(HomeyRefusal),
    /// No answer within this limit.
    TimedOut(Duration),
    /// There was no connection.
    NotConnected(Loss),
    /// The connection was lost before the answer, and the call must not be repeated.
    Dropped,
    /// Too many calls are futures.
    Busy,
    /// The conversation has ended.
    Ended,
}

/// The status of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Being made.
    Connecting,
    /// Connected; all subscriptions are requested.
    Live,
    /// Lost; the next attempt follows without a request.
    Waiting(Loss),
    /// There is no token until a new sign-in; then it reconnects. Subscriptions have ended and
    /// have to be made anew.
    SignedOut,
    /// Closed for good: no handle is left.
    Ended,
}
