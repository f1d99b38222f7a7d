//! A device in Home Assistant: its components, and the messages that announce them.

mod climate;
mod cover;
mod entity;
mod light;
mod message;
mod robot;
#[cfg(test)]
mod rules;
mod security;
mod single;
mod table;
#[cfg(test)]
mod tests;
mod unit;
mod ventilation;

use std::collections::BTreeSet;

pub(crate) use self::entity::{Entity, PERCENT};
pub(crate) use self::light::{LightCommand, LightParts, LightWrite};
pub(crate) use self::message::{
    Announcement, discovery_filters, is_ours, migrating, of_device, of_homey,
};
pub(crate) use self::robot::vacuum_state;
use crate::view::View;

/// What several capabilities make together, or `None`.
type Composite = fn(&View<'_>) -> Option<Entity>;

/// Each takes its capabilities away from the next.
const COMPOSITES: [Composite; 13] = [
    light::light,
    cover::covering,
    cover::garage_door,
    cover::valve,
    climate::water_heater,
    climate::climate,
    ventilation::humidifier,
    ventilation::fan,
    security::lock,
    security::alarm,
    security::siren,
    robot::vacuum,
    robot::mower,
];

/// The components of a device.
pub(crate) fn entities(view: &View<'_>) -> Vec<Entity> {
    let mut taken = BTreeSet::new();
    let mut entities = Vec::new();
    let mut has_main = false;
    for composite in COMPOSITES {
        let Some(entity) = composite(view) else { continue };
        if entity.takes.iter().any(|capability| taken.contains(capability)) {
            continue;
        }
        taken.extend(entity.takes.iter().cloned());
        entities.push(entity.named(if has_main { None } else { Some(()) }));
        has_main = true;
    }
    let is_left = |id: &str| !taken.contains(id);
    let left = view.capabilities.iter().filter(|capability| is_left(&capability.id));
    entities.extend(left.flat_map(|capability| single::entities(view, capability, has_main)));
    for entity in &mut entities {
        let key = entity.key.clone();
        if let Some(name) = view.overrides(Some(&key)).find_map(|one| one.name.as_deref()) {
            entity.set("name", name);
        }
    }
    entities
}
