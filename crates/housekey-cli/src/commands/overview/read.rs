//! Reads what an overview is made from: seven lists, all at once.

use std::future::IntoFuture;

use housekey::error::Kind;
use housekey::model::{App, Device, Field, Items, LiveReport, User, Zone};
use serde::Deserialize;

use crate::context::Target;
use crate::error::Outcome;

/// A part of the home, or why it cannot be read.
pub(super) type Part<T> = Result<T, housekey::Error>;

/// What a Homey says of its home.
pub(super) struct Home {
    pub(super) users: Part<Vec<User>>,
    pub(super) devices: Part<Vec<Device>>,
    pub(super) zones: Part<Vec<Zone>>,
    pub(super) flows: Part<Vec<FlowState>>,
    /// Not every Homey has them; without them nothing is missing.
    pub(super) advanced_flows: Vec<FlowState>,
    pub(super) apps: Part<Vec<App>>,
    pub(super) energy: Part<LiveReport>,
}

/// The state of a flow of either kind.
#[derive(Deserialize)]
pub(super) struct FlowState {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: Field<String>,
    #[serde(default)]
    pub(super) broken: Field<bool>,
}

/// Reads all of it.
///
/// # Errors
/// What keeps every list from being read: no sign-in, no answer.
pub(super) async fn home(target: &Target) -> Outcome<Home> {
    let homey = &target.homey;
    let (users, devices, zones, flows, advanced_flows, apps, energy) = tokio::join!(
        homey.users().get_users().into_future(),
        homey.devices().get_devices().into_future(),
        homey.zones().get_zones().into_future(),
        homey.flow().get_flows().read_as::<Items<FlowState>>().into_future(),
        homey.flow().get_advanced_flows().read_as::<Items<FlowState>>().into_future(),
        homey.apps().get_apps().into_future(),
        homey.energy().get_live_report().into_future(),
    );
    let home = Home {
        users: users.map(|Items(users)| users),
        devices: devices.map(|Items(devices)| devices),
        zones: zones.map(|Items(zones)| zones),
        flows: flows.map(|Items(flows)| flows),
        advanced_flows: advanced_flows.map_or_else(|_| Vec::new(), |Items(flows)| flows),
        apps: apps.map(|Items(apps)| apps),
        energy,
    };
    match home {
        Home {
            users: Err(error),
            devices: Err(_),
            zones: Err(_),
            flows: Err(_),
            apps: Err(_),
            energy: Err(_),
            ..
        } => Err(error.into()),
        Home { devices: Err(error), .. } if error.kind() == Kind::SignIn => Err(error.into()),
        home => Ok(home),
    }
}
