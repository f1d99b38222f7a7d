//! A home as data: read from a Homey, written to files, compared, planned, audited and written back.
//!
//! A [`Home`] holds the items of each [`Part`] that could be read, as the Homey sent them. A [`Snapshot`] is its set-up
//! without secrets, and the files that hold it. Everything else of this crate computes with one or two of them.
//!
//! *Doing* modules touch the network or the disk: `read`, `disk`, `archive`, `snapshot_store`, `apply`. All others are pure.

pub mod apply;
pub mod archive;
pub mod authors;
pub mod capability_card;
pub mod card;
pub mod cards;
pub mod check;
pub mod diff;
pub mod disk;
pub mod error;
mod file_names;
pub mod graph;
pub mod heal;
mod home;
mod known_devices;
pub mod label;
mod last_names;
pub mod layout;
mod part;
pub mod picture;
pub mod plan;
pub mod portable;
pub mod read;
mod refs;
pub mod retention;
pub mod secrets;
pub mod setup;
mod snapshot;
pub mod snapshot_store;
#[cfg(test)]
mod test_home;
pub mod token;
pub mod transfer;
pub mod words;
mod writable;

pub use error::BackupError;
pub use home::{About, Home, Items};
pub use known_devices::{KnownDevice, KnownDevices};
pub use last_names::LastNames;
pub use part::Part;
pub use refs::{DeviceRef, Ref, Refs};
pub use snapshot::Snapshot;
