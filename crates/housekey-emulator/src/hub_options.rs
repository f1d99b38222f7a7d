//! The options of a virtual Homey.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::model::Model;
use crate::quirk::Quirks;

/// Which home a Homey has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HomeKind {
    /// A family's house with a few flows, all in order.
    #[default]
    Family,
    /// A home of many years: 120 devices or more, 200 standard and 60 advanced flows with every fault that an audit
    /// of flows looks for, and 1,800 cards. [`Emulator::home_faults`](crate::Emulator::home_faults) names the faults.
    Messy,
}

/// The settings of a virtual Homey.
#[derive(Debug, Clone)]
pub(crate) struct HubOptions {
    /// Its id in the cloud: 24 hexadecimal digits.
    pub(crate) cloud_id: String,
    /// The name its owner gave it.
    pub(crate) name: String,
    /// The model, which determines the dialect.
    pub(crate) model: Model,
    /// Which home it has.
    pub(crate) home: HomeKind,
    /// How many devices it has; thirty are a whole house.
    pub(crate) devices: usize,
    /// The seed of everything that looks random.
    pub(crate) seed: u64,
    /// The seed of the ids of items that are created while it runs.
    pub(crate) new_ids: u64,
    /// The quirks that are on at the start.
    pub(crate) quirks: Quirks,
    /// How long a session token is taken; real Homeys say 24 hours.
    pub(crate) session_life: SignedDuration,
    /// Whose Homey it is.
    pub(crate) owner: HubOwner,
    /// The OAuth client that people sign in with.
    pub(crate) client: HubClient,
}

/// An OAuth client, as a Homey knows it.
#[derive(Debug, Clone)]
pub(crate) struct HubClient {
    /// Its id.
    pub(crate) id: String,
    /// The name shown.
    pub(crate) name: String,
}

/// The owner of a Homey, as the cloud knows them.
#[derive(Debug, Clone)]
pub(crate) struct HubOwner {
    /// The account's id in the cloud.
    pub(crate) athom_id: String,
    /// The name shown.
    pub(crate) name: String,
}
