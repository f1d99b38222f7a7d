//! The kinds of items that a mirror holds, with their names in the API.

use std::fmt;

/// A kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// Devices, with the values of their capabilities.
    Device,
    /// Zones.
    Zone,
    /// Standard flows.
    Flow,
    /// Advanced flows.
    AdvancedFlow,
    /// Logic variables.
    Variable,
    /// Moods.
    Mood,
    /// Users, with whether they are at home and asleep.
    User,
}

impl ItemKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Device,
        Self::Zone,
        Self::Flow,
        Self::AdvancedFlow,
        Self::Variable,
        Self::Mood,
        Self::User,
    ];

    /// Its name in the API: `device` in `device.update` and in `homey:device:<id>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Zone => "zone",
            Self::Flow => "flow",
            Self::AdvancedFlow => "advancedflow",
            Self::Variable => "variable",
            Self::Mood => "mood",
            Self::User => "user",
        }
    }

    /// The URI at which its manager emits events about created, changed and deleted items. Two
    /// kinds share one.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Device => "homey:manager:devices",
            Self::Zone => "homey:manager:zones",
            Self::Flow | Self::AdvancedFlow => "homey:manager:flow",
            Self::Variable => "homey:manager:logic",
            Self::Mood => "homey:manager:moods",
            Self::User => "homey:manager:users",
        }
    }

    /// The operation that lists all items.
    pub const fn operation(self) -> &'static str {
        match self {
            Self::Device => "devices.getDevices",
            Self::Zone => "zones.getZones",
            Self::Flow => "flow.getFlows",
            Self::AdvancedFlow => "flow.getAdvancedFlows",
            Self::Variable => "logic.getVariables",
            Self::Mood => "moods.getMoods",
            Self::User => "users.getUsers",
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Some of the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Every kind.
    pub fn all() -> Self {
        ItemKind::ALL.into_iter().collect()
    }

    /// Whether the kind is one of them.
    pub fn contains(self, kind: ItemKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = ItemKind> {
        ItemKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<ItemKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = ItemKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Dialect, find};

    #[test]
    fn every_kind_is_listed_on_every_dialect_by_an_operation_without_arguments() {
        for kind in ItemKind::ALL {
            let operation = find(kind.operation()).unwrap_or_else(|| panic!("{kind}"));
            assert_eq!(kind.uri(), format!("homey:manager:{}", operation.manager));
            for dialect in Dialect::ALL {
                let variant = operation.on(dialect).unwrap_or_else(|| panic!("{kind} {dialect}"));
                assert!(variant.parameters.iter().all(|one| !one.required), "{kind} {dialect}");
            }
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let some: Kinds = [ItemKind::User, ItemKind::Device].into_iter().collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), [ItemKind::Device, ItemKind::User]);
        assert_eq!(Kinds::all().iter().collect::<Vec<_>>(), ItemKind::ALL);
        assert!(!some.contains(ItemKind::Zone));
    }
}
