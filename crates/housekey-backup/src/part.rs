//! The parts of a home.

use serde::{Deserialize, Serialize};

/// A part of a home: the items of one list of the API.
///
/// The order is the one in which items can be created: each refers to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Options of the home: language, units, prices. The id of an item is its path: `i18n/language`.
    Options,
    /// Apps, by their id in the app store.
    Apps,
    /// People. They join by invitation, so none is ever written.
    Users,
    /// Zones, a tree with one root.
    Zones,
    /// Folders of flows, a tree without a common root.
    Folders,
    /// Logic variables.
    Variables,
    /// Devices. None can be created: they are paired.
    Devices,
    /// Moods.
    Moods,
    /// Scripts of the app `HomeyScript`.
    Scripts,
    /// Standard flows.
    Flows,
    /// Advanced flows.
    AdvancedFlows,
    /// Alarms.
    Alarms,
    /// Dashboards.
    Dashboards,
}

impl Part {
    /// All parts, in the order in which they are created.
    pub const ALL: [Self; 13] = [
        Self::Options,
        Self::Apps,
        Self::Users,
        Self::Zones,
        Self::Folders,
        Self::Variables,
        Self::Devices,
        Self::Moods,
        Self::Scripts,
        Self::Flows,
        Self::AdvancedFlows,
        Self::Alarms,
        Self::Dashboards,
    ];

    /// Its name in files and in answers for programs: `advanced-flows`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Options => "options",
            Self::Apps => "apps",
            Self::Users => "users",
            Self::Zones => "zones",
            Self::Folders => "folders",
            Self::Variables => "variables",
            Self::Devices => "devices",
            Self::Moods => "moods",
            Self::Scripts => "scripts",
            Self::Flows => "flows",
            Self::AdvancedFlows => "advanced-flows",
            Self::Alarms => "alarms",
            Self::Dashboards => "dashboards",
        }
    }

    /// One item of it: `advanced flow`.
    pub const fn item(self) -> &'static str {
        match self {
            Self::Options => "option",
            Self::Apps => "app",
            Self::Users => "user",
            Self::Zones => "zone",
            Self::Folders => "folder",
            Self::Variables => "variable",
            Self::Devices => "device",
            Self::Moods => "mood",
            Self::Scripts => "script",
            Self::Flows => "flow",
            Self::AdvancedFlows => "advanced flow",
            Self::Alarms => "alarm",
            Self::Dashboards => "dashboard",
        }
    }

    /// Its items in words, by their number: `flow`, `flows`.
    pub fn items(self, count: usize) -> String {
        match (count, self) {
            (1, _) => self.item().to_owned(),
            (_, Self::AdvancedFlows) => "advanced flows".to_owned(),
            _ => self.name().to_owned(),
        }
    }

    /// The part of that [`Part::name`].
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// The key of an item that holds the id of what it is in, and the part which that is in: the zone of a device,
    /// the folder of a flow, the parent of a zone.
    pub const fn container(self) -> Option<(&'static str, Self)> {
        match self {
            Self::Zones => Some(("parent", Self::Zones)),
            Self::Folders => Some(("parent", Self::Folders)),
            Self::Devices | Self::Moods => Some(("zone", Self::Zones)),
            Self::Flows | Self::AdvancedFlows => Some(("folder", Self::Folders)),
            _ => None,
        }
    }
}
