//! What of a home exists for a client: the kinds of items that its scopes let it read, and the devices of its list.

use std::collections::HashSet;
use std::sync::Arc;

use housekey::mirror::{Home, Item, ItemKind, Kinds};
use housekey::model::name::as_seen;
use housekey::model::{Device, Zone};
use serde_json::Value;

use crate::view::Zones;

/// What a client sees of one home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sees {
    pub(crate) kinds: Kinds,
    pub(crate) devices: Exposed,
}

/// The devices that exist for a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Exposed {
    /// All of them.
    #[default]
    All,
    /// Those that one of the patterns matches.
    Some(Vec<ExposedDevices>),
}

/// A pattern: `Kitchen/*`, `Kitchen/Lamp`, `Lamp`, `class:light`, or the id of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExposedDevices {
    /// Those of a class.
    Class(String),
    /// Those in a zone, or in a zone inside it; of any name, or of that one.
    Zone(String, Option<String>),
    /// Those of that name or id.
    Named(String),
}

impl ExposedDevices {
    /// The devices that a text names.
    pub fn parse(text: &str) -> Self {
        match (text.strip_prefix("class:"), text.split_once('/')) {
            (Some(class), _) => Self::Class(class.to_owned()),
            (None, Some(("*", name))) => Self::Named(as_seen(name)),
            (None, Some((zone, "*"))) => Self::Zone(as_seen(zone), None),
            (None, Some((zone, name))) => Self::Zone(as_seen(zone), Some(as_seen(name))),
            (None, None) => Self::Named(as_seen(text)),
        }
    }

    fn matches(&self, device: &Device, zones: &[&Zone]) -> bool {
        let is_named = |name: &String| *name == as_seen(device.name()) || *name == device.id;
        match self {
            Self::Class(class) => device.class() == Some(class),
            Self::Named(name) => is_named(name),
            Self::Zone(zone, name) => {
                zones.iter().any(|one| as_seen(one.name()) == *zone)
                    && name.as_ref().is_none_or(is_named)
            }
        }
    }
}

impl Sees {
    /// Everything.
    pub(crate) fn all() -> Self {
        Self { kinds: Kinds::all(), devices: Exposed::All }
    }

    /// The part of a home that exists for the client. Where devices are hidden, so is what names them: their
    /// zones, the moods and flows that set them, and the flows that start those.
    pub(crate) fn of(&self, home: &Arc<Home>) -> Arc<Home> {
        let is_seen = |kind| self.kinds.contains(kind);
        let mut hidden = HashSet::new();
        if let Exposed::Some(patterns) = &self.devices {
            let zones = Zones::of(home.all::<Zone>());
            hide_devices(home, patterns, &zones, &mut hidden);
            hide_users_of(home, &mut hidden);
        } else if self.kinds == Kinds::all() {
            return home.clone();
        }
        Arc::new(home.only(|kind, id, _| is_seen(kind) && !hidden.contains(id)))
    }
}

/// Hides the devices that no pattern matches, and the zones without any that is left.
fn hide_devices(
    home: &Home,
    patterns: &[ExposedDevices],
    zones: &Zones,
    hidden: &mut HashSet<String>,
) {
    let mut used = HashSet::new();
    for (id, _) in home.items(ItemKind::Device) {
        let device = home.get::<Device>(id);
        let path = device.as_ref().and_then(|device| device.zone.text());
        let path = path.map(|zone| zones.path(zone)).unwrap_or_default();
        // What cannot be read matches nothing.
        if device.is_some_and(|device| patterns.iter().any(|one| one.matches(&device, &path))) {
            used.extend(path.iter().map(|zone| zone.id.as_str()));
        } else {
            hidden.insert(id.to_string());
        }
    }
    let unused = zones.iter().map(|zone| &zone.id).filter(|id| !used.contains(id.as_str()));
    hidden.extend(unused.cloned());
}

/// Hides the flows and moods that name anything hidden, until there is none.
fn hide_users_of(home: &Home, hidden: &mut HashSet<String>) {
    let kinds = [ItemKind::Flow, ItemKind::AdvancedFlow, ItemKind::Mood];
    let items = kinds.iter().flat_map(|kind| home.items(*kind));
    let mut left: Vec<_> = items.map(|(id, item)| (id.to_string(), words(item))).collect();
    loop {
        let before = left.len();
        left.retain(|(id, words)| {
            let stays = words.is_disjoint(hidden);
            if !stays {
                hidden.insert(id.clone());
            }
            stays
        });
        if left.len() == before {
            return;
        }
    }
}

/// The words of all texts and keys of an item: its ids are among them, also those in `homey:device:<id>`.
fn words(item: &Item) -> HashSet<String> {
    let mut words = HashSet::new();
    let mut open = vec![item.value()];
    let mut add = |text: &str| {
        let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        words.extend(text.split(|c| !is_part(c)).filter(|one| !one.is_empty()).map(str::to_owned));
    };
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => add(&text),
            Value::Array(list) => open.extend(list),
            Value::Object(fields) => {
                for (name, value) in fields {
                    add(&name);
                    open.push(value);
                }
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::view::test_home::{LAMP, LOCK, SENSOR, small, with};

    fn seen(kinds: Kinds, patterns: Option<&[&str]>, home: Home) -> String {
        let parse = |list: &[&str]| list.iter().map(|text| ExposedDevices::parse(text)).collect();
        let devices = patterns.map_or(Exposed::All, |list| Exposed::Some(parse(list)));
        let home = Sees { kinds, devices }.of(&Arc::new(home));
        let ids = ItemKind::ALL.into_iter().flat_map(|kind| home.items(kind));
        ids.map(|(id, _)| id[..id.len().min(8)].to_owned()).collect::<Vec<_>>().join(" ")
    }

    fn flow(id: &str, text: &str) -> Value {
        json!({ "id": id, "name": id, "actions": [{ "uri": text, "args": { "x": "y" } }] })
    }

    #[test]
    fn a_client_sees_the_devices_of_its_list_and_nothing_that_names_others() {
        let all = Kinds::all();
        let (lamp, lock, sensor) = (&LAMP[..8], &LOCK[..8], &SENSOR[..8]);
        let rest = "v1 m1 u1";
        for (patterns, want) in [
            (&["Kitchen/*"][..], format!("{sensor} {lamp} ground home kitchen {rest}")),
            (
                &["ground floor/*"],
                format!("{lock} {sensor} {lamp} ground hall home kitchen {rest}"),
            ),
            (&["class:lock"], format!("{lock} ground hall home v1 u1")),
            (&["Kitchen/Ceiling lamp"], format!("{lamp} ground home kitchen {rest}")),
            (&["Ceiling lamp"], format!("b0b0b0b0 {lamp} ground home kitchen up {rest}")),
            (&[LAMP], format!("{lamp} ground home kitchen {rest}")),
            (&[], "v1 u1".to_owned()),
        ] {
            assert_eq!(seen(all, Some(patterns), small()), want, "{patterns:?}");
        }
    }

    #[test]
    fn flows_that_reach_a_hidden_device_are_hidden() {
        let home = with(&small(), ItemKind::Flow, &flow("opens", &format!("homey:device:{LOCK}")));
        let home = with(&home, ItemKind::Flow, &flow("starts", "homey:flow:opens"));
        let home = with(&home, ItemKind::Flow, &flow("lights", &format!("homey:device:{LAMP}")));
        let seen = seen(Kinds::all(), Some(&["Kitchen/*"]), home);
        assert!(seen.contains("lights") && !seen.contains("opens"), "{seen}");
        assert!(!seen.contains("starts"), "{seen}");
    }

    #[test]
    fn kinds_without_a_scope_are_left_out() {
        let kinds = Kinds::from_iter([ItemKind::Zone, ItemKind::Mood]);
        assert_eq!(seen(kinds, None, small()), "ground hall home kitchen up m1");
    }
}
