//! A home as data: read from a Homey, written to files, compared, planned, audited and written back.
//!
//! A [`Home`] holds the items of each [`Part`] that could be read, as the Homey sent them. A [`Snapshot`] is its set-up
//! without secrets, and the files that hold it. Everything else of this crate computes with one or two of them.
//!
//! *Pure* modules compute (`part`, `home`, `setup`, `secrets`, `refs`, `snapshot`, `layout`, `diff`, `writable`,
//! `plan`); *doing* modules touch
//! the network or the disk (`read`, `disk`, `archive`, `apply`).

pub mod apply;
pub mod archive;
pub mod diff;
pub mod disk;
pub mod error;
mod home;
pub mod layout;
pub mod capability_card;
pub mod card;
pub mod cards;
pub mod check;
pub mod graph;
mod home;
pub mod label;
mod last_names;
mod part;
pub mod plan;
pub mod picture;
pub mod read;
mod refs;
pub mod secrets;
pub mod setup;
mod snapshot;
mod writable;
#[cfg(test)]
mod test_home;
pub mod token;
pub mod words;

pub use error::BackupError;
pub use home::{About, Home, Items};
pub use part::Part;
pub use refs::{DeviceRef, Ref, Refs};
pub use snapshot::Snapshot;
