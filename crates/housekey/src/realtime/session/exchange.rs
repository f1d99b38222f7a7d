//! What goes into a step of the conversation, and what comes out.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use super::requests::Call;
use super::say::Say;
use crate::Secret;
use crate::error::Loss;

/// When something happened, and a number from 0 to 1 that nobody can foresee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Monotonic time since any fixed start.
    pub at: Duration,
    /// Spreads the rests between attempts.
    pub chance: f64,
}

/// Something that happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The time of [`Session::deadline`](super::Session::deadline) has come. At the start it has.
    Elapsed,
    /// The transport is open.
    Opened,
    /// The transport could not be opened, or is gone.
    Closed(Loss),
    /// A text frame came.
    Frame(&'a str),
    /// The token that was asked for.
    Token(Secret),
    /// There is no token just now.
    NoToken(Loss),
    /// There will be none until somebody signs in.
    SignedOut,
    /// Somebody may have signed in.
    SignedIn,
    /// Somebody wants the events of a URI.
    Subscribe(&'a str),
    /// Nobody wants them any more.
    Unsubscribe(&'a str),
    /// Somebody calls an operation, by a number of their own.
    Call(u64, Call),
    /// Nobody needs the connection any more.
    Leave,
}

/// Something to be done.
#[derive(Debug)]
pub enum Action {
    /// Open a transport; one that is being opened is given up.
    Connect,
    /// Drop the transport, open or being opened.
    HangUp,
    /// Get a token, other than the last one if that was `refused`. An earlier request is void.
    Authenticate {
        /// Whether the Homey would not take the last one.
        refused: bool,
    },
    /// Send a frame.
    Send(Say),
    /// Hand an event to those who listen to the URI.
    Deliver(Event),
    /// The Homey has granted a subscription.
    Subscribed(Arc<str>),
    /// A granted subscription is in place again, after events may have been missed.
    Restored(Arc<str>, Loss),
    /// A subscription is over, or never was.
    Unsubscribed(Arc<str>, Failure),
    /// The outcome of a call.
    Answer(u64, Result<Box<RawValue>, Failure>),
    /// The connection is in another state.
    Status(Status),
}

/// Something that happened in the home.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where: `homey:device:<uuid>`, `homey:manager:zones`.
    pub uri: Arc<str>,
    /// What: `capability`, `zone.update`.
    pub name: Arc<str>,
    /// Its data as JSON text that is well-formed but not yet read; `null` where there was none.
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
pub enum Failure {
    /// The Homey said no.
    Refused(Refusal),
    /// It did not answer in time.
    TimedOut(Duration),
    /// There was no connection to ask over.
    NotConnected(Loss),
    /// The connection was lost before the answer, and the call must not be repeated.
    Dropped,
    /// Too many calls are waiting.
    Busy,
    /// The conversation is over.
    Ended,
}

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Being made.
    Connecting,
    /// There; every subscription has been asked for.
    Live,
    /// Gone; the next attempt comes by itself.
    Waiting(Loss),
    /// There is no token until somebody signs in; then it comes back by itself. What was listened to
    /// has ended, and has to be subscribed to anew.
    SignedOut,
    /// Over for good: nobody needs it any more.
    Ended,
}
