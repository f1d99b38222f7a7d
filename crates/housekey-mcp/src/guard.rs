//! What only a person may do: locks, doors, alarms, valves, chargers and heating appliances, and what the user adds.
//! Also where it would be reached by a flow, a mood or a variable.

use std::collections::{BTreeMap, BTreeSet};

use housekey::model::name::as_seen;
use housekey::model::{Device, Mood, Zone};
use housekey_backup::Part;
use housekey_backup::card::CardKind;
use housekey_backup::graph::{Access, Edge, EdgeTarget, Graph, ItemRef};
use serde_json::Value;

use crate::read::FlowFacts;
use crate::view::View;

/// Guarded capabilities; `*` at the end stands for any rest.
const CAPABILITIES: &[&str] = &[
    "locked",
    "lock_mode",
    "garagedoor_closed",
    "homealarm_state",
    "valve_position",
    "evcharger_*",
    "target_power*",
];

/// Classes of devices of which everything that can be set is guarded: what heats, or burns.
const CLASSES: &[&str] =
    &["oven", "cooktop", "fryer", "grill", "multicooker", "kettle", "fireplace", "heater"];

/// Classes of devices whose covers are those of doors and windows.
const OPENINGS: &[&str] = &["door", "garagedoor", "gate", "window"];

/// The app whose cards run scripts, which may do anything.
const SCRIPT_APP: &str = "com.athom.homeyscript";

/// What they are called where they need a person.
pub(crate) const SCRIPT: &str = "a script, which may do anything";

/// The list of the user: `Device name`, `Zone/Device`, `*/capability`, `Zone/*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guarded {
    patterns: Vec<(Option<String>, String)>,
}

impl Guarded {
    /// The patterns of a list.
    pub fn of<P: AsRef<str>>(patterns: impl IntoIterator<Item = P>) -> Self {
        let pattern = |pattern: P| match pattern.as_ref().split_once('/') {
            Some((outer, inner)) => (Some(as_seen(outer)), as_seen(inner)),
            None => (None, as_seen(pattern.as_ref())),
        };
        Self { patterns: patterns.into_iter().map(pattern).collect() }
    }

    /// Whether setting a capability needs a person.
    pub(crate) fn is_guarded(&self, view: &View, device: &Device, capability: &str) -> bool {
        let base = capability.split('.').next().unwrap_or_default();
        let class = device.class().unwrap_or_default();
        let is_built_in = CAPABILITIES.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => base.starts_with(start),
            None => base == *known,
        });
        is_built_in
            || CLASSES.contains(&class)
            || (base.starts_with("windowcoverings_") && OPENINGS.contains(&class))
            || self.has(view, device, capability)
    }

    /// Whether the list of the user names it.
    fn has(&self, view: &View, device: &Device, capability: &str) -> bool {
        let zones = device.zone.text().map(|id| view.zones.path(id)).unwrap_or_default();
        let is_in = |zone: &str| zones.iter().any(|one| as_seen(Zone::name(one)) == zone);
        let (name, base) =
            (as_seen(device.name()), capability.split('.').next().unwrap_or_default());
        let is_capability = |text: &str| text == capability || text == base;
        self.patterns.iter().any(|(outer, inner)| match (outer.as_deref(), inner.as_str()) {
            (None, inner) => inner == name || inner == device.id,
            (Some("*"), inner) => is_capability(inner) || inner == name,
            (Some(zone), "*") => is_in(zone) || zone == name,
            (Some(outer), inner) => {
                (is_in(outer) && inner == name) || (outer == name && is_capability(inner))
            }
        })
    }

    /// Whether the list of the user names a device, or a zone that it is in.
    pub(crate) fn is_listed(&self, view: &View, device: &Device) -> bool {
        let mut capabilities = device.all_capabilities();
        self.has(view, device, "") || capabilities.any(|one| self.has(view, device, &one.id))
    }

    /// The devices of a zone, and of those inside it, that the list of the user names by it.
    pub(crate) fn of_zone(&self, view: &View, id: &str) -> BTreeSet<String> {
        let inside = view
            .devices
            .iter()
            .filter(|device| device.zone.text().is_some_and(|zone| view.zones.is_inside(zone, id)));
        let names_zones = self.patterns.iter().any(|(outer, _)| outer.is_some());
        let listed = inside.filter(|device| names_zones && self.is_listed(view, device));
        listed.map(|device| view.device_name(device)).collect()
    }

    /// Whether anything of a device is guarded.
    pub(crate) fn is_device_guarded(&self, view: &View, device: &Device) -> bool {
        device
            .all_capabilities()
            .any(|one| one.setable.get() != Some(&false) && self.is_guarded(view, device, &one.id))
    }

    /// What of a mood needs a person: names of devices.
    pub(crate) fn of_mood(&self, view: &View, mood: &Mood) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (id, saved) in mood.devices.get().into_iter().flatten() {
            let Some(device) = view.devices.iter().find(|device| device.id == *id) else {
                continue;
            };
            let states = saved.state.get().into_iter().flatten();
            if states.into_iter().any(|(capability, _)| self.is_guarded(view, device, capability)) {
                found.insert(view.device_name(device));
            }
        }
        found
    }

    /// What of an item needs a person: devices, and scripts. A flow reaches them by its cards, a variable and a mood
    /// also by the flows that wait for them; so do flows that write these, or start others.
    pub(crate) fn of_item(
        &self,
        view: &View,
        facts: &FlowFacts,
        item: &ItemRef,
    ) -> BTreeSet<String> {
        let graph = Graph::of(&facts.home);
        let mut writes: BTreeMap<&ItemRef, Vec<&Edge>> = BTreeMap::new();
        let mut waiting: BTreeMap<ItemRef, Vec<&ItemRef>> = BTreeMap::new();
        for edge in graph.edges().iter().filter(|edge| is_flow(edge.from.part)) {
            let is_trigger =
                edge.place.as_ref().is_some_and(|place| place.kind == CardKind::Trigger);
            if edge.access == Access::Write {
                writes.entry(&edge.from).or_default().push(edge);
            } else if is_trigger && let Some(target) = edge.to.item() {
                waiting.entry(target).or_default().push(&edge.from);
            }
        }
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([item.clone()]);
        let mut open = vec![item.clone()];
        while let Some(item) = open.pop() {
            let mut next = Vec::new();
            for edge in writes.get(&item).into_iter().flatten() {
                match edge.to.item().filter(|target| leads_on(target.part)) {
                    Some(target) => next.push(target),
                    None => found.extend(self.of_target(view, &edge.to)),
                }
            }
            if matches!(item.part, Part::Variables | Part::Moods) {
                let flows = waiting.get(&item).into_iter().flatten();
                next.extend(flows.filter(|flow| facts.is_enabled(flow)).copied().cloned());
            }
            found.extend(self.of_target(view, &EdgeTarget::Item(item)));
            open.extend(next.into_iter().filter(|item| seen.insert(item.clone())));
        }
        found
    }

    /// What of the target of a card needs a person.
    fn of_target(&self, view: &View, target: &EdgeTarget) -> BTreeSet<String> {
        let (item, capability) = match target {
            EdgeTarget::Item(item) => (item.clone(), None),
            EdgeTarget::Capability { device, capability } => {
                (ItemRef::new(Part::Devices, device), Some(capability))
            }
            _ => return BTreeSet::new(),
        };
        match item.part {
            Part::Devices => {
                let is_guarded = |device: &&Device| match capability {
                    Some(capability) => self.is_guarded(view, device, capability),
                    None => self.is_device_guarded(view, device),
                };
                let device = device_of(view, &item.id).filter(is_guarded);
                device.map(|device| view.device_name(device)).into_iter().collect()
            }
            Part::Moods => {
                let mood = view.home.get::<Mood>(&item.id);
                mood.map(|mood| self.of_mood(view, &mood)).unwrap_or_default()
            }
            Part::Scripts => BTreeSet::from([SCRIPT.to_owned()]),
            Part::Apps if item.id == SCRIPT_APP => BTreeSet::from([SCRIPT.to_owned()]),
            _ => BTreeSet::new(),
        }
    }
}

fn is_flow(part: Part) -> bool {
    matches!(part, Part::Flows | Part::AdvancedFlows)
}

/// Whether writing an item of that part can start flows.
fn leads_on(part: Part) -> bool {
    is_flow(part) || matches!(part, Part::Variables | Part::Moods)
}

fn device_of<'v>(view: &'v View, id: &str) -> Option<&'v Device> {
    view.devices.iter().find(|device| device.id == id).map(|device| &**device)
}

/// Whether two values are the same: 1 is 1.0, and the last digits of a double do not count.
pub(crate) fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(1.0),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use housekey::mirror::ItemKind;
    use serde_json::json;

    use super::*;
    use crate::view::test_home::{LAMP, LOCK, SENSOR, device, home, small, view, with};

    #[test]
    fn locks_and_the_list_of_the_user_are_guarded() {
        let view = view(small());
        let none: [&str; 0] = [];
        let is = |list: &[&str], id: &str, capability: &str| {
            Guarded::of(list).is_guarded(&view, device_of(&view, id).unwrap(), capability)
        };
        assert!(is(&none, LOCK, "locked") && is(&none, LOCK, "locked.back"));
        assert!(!is(&none, LAMP, "onoff"));
        for (pattern, id, capability, want) in [
            ("ceiling LAMP", LAMP, "onoff", true),
            ("Kitchen/Ceiling lamp", LAMP, "onoff", true),
            ("Upstairs/Ceiling lamp", LAMP, "onoff", false),
            ("Ground floor/*", LAMP, "onoff", true),
            ("Kitchen/*", SENSOR, "x", true),
            ("*/dim", LAMP, "dim", true),
            ("*/dim", LAMP, "onoff", false),
            ("Ceiling lamp/dim", LAMP, "dim", true),
            ("Ceiling lamp/dim", LAMP, "onoff", false),
        ] {
            assert_eq!(is(&[pattern], id, capability), want, "{pattern} {capability}");
        }
    }

    #[test]
    fn what_heats_and_what_opens_is_guarded() {
        let devices = [
            device("oven", "Oven", "k", "oven", json!({ "onoff": { "setable": true } })),
            device("door", "Gate", "k", "garagedoor", json!({ "windowcoverings_set": {} })),
            device("blind", "Blind", "k", "blinds", json!({ "windowcoverings_set": {} })),
            device("car", "Charger", "k", "evcharger", json!({ "evcharger_charging": {} })),
        ];
        let view = view(home(&devices));
        let is = |id: &str, capability: &str| {
            Guarded::default().is_guarded(&view, device_of(&view, id).unwrap(), capability)
        };
        assert!(is("oven", "onoff") && is("door", "windowcoverings_set"));
        assert!(is("car", "evcharger_charging") && is("car", "target_power_mode"));
        assert!(!is("blind", "windowcoverings_set"));
    }

    fn flow(id: &str, actions: Value) -> (ItemKind, Value) {
        let trigger =
            json!({ "id": "homey:manager:time:time_exactly", "args": { "time": "22:00" } });
        let fields = json!({ "id": id, "name": id, "trigger": trigger, "actions": actions });
        (ItemKind::Flow, fields)
    }

    #[test]
    fn flows_and_moods_are_no_way_around() {
        let card = |id: String, args: Value| json!({ "id": id, "group": "then", "args": args });
        let on = |device: &str, card_id: &str| {
            card(format!("homey:device:{device}:{card_id}"), json!({}))
        };
        let starts = |flow: &str| {
            card(
                "homey:manager:flow:programmatic_trigger".to_owned(),
                json!({ "flow": { "id": flow } }),
            )
        };
        let script = card("homey:app:com.athom.homeyscript:run".to_owned(), json!({}));
        let sets = |mood: &str| {
            card("homey:manager:moods:set_mood".to_owned(), json!({ "mood": { "id": mood } }))
        };
        let writes = |variable: &str| {
            let args = json!({ "variable": { "id": variable }, "value": 3 });
            card("homey:manager:logic:variable_set_number".to_owned(), args)
        };
        let waits = |id: &str, variable: &str, enabled: bool| {
            let (kind, mut flow) = flow(id, json!([on(LOCK, "unlock")]));
            if variable == "v3" {
                flow["actions"] = json!([writes("v3")]);
            }
            flow["enabled"] = enabled.into();
            flow["trigger"] = json!({ "id": "homey:manager:logic:variable_changed",
                "args": { "variable": { "id": variable } } });
            (kind, flow)
        };
        let mood = json!({ "id": "open", "name": "Open", "zone": "hall",
            "devices": { LOCK: { "state": { "locked": false } } } });
        let items = [
            flow("light", json!([on(LAMP, "on")])),
            flow("unlocks", json!([on(LAMP, "on"), on(LOCK, "unlock")])),
            flow("starts", json!([starts("unlocks")])),
            flow("circle", json!([starts("circle"), on(LAMP, "on")])),
            flow("script", json!([script])),
            flow("mood", json!([sets("open")])),
            flow("writes", json!([writes("v1")])),
            waits("waits", "v1", true),
            waits("off", "v2", false),
            waits("circle of variables", "v3", true),
            (
                ItemKind::Variable,
                json!({ "id": "v2", "name": "Two", "type": "number", "value": 2 }),
            ),
            (
                ItemKind::Variable,
                json!({ "id": "v3", "name": "Three", "type": "number", "value": 2 }),
            ),
            (ItemKind::Mood, mood),
        ];
        let all = items.iter().fold(small(), |home, (kind, item)| with(&home, *kind, item));
        let view = view(all);
        let others = housekey_backup::Home::default();
        let facts = FlowFacts::of(&view.home, &others, Default::default());
        let of = |id: &str| -> Vec<String> {
            let item = ItemRef::new(Part::Flows, id);
            Guarded::default().of_item(&view, &facts, &item).into_iter().collect()
        };
        let of_variable = |id: &str| -> Vec<String> {
            let item = ItemRef::new(Part::Variables, id);
            Guarded::default().of_item(&view, &facts, &item).into_iter().collect()
        };
        let lock = ["\"Hall\" / \"Front door\""];
        let none: [&str; 0] = [];
        assert_eq!(of("light"), none);
        assert_eq!(of("circle"), none);
        assert_eq!(of("unlocks"), lock);
        assert_eq!(of("starts"), lock);
        assert_eq!(of("mood"), lock);
        assert_eq!(of("script"), [SCRIPT]);
        assert_eq!(of("writes"), lock, "by a flow that waits for the variable");
        assert_eq!(of_variable("v1"), lock);
        assert_eq!(of_variable("v2"), none, "that flow is disabled");
        assert_eq!(of_variable("v3"), none, "a circle ends");
    }

    #[test]
    fn numbers_are_the_same_in_any_form() {
        assert!(is_same(&json!(1), &json!(1.0)) && is_same(&json!(0.1 + 0.2), &json!(0.3)));
        assert!(!is_same(&json!(1), &json!(true)) && !is_same(&json!(0.5), &json!(0.51)));
    }
}
