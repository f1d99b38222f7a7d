//! A virtual Homey and its cloud in one process, for tests and for trying things out.
//!
//! One listener plays every host of the real thing. [`Emulator`] starts and steers it; the same can
//! be done over HTTP at `/_emulator/`. What is not modelled stands at the top of the README.
//!
//! Of the library it imports the catalogue, the clock and the secret alone: client and emulator are
//! written apart, so that each judges the other.

mod clock;
mod cloud;
mod connection_info;
mod control;
mod cors;
mod echo;
mod emulator;
mod exchange;
mod fault;
mod fault_builder;
mod faulty_stream;
mod hub;
mod hub_options;
mod model;
mod options;
mod quirk;
mod realtime;
mod reply;
mod request;
mod routing;
mod seen;
mod server;
mod state;
mod world;

pub use housekey::catalogue::Dialect;

pub use self::connection_info::{ConnectionInfo, HomeyConnection};
pub use self::emulator::Emulator;
pub use self::exchange::BrokenOff;
pub use self::fault::Failure;
pub use self::fault_builder::FaultBuilder;
pub use self::model::Model;
pub use self::options::Builder;
pub use self::quirk::Quirk;
pub use self::realtime::{Burst, Interruption};
pub use self::seen::Seen;
pub use self::state::availability::DeviceChange;
pub use self::world::Expire;
