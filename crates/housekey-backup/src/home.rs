//! A home as data.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

use crate::Part;

/// The items of a part by id, in the order in which the Homey lists them, each with all its fields.
pub type Items = IndexMap<String, Value>;

/// Which Homey it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Its cloud id.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its model: `Homey Pro (Early 2023)`.
    pub model: Option<String>,
    /// The version of its firmware: `13.2.4`.
    pub firmware: Option<String>,
    /// Its dialect of the API: `v2`, `local` or `cloud`.
    pub dialect: String,
}

/// The items of a home, by part.
///
/// A part that was not read is unknown, which is never the same as empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Home {
    /// Which Homey it is.
    pub about: About,
    read: BTreeMap<Part, Items>,
    missing: BTreeMap<Part, String>,
}

impl Home {
    /// A home of which nothing was read yet.
    pub fn new(about: About) -> Self {
        Self { about, ..Self::default() }
    }

    /// Adds the items of a part.
    pub fn insert(&mut self, part: Part, items: Items) {
        self.missing.remove(&part);
        self.read.insert(part, items);
    }

    /// Notes why a part could not be read.
    pub fn miss(&mut self, part: Part, why: impl Into<String>) {
        self.read.remove(&part);
        self.missing.insert(part, why.into());
    }

    /// Whether the part was read.
    pub fn has(&self, part: Part) -> bool {
        self.read.contains_key(&part)
    }

    /// The parts that could not be read, each with the reason.
    pub fn missing(&self) -> impl Iterator<Item = (Part, &str)> {
        self.missing.iter().map(|(part, why)| (*part, why.as_str()))
    }

    /// The parts that were read.
    pub fn parts(&self) -> impl Iterator<Item = (Part, &Items)> {
        self.read.iter().map(|(part, items)| (*part, items))
    }

    /// The items of a part; none where it was not read, see [`Home::has`].
    pub fn items(&self, part: Part) -> impl Iterator<Item = (&str, &Value)> {
        self.read.get(&part).into_iter().flatten().map(|(id, item)| (id.as_str(), item))
    }

    /// One item.
    pub fn item(&self, part: Part, id: &str) -> Option<&Value> {
        self.read.get(&part)?.get(id)
    }

    /// What an item is called; its id where it has no name.
    pub fn name<'a>(&'a self, part: Part, id: &'a str) -> &'a str {
        self.item(part, id).map_or(id, |item| name_of(item, id))
    }

    /// The names from the outermost zone or folder to the item: `Kitchen/Lamp`, `Ground floor/Kitchen`. Names may
    /// hold a slash themselves, so this is for people, and for looking up what they type.
    ///
    /// The one root of all zones is left out, since everything is in it.
    pub fn path(&self, part: Part, id: &str) -> String {
        self.path_names(part, id).join("/")
    }

    /// The same as a list of names.
    pub fn path_names<'a>(&'a self, part: Part, id: &'a str) -> Vec<&'a str> {
        let mut names = vec![self.name(part, id)];
        let (mut part, mut item) = (part, self.item(part, id));
        // A broken home may have a circle of zones.
        for _ in 0..MAX_DEPTH {
            let Some((key, container)) = part.container() else { break };
            let Some(outer) = item.and_then(|item| item.get(key)?.as_str()) else { break };
            item = self.item(container, outer);
            let is_root = |item: &Value| item["parent"].is_null();
            if container == Part::Zones && item.is_none_or(is_root) {
                break;
            }
            if item.is_some() {
                names.push(self.name(container, outer));
            }
            part = container;
        }
        names.reverse();
        names
    }
}

/// Zones and folders that are deeper than this are broken.
const MAX_DEPTH: usize = 32;

/// What an item is called. Apps of some years have a name for each language.
fn name_of<'a>(item: &'a Value, id: &'a str) -> &'a str {
    let name = &item["name"];
    let name = name.as_str().or_else(|| name["en"].as_str());
    name.filter(|name| !name.trim().is_empty()).unwrap_or(id)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// JSON of any shape, with numbers that have one form.
    pub(crate) fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-1000.0..1000.0_f64).prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            let key = prop_oneof!["[a-z]{1,6}", Just("id".to_owned()), Just("cards".to_owned())];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((key, inner), 0..5).prop_map(|fields| fields
                    .into_iter()
                    .collect::<serde_json::Map<_, _>>()
                    .into()),
            ]
        })
    }

    fn home() -> Home {
        let mut home = Home::default();
        let items = |items: &[(&str, Value)]| -> Items {
            items.iter().map(|(id, item)| ((*id).to_owned(), item.clone())).collect()
        };
        let zones = [
            ("root", json!({ "name": "Home", "parent": null })),
            ("ground", json!({ "name": "Ground floor", "parent": "root" })),
            ("kitchen", json!({ "name": "Kitchen", "parent": "ground" })),
            ("a", json!({ "name": "A", "parent": "b" })),
            ("b", json!({ "name": "B", "parent": "a" })),
        ];
        home.insert(Part::Zones, items(&zones));
        let devices = [
            ("lamp", json!({ "name": "Lamp", "zone": "kitchen" })),
            ("lost", json!({ "name": " ", "zone": "gone" })),
            ("top", json!({ "name": "Homey", "zone": "root" })),
        ];
        home.insert(Part::Devices, items(&devices));
        home
    }

    #[test]
    fn a_path_leads_from_the_outermost_zone_to_the_item() {
        let home = home();
        for (part, id, want) in [
            (Part::Devices, "lamp", "Ground floor/Kitchen/Lamp"),
            (Part::Devices, "lost", "lost"),
            (Part::Devices, "top", "Homey"),
            (Part::Zones, "kitchen", "Ground floor/Kitchen"),
            (Part::Zones, "root", "Home"),
            (Part::Devices, "unknown", "unknown"),
        ] {
            assert_eq!(home.path(part, id), want, "{part:?} {id}");
        }
        assert!(
            home.path(Part::Zones, "a").starts_with("A/B")
                || home.path(Part::Zones, "a").len() < 200
        );
    }

    #[test]
    fn a_part_that_was_not_read_is_not_an_empty_one() {
        let mut home = home();
        assert!(!home.has(Part::Flows));
        home.insert(Part::Flows, Items::new());
        assert!(home.has(Part::Flows));
        home.miss(Part::Flows, "no right");
        assert!(!home.has(Part::Flows));
        assert_eq!(home.missing().collect::<Vec<_>>(), [(Part::Flows, "no right")]);
    }
}
