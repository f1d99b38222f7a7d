//! The ids and names of a home, for looking them up in texts.

use std::collections::HashMap;

use super::edge::ItemRef;
use crate::{Home, Part};

/// The parts whose ids are looked for in texts.
const PARTS: [Part; 10] = [
    Part::Users,
    Part::Zones,
    Part::Variables,
    Part::Devices,
    Part::Moods,
    Part::Scripts,
    Part::Flows,
    Part::AdvancedFlows,
    Part::Alarms,
    Part::Dashboards,
];

/// The parts whose names are looked for in scripts.
const NAMED_IN_SCRIPTS: [Part; 4] =
    [Part::Devices, Part::Variables, Part::Flows, Part::AdvancedFlows];

/// Shorter names are words of a program.
const SHORTEST_NAME: usize = 3;

/// What the ids and names of a home stand for.
pub(super) struct KnownIds<'h> {
    by_id: HashMap<&'h str, Part>,
    by_name: HashMap<&'h str, Vec<ItemRef>>,
}

impl<'h> KnownIds<'h> {
    pub(super) fn of(home: &'h Home) -> Self {
        let ids =
            PARTS.into_iter().flat_map(|part| home.items(part).map(move |(id, _)| (id, part)));
        let mut by_name = HashMap::<_, Vec<_>>::new();
        for part in NAMED_IN_SCRIPTS {
            for (id, _) in home.items(part) {
                let name = home.name(part, id);
                if name.chars().count() >= SHORTEST_NAME && name != id {
                    by_name.entry(name).or_default().push(ItemRef::new(part, id));
                }
            }
        }
        Self { by_id: ids.collect(), by_name }
    }

    /// The item of that id.
    pub(super) fn item(&self, id: &str) -> Option<ItemRef> {
        Some(ItemRef::new(*self.by_id.get(id)?, id))
    }

    /// The items of that name.
    pub(super) fn named(&self, name: &str) -> &[ItemRef] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}
