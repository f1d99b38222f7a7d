//! Keeps Homey tokens fresh for good and hands them to every program that needs one.
//!
//! [`Agent`] is the service; [`credential`] writes a token down in the forms other programs take.

mod access;
pub mod advice;
mod agent;
pub mod child;
mod components;
mod counters;
pub mod credential;
mod dashboard;
mod error;
mod error_chain;
mod events;
mod file_limit;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, reason = "no part of the API")]
pub mod fuzzing;
mod gateway;
mod home_metrics;
mod http;
mod influx;
mod keeper;
pub mod key;
mod listeners;
pub mod local_api;
mod lock;
#[cfg(feature = "mcp")]
mod mcp;
mod metrics;
#[cfg(feature = "mqtt")]
mod mqtt;
mod mutex;
mod recorder;
mod redaction;
mod route_log;
mod security;
mod served_homey;
mod service_manager;
pub mod settings;
#[cfg(test)]
mod simulation;
mod sinks;
mod snapshot_keeper;
pub mod status;
mod status_board;
mod supervisor;
pub mod token_variables;
pub mod unit;
mod write_log;

pub use agent::{Agent, PlainHttpOf};
pub use error::{AgentError, Unwritable};
pub use lock::{Holder, Lock, LockError, holder, wait_until_free};
#[cfg(feature = "mcp")]
pub use mcp::Recorded;
pub use service_manager::ServiceManager;
