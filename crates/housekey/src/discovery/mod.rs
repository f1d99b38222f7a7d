//! Finds the address at which a Homey answers.

pub mod candidates;
mod race;

pub use candidates::{Addresses, Candidate, Strategy};
pub(crate) use race::HOMEY_ID;
pub use race::{Found, Route, ping};
