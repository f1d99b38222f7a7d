//! The typed API: a type for each manager of the Homey, with a method for each of its operations.
//!
//! A method has the vendor's name in snake case (`flow.getFlowFolders` is
//! [`ManagerFlow::get_flow_folders`]) and takes the required arguments; it returns a [`Call`], which is sent
//! when it is awaited. The methods are made from the catalogue when the library is built; a few with a better
//! signature are written by hand. What the API takes as an object is a [`serde_json::Value`], made with
//! `json!` or from a model; its keys are checked as far as the catalogue has them.
//!
//! ```no_run
//! # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
//! use serde_json::json;
//! for device in homey.devices().get_devices().await? {
//!     if device.capability("onoff").is_some() {
//!         homey.devices().set_capability_value(&device.id, "onoff", false).await?;
//!     }
//! }
//! let attic = homey.zones().create_zone(json!({ "name": "Attic" })).await?;
//! let day = homey.insights().get_log_entries("homey:device:a1b2:measure_power").with("resolution", "last24Hours");
//! for (at, watts) in day.await?.points() {
//!     println!("{at} {watts:?} in {}", attic.id);
//! }
//! # Ok(()) }
//! ```
//!
//! All calls fail as [`Homey::call_as`] does.

mod api_key;
mod generated;
mod images;
mod notifications;
mod unlisted;
mod variables;
mod zwave;

pub use api_key::NewApiKey;
pub use generated::*;
pub use unlisted::ManagerReminder;
pub use zwave::Opts;

#[cfg(doc)]
use super::{Call, Homey};
