//! A home as data: read from a Homey, written to files, compared, planned, audited and written back.
//!
//! A [`Home`] holds the items of each [`Part`] that could be read, as the Homey sent them. Everything else of this
//! crate computes with one or two of them.
//!
//! *Pure* modules compute (`part`, `home`); *doing* modules touch the network or the disk (`read`).

mod home;
mod part;
pub mod read;

pub use home::{About, Home, Items};
pub use part::Part;
