//! The whole Web API of a Homey smart-home hub, with a sign-in that renews itself.
//!
//! Lists the devices, and switches one off:
//!
//! ```no_run
//! # async fn example() -> Result<(), housekey::Error> {
//! use housekey::Homey;
//! let homey = Homey::builder("http://192.0.2.7").token("an API key").connect().await?;
//! for device in homey.devices().get_devices().await? {
//!     println!("{}", device.name());
//!     if device.name() == "Floor lamp" {
//!         homey.devices().set_capability_value(&device.id, "onoff", false).await?;
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! Prints live events:
//!
//! ```no_run
//! # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
//! let mut zones = homey.subscribe("homey:manager:zones").await?;
//! while let Some(event) = zones.next().await {
//!     println!("{}", event?.data);
//! }
//! # Ok(()) }
//! ```
//!
//! Keeps a copy of the home, whatever happens to the connection:
//!
//! ```no_run
//! # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
//! use housekey::clock::SystemClock;
//! use housekey::mirror::{ItemKind, Kinds, Mirror};
//! let kinds: Kinds = [ItemKind::Device, ItemKind::Zone].into_iter().collect();
//! let mirror = Mirror::start(homey, kinds, SystemClock::shared()).await?;
//! let mut changes = mirror.changes();
//! while let Some(change) = changes.next().await {
//!     println!("{change:?}");
//! }
//! # Ok(()) }
//! ```
//!
//! `examples/` has these as programs. [`client::api`] documents every operation; [`auth`] signs in and keeps
//! tokens in a store.
//!
//! *Pure* modules compute (`catalogue`, `request`, `openapi`, `model`, `error`, `secret`, `redaction`, `retry`, `auth::policy`,
//! `discovery::candidates`, `discovery::preference`); *doing* modules touch network, disk or time
//! (`resolve`, `http`, the rest of `discovery`, `auth`, `client`, `mirror`). `clock` is the one place that asks
//! the system for the time.

pub mod auth;
pub mod catalogue;
pub mod client;
pub mod clock;
pub mod config;
pub mod discovery;
pub mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(missing_docs, reason = "no part of the API")]
pub mod fuzzing;
pub mod http;
pub mod mirror;
pub mod model;
mod mutex;
pub mod openapi;
pub mod realtime;
pub mod redaction;
pub mod request;
pub mod resolve;
pub mod retry;
pub mod secret;
pub mod whole_file;

pub use client::Homey;
pub use error::Error;
pub use secret::Secret;
