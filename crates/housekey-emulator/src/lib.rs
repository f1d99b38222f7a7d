//! A virtual Homey and its cloud in one process, for tests and for trying things out.
//!
//! One listener plays every host of the real thing. [`Emulator`] starts and steers it; the same can
//! be done over HTTP at `/_emulator/`. What is not modelled stands at the top of the README.
//!
//! Of the library it imports the catalogue, the clock and the secret alone: client and emulator are
//! written apart, so that each judges the other.

mod call;
mod clock;
mod cloud;
mod control;
mod cors;
mod echo;
mod emulator;
mod exchange;
mod facts;
pub mod hub;
mod line;
mod model;
mod options;
mod quirk;
mod realtime;
mod reply;
mod routing;
mod script;
mod server;
mod state;
mod world;

pub use housekey::catalogue::Dialect;

pub use self::emulator::Emulator;
pub use self::exchange::BrokenOff;
pub use self::facts::{Facts, HomeyFacts};
pub use self::model::Model;
pub use self::options::Builder;
pub use self::quirk::Quirk;
pub use self::realtime::{Burst, Interruption};
pub use self::script::{Failure, Script, Seen};
pub use self::world::{DeviceChange, Expire};
