//! Live events, and calls over the connection that brings them.
//!
//! Pure: `packet` (frames), `session` (the protocol's state machine). Doing: `driver` (runs it on
//! a socket), `dial` (opens the socket), `subscription` and `feed` (bounded queues of listeners),
//! `handle` (the handle for programs).

mod command;
mod dial;
mod driver;
mod feed;
mod handle;
mod inbox;
pub mod packet;
#[cfg(test)]
mod recorded;
pub mod session;
mod subscription;

pub(crate) use self::dial::HomeyDial;
pub(crate) use self::feed::Feed;
pub use self::handle::Realtime;
pub(crate) use self::inbox::QueueItem;
pub use self::session::{ConnectionStatus, Event, RECONNECT};
pub use self::subscription::Subscription;
