//! The tree of zones.

use std::collections::{HashMap, HashSet};

use housekey::model::Zone;
use housekey::model::name::as_seen;

/// The zones of a home, each behind the one it is in; siblings by place and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Zones {
    list: Vec<Zone>,
    places: HashMap<String, usize>,
}

impl Zones {
    pub(crate) fn of(zones: impl Iterator<Item = Zone>) -> Self {
        let mut zones: Vec<_> = zones.collect();
        zones.sort_by(|a, b| {
            let place = |zone: &Zone| zone.position().unwrap_or(f64::MAX);
            place(a).total_cmp(&place(b)).then_with(|| as_seen(a.name()).cmp(&as_seen(b.name())))
        });
        let known: HashSet<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
        let mut children: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
        for (place, zone) in zones.iter().enumerate() {
            // A parent that is in no list, or the zone itself, is none.
            let parent = zone.parent.text().filter(|id| known.contains(id) && *id != zone.id);
            children.entry(parent).or_default().push(place);
        }
        let mut order = Vec::with_capacity(zones.len());
        let mut open: Vec<usize> =
            children.get(&None).into_iter().flatten().rev().copied().collect();
        let mut seen = vec![false; zones.len()];
        while let Some(place) = open.pop() {
            if std::mem::replace(&mut seen[place], true) {
                continue;
            }
            order.push(place);
            open.extend(children.get(&Some(&zones[place].id)).into_iter().flatten().rev());
        }
        // Zones in a circle, which no Homey should send.
        order.extend((0..zones.len()).filter(|place| !seen[*place]));
        let mut zones: Vec<_> = zones.into_iter().map(Some).collect();
        let list: Vec<_> = order.into_iter().filter_map(|place| zones[place].take()).collect();
        let places =
            list.iter().enumerate().map(|(place, zone)| (zone.id.clone(), place)).collect();
        Self { list, places }
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Zone> {
        self.list.iter()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Zone> {
        Some(&self.list[*self.places.get(id)?])
    }

    /// The zone and those it is in, from the inside out.
    pub(crate) fn path<'z>(&'z self, id: &str) -> Vec<&'z Zone> {
        let mut path: Vec<&Zone> = Vec::new();
        let mut next = self.get(id);
        while let Some(zone) = next.filter(|zone| !path.iter().any(|one| one.id == zone.id)) {
            path.push(zone);
            next = zone.parent.text().and_then(|id| self.get(id));
        }
        path
    }

    /// Whether a zone is the other one or inside it.
    pub(crate) fn is_inside(&self, id: &str, outer: &str) -> bool {
        self.path(id).iter().any(|zone| zone.id == outer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn zones(list: &[(&str, Option<&str>)]) -> Zones {
        let zone = |(id, parent): &(&str, Option<&str>)| {
            serde_json::from_value(json!({ "id": id, "name": id, "parent": parent })).unwrap()
        };
        Zones::of(list.iter().map(zone))
    }

    #[test]
    fn a_zone_follows_the_one_it_is_in() {
        let tree = zones(&[
            ("kitchen", Some("ground")),
            ("attic", Some("home")),
            ("ground", Some("home")),
            ("home", None),
            ("lost", Some("gone")),
            ("self", Some("self")),
        ]);
        let order: Vec<_> = tree.iter().map(|zone| zone.id.as_str()).collect();
        assert_eq!(order, ["home", "attic", "ground", "kitchen", "lost", "self"]);
        let path: Vec<_> = tree.path("kitchen").iter().map(|zone| zone.id.as_str()).collect();
        assert_eq!(path, ["kitchen", "ground", "home"]);
        assert!(tree.is_inside("kitchen", "home") && !tree.is_inside("ground", "kitchen"));
    }

    #[test]
    fn a_circle_ends() {
        let tree = zones(&[("a", Some("b")), ("b", Some("a"))]);
        assert_eq!(tree.iter().count(), 2);
        assert_eq!(tree.path("a").len(), 2);
    }
}
