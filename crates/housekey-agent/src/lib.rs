//! Keeps Homey tokens fresh for good and hands them to every program that needs one.
//!
//! [`Agent`] is the service; [`credential`] writes a token down in the forms other programs take.

mod access;
mod agent;
mod board;
pub mod child;
pub mod credential;
mod crew;
mod docs;
mod doors;
mod events;
mod files;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, reason = "no part of the API")]
pub mod fuzzing;
mod gateway;
mod http;
mod keeper;
pub mod key;
pub mod local_api;
mod lock;
mod metrics;
mod redaction;
mod security;
mod service_manager;
pub mod settings;
#[cfg(test)]
mod simulation;
mod sinks;
pub mod status;
mod supervisor;
pub mod token_variables;
pub mod unit;

pub use agent::{Agent, AgentError, PlainHttpOf};
pub use crew::Unwritable;
pub use lock::{Holder, Lock, LockError, holder, wait_until_free};
pub use service_manager::ServiceManager;
