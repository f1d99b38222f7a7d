//! The operations used every day as typed methods: one small face for each manager.
//!
//! A method has the vendor's name in snake case (`flow.getFlowFolders` is
//! [`Flows::get_flow_folders`]) and does one call. What the API takes as an object is a
//! [`serde_json::Value`], made with `json!` or from a model; its keys are checked as far as the
//! catalogue knows them. Every other operation is one [`Homey::call`] away.
//!
//! All methods fail as [`Homey::call_as`] does.

mod alarms;
mod apps;
mod cloud;
mod devices;
mod drivers;
mod energy;
mod experiments;
mod flow;
mod flowtoken;
mod geolocation;
mod i18n;
mod images;
mod insights;
mod ledring;
mod logic;
mod mobile;
mod moods;
mod notifications;
mod presence;
mod reminder;
mod sessions;
mod system;
mod users;
mod weather;
mod zigbee;
mod zones;
mod zwave;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

pub use alarms::Alarms;
pub use apps::Apps;
pub use cloud::Cloud;
pub use devices::Devices;
pub use drivers::Drivers;
pub use energy::Energy;
pub use experiments::Experiments;
pub use flow::Flows;
pub use flowtoken::FlowTokens;
pub use geolocation::Geolocation;
pub use i18n::I18n;
pub use images::Images;
pub use insights::Insights;
pub use ledring::Ledring;
pub use logic::Logic;
pub use mobile::Mobile;
pub use moods::Moods;
pub use notifications::Notifications;
pub use presence::Presences;
pub use reminder::Reminders;
pub use sessions::Sessions;
pub use system::System;
pub use users::{NewApiKey, Users};
pub use weather::Weathers;
pub use zigbee::Zigbee;
pub use zones::Zones;
pub use zwave::{Opts, Zwave};

use super::{Homey, RawCall};
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
    alarms: Alarms, "Alarm clocks.";
    apps: Apps, "Apps that are installed.";
    cloud: Cloud, "The connection to the cloud.";
    devices: Devices, "What is paired, and the values it reports.";
    drivers: Drivers, "What apps bring to pair devices.";
    energy: Energy, "What is used and generated.";
    experiments: Experiments, "Features that can be tried.";
    flow: Flows, "Flows, advanced flows, folders and cards.";
    flowtoken: FlowTokens, "Values that flows can use.";
    geolocation: Geolocation, "Where it is.";
    i18n: I18n, "Language and units.";
    images: Images, "Images, of cameras mostly.";
    insights: Insights, "Values over time.";
    ledring: Ledring, "The ring of lights around it.";
    logic: Logic, "Variables that flows read and write.";
    mobile: Mobile, "What the mobile app shows.";
    moods: Moods, "How the devices of a zone are to be.";
    notifications: Notifications, "The timeline.";
    presence: Presences, "Who is at home, and who is asleep.";
    reminder: Reminders, "Reminders of old.";
    sessions: Sessions, "Who is signed in.";
    system: System, "The Homey itself.";
    users: Users, "Who may use it, and API keys.";
    weather: Weathers, "The weather at its place.";
    zigbee: Zigbee, "The Zigbee network.";
    zones: Zones, "Rooms and floors.";
    zwave: Zwave, "The Z-Wave network.";
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

    /// Reads a path below `/api/manager/` that is no operation.
    async fn root(&self, path: &str) -> Result<Value, Error> {
        self.raw_as(&RawCall::get(format!("/api/manager/{path}/"))).await
    }
}
