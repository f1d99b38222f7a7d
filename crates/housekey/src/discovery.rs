//! Finds the address at which a Homey answers.

mod browse;
mod candidates;
#[cfg(test)]
mod certificate_tests;
mod diagnose;
#[cfg(test)]
mod pace_tests;
mod ping;
mod preference;
mod race;
mod reason;
mod route;

#[cfg(any(test, fuzzing))]
pub use browse::fuzz::mdns as fuzz_mdns;
pub use browse::{Announced, browse};
pub use candidates::{Addresses, Candidate, PlainHttp, Strategy, candidates, is_loopback};
pub use diagnose::{Diagnosis, diagnose};
pub(crate) use ping::HOMEY_ID;
pub use ping::{FoundHomey, ping};
pub use reason::Reason;
pub use route::Route;
