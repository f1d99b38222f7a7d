//! The serving side of live events: Socket.IO for clients of protocol 3 and 4, on the same listener.
//!
//! The wire is `socketioxide`'s, not the library's codec, so that the two judge each other. `serve`
//! has the handlers, `links` who is connected and listens to what, `burst` the load for benchmarks.

mod burst;
mod links;
mod serve;

use serde::Deserialize;

pub use self::burst::Burst;
pub(crate) use self::links::Links;
pub(crate) use self::serve::service;

/// The steps of a live connection, as faults and counts name them.
pub(crate) const STEPS: [&str; 7] = [OPEN, HANDSHAKE, JOIN, SUBSCRIBE, UNSUBSCRIBE, CALL, EVENT];

/// The request that becomes the WebSocket.
pub(crate) const OPEN: &str = "realtime.open";
const HANDSHAKE: &str = "realtime.handshake";
const JOIN: &str = "realtime.join";
const SUBSCRIBE: &str = "realtime.subscribe";
const UNSUBSCRIBE: &str = "realtime.unsubscribe";
/// A call, which counts under the name of its operation as well.
const CALL: &str = "realtime.call";
/// One event to one connection.
pub(crate) const EVENT: &str = "realtime.event";

/// What can happen to all live connections at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interruption {
    /// They are thrown out of the namespace; the transport stays open.
    Kick,
    /// They are thrown out of the root alone, and stay in the namespace: a state that a server
    /// should not leave anybody in, and clients have to get out of.
    Root,
    /// They are told to leave everything, then the transport is closed.
    Disconnect,
    /// The transport breaks, without a word.
    Drop,
    /// Nothing goes out any more, not even the answer to a ping; what comes in is still read.
    Hold,
    /// What was held goes out.
    Release,
}
