//! The serving side of live events: Socket.IO for clients of protocol 3 and 4, on the same listener.
//!
//! The codec is that of `socketioxide`, not the library's own, so that each tests the other. `serve` has the
//! handlers, `burst` the load for benchmarks.

mod burst;
mod serve;

pub use self::burst::Burst;
pub(crate) use self::serve::service;
