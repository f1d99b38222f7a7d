//! The whole Web API of a Homey smart-home hub, with a sign-in that renews itself.
//!
//! Lists the devices of the Homey that `housekey login` signed in to, and switches one off:
//!
//! ```no_run
//! # async fn example() -> Result<(), housekey::Error> {
//! use housekey::Homey;
//! let homey = Homey::open_default().await?;
//! for device in homey.devices().get_devices().await? {
//!     println!("{}", device.name());
//!     if device.name() == "Floor lamp" {
//!         homey.devices().set_capability_value(&device.id, "onoff", false).await?;
//!     }
//! }
//! homey.settle().await;
//! # Ok(()) }
//! ```
//!
//! Signs in, for all programs of this user:
//!
//! ```no_run
//! # async fn example() -> Result<(), housekey::Error> {
//! use housekey::auth::{OAuthClient, Password};
//! use housekey::config::Config;
//! let config = Config::of_process()?;
//! let sign_in = config.sign_in()?.client(OAuthClient::new("5a8d…", "its secret")).homey("Beach Cabin");
//! let signed_in = sign_in.with_password(&Password::new("robin@example.org", "a password")).await?;
//! let homey = config.keep(signed_in, Some("cabin")).await?;
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
//! `examples/` has these as programs, and others. [`Homey::open`] and [`config`] share sign-ins with the command
//! line, [`Homey::builder`] takes an address and an API key. [`client::api`] documents every operation,
//! [`Homey::subscribe`] live events; [`auth`] signs in and stores tokens.
//!
//! *Pure* modules compute (`catalogue`, `request`, `openapi`, `model`, `error`, `secret`, `redaction`, `retry`, `auth::policy`,
//! `discovery::candidates`, `discovery::preference`); *doing* modules touch network, disk or time
//! (`resolve`, `http`, the rest of `discovery`, `auth`, `client`, `mirror`, `config`). `clock` is the one place that
//! reads the time of the system.

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
