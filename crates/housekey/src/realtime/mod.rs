//! Live events, and calls over the connection that brings them.
//!
//! Pure: `packet` (frames), `session` (what to do when). Doing: `driver` (does it on a socket), `dial`
//! (opens one), `subscription` and `feed` (bounded queues for those who listen), `handle` (what programs hold).

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
pub(crate) use self::inbox::Note;
pub use self::session::{Event, RECONNECT, Status};
pub use self::subscription::Subscription;
