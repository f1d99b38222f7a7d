//! The operations used every day as typed methods: one small face for each manager.
//!
//! A method has the vendor's name in snake case (`flow.getFlowFolders` is
//! [`Flows::get_flow_folders`]) and does one call. What the API takes as an object is a
//! [`serde_json::Value`], made with `json!` or from a model; its keys are checked as far as the
//! catalogue knows them. Every other operation is one [`Homey::call`] away.
//!
//! All methods fail as [`Homey::call_as`] does.

mod devices;
mod logic;
mod sessions;
mod system;
mod users;
mod zones;

use serde::de::{DeserializeOwned, IgnoredAny};

pub use devices::Devices;
pub use logic::Logic;
pub use sessions::Sessions;
pub use system::System;
pub use users::{NewApiKey, Users};
pub use zones::Zones;

use super::Homey;
use crate::error::Error;
use crate::model::Items;
use crate::request::Arguments;

macro_rules! faces {
    ($($manager:ident: $face:ident, $what:literal;)+) => {
        impl Homey {
            $(
                #[doc = $what]
                pub fn $manager(&self) -> $face<'_> {
                    $face(self)
                }
            )+
        }
    };
}

faces! {
    devices: Devices, "What is paired, and the values it reports.";
    logic: Logic, "Variables that flows read and write.";
    sessions: Sessions, "Who is signed in.";
    system: System, "The Homey itself.";
    users: Users, "Who may use it, and API keys.";
    zones: Zones, "Rooms and floors.";
}

impl Homey {
    /// A collection, whether it comes as an object by id or as an array.
    async fn items<T: DeserializeOwned>(
        &self,
        operation: &str,
        arguments: &Arguments,
    ) -> Result<Vec<T>, Error> {
        Ok(self.call_as::<Items<T>>(operation, arguments).await?.0)
    }

    /// Calls for the effect; what comes back is of no use or not known.
    async fn act(&self, operation: &str, arguments: &Arguments) -> Result<(), Error> {
        self.call_as::<IgnoredAny>(operation, arguments).await.map(drop)
    }
}
