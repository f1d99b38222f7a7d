//! The names that faults and counts use: steps of a sign-in, steps of a live connection, and the operations of
//! the catalogue.

use housekey::catalogue;

use crate::cloud::Step;

/// The request that becomes the WebSocket.
pub(crate) const OPEN: &str = "realtime.open";
pub(crate) const HANDSHAKE: &str = "realtime.handshake";
pub(crate) const JOIN: &str = "realtime.join";
pub(crate) const SUBSCRIBE: &str = "realtime.subscribe";
pub(crate) const UNSUBSCRIBE: &str = "realtime.unsubscribe";
/// A call, which counts under the name of its operation as well.
pub(crate) const CALL: &str = "realtime.call";
/// One event to one connection.
pub(crate) const EVENT: &str = "realtime.event";

const LIVE: [&str; 7] = [OPEN, HANDSHAKE, JOIN, SUBSCRIBE, UNSUBSCRIBE, CALL, EVENT];

/// The names of the steps, which are listed even without a call: those of a sign-in and of a live connection.
pub(crate) fn steps() -> impl Iterator<Item = &'static str> {
    Step::NAMES.into_iter().chain(["users.login"]).chain(LIVE)
}

/// Whether a name is that of a step or an operation, or a prefix of some that ends in `*`.
pub(crate) fn is_name(name: &str) -> bool {
    let mut operations = catalogue::operations().iter().chain(catalogue::CLOUD);
    name.ends_with('*')
        || steps().any(|step| step == name)
        || operations.any(|operation| operation.id == name)
}
