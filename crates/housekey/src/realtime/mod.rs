//! Live events, and calls over the connection that brings them.
//!
//! Pure: `packet` (frames), `session` (what to do when). Doing: `driver` (does it on a socket), `dial`
//! (opens one), `subscription` and `feed` (bounded queues for those who listen), `handle` (what programs hold).

mod dial;
mod driver;
mod feed;
mod handle;
pub mod packet;
#[cfg(test)]
mod recorded;
pub mod session;
mod subscription;

pub(crate) use self::dial::HomeyDial;
pub(crate) use self::feed::{Feed, Note};
pub use self::handle::Realtime;
pub use self::session::{Event, LONGEST_REST, Status};
pub use self::subscription::Subscription;
