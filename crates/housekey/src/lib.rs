//! Keeps a working key to a Homey and puts its whole Web API at hand.
//!
//! *Pure* modules compute (`catalogue`, `request`, `openapi`, `model`, `error`, `secret`, `redaction`, `auth::policy`,
//! `discovery::candidates`, `discovery::preference`); *doing* modules touch network, disk or time
//! (`resolve`, `http`, the rest of `discovery`, `auth`, `client`, `mirror`). `clock` is the one place that asks
//! the system for the time.

pub mod auth;
pub mod catalogue;
pub mod client;
pub mod clock;
pub mod discovery;
pub mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, reason = "no part of the API")]
pub mod fuzzing;
pub mod http;
pub mod mirror;
pub mod model;
pub mod openapi;
pub mod realtime;
pub mod redaction;
pub mod request;
pub mod resolve;
pub mod secret;
pub mod whole_file;

pub use client::Homey;
pub use error::Error;
pub use secret::Secret;
