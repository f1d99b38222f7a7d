//! Live events, and calls over the connection that brings them.
//!
//! Pure: `packet` (frames), `session` (what to do when). Doing: `driver` (runs that on a socket),
//! `connect` (opens one), `subscription` (bounded queues for those who listen).

pub mod packet;
pub mod session;
