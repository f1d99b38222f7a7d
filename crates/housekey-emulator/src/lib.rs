//! A virtual Homey and its cloud in one process, for tests and for trying things out.
//!
//! One listener plays every host of the real sites. [`Emulator`] starts and controls it; `/_emulator/` does
//! the same over HTTP. The README begins with what is not modelled.
//!
//! It imports only the catalogue, the clock and the secret of the library: client and emulator share no wire
//! code, so that each tests the other.

mod call_names;
mod clock;
mod cloud;
mod connection_info;
mod connections;
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
pub use self::connections::Interruption;
pub use self::emulator::Emulator;
pub use self::exchange::BrokenOff;
pub use self::fault::Failure;
pub use self::fault_builder::FaultBuilder;
pub use self::hub_options::HomeKind;
pub use self::model::Model;
pub use self::options::Builder;
pub use self::quirk::Quirk;
pub use self::realtime::Burst;
pub use self::seen::Seen;
pub use self::state::availability::DeviceChange;
pub use self::state::home_fault::HomeFault;
pub use self::world::Expire;
