//! The home `messy`: a home of many years, with every fault that an audit of its flows looks for, and the list of them.
//!
//! It has 200 standard and 60 advanced flows and offers 1,800 cards. Most flows are in order, and some look as if
//! they were not.

mod advanced;
mod faults;
mod items;
mod tidy;
mod traps;

use serde_json::{Map, Value, json};

use super::Home;
use super::home_fault::HomeFault;
use super::items::object;

/// How many flows of each kind there are, and how many cards.
const FLOWS: usize = 200;
const ADVANCED_FLOWS: usize = 60;
const CARDS: usize = 1800;

/// The least number of devices of a messy home.
pub(super) const DEVICES: usize = 120;

/// What the messy flows are made of.
struct Messy<'h> {
    home: &'h mut Home,
    planted: Vec<HomeFault>,
    made: usize,
}

/// The trigger, conditions and actions of a standard flow.
struct FlowDraft {
    trigger: Value,
    conditions: Vec<Value>,
    actions: Vec<Value>,
}

impl Home {
    /// Makes the home messy.
    pub(super) fn make_messy(&mut self) {
        let mut messy = Messy { home: self, planted: Vec::new(), made: 0 };
        messy.items();
        messy.faults();
        messy.advanced_faults();
        messy.traps();
        messy.tidy();
        messy.offer_cards(CARDS);
        let planted = messy.planted;
        self.home_faults = planted;
    }
}

impl Messy<'_> {
    /// The id of something that is gone.
    fn gone(&self, what: &str) -> String {
        self.home.seed.uuid(&format!("messy/gone/{what}"))
    }

    /// Notes a fault of an item.
    fn has_fault(
        &mut self,
        code: &'static str,
        kind: &'static str,
        id: &str,
        missing: Option<&str>,
    ) {
        let home = &*self.home;
        let text = |items: &super::items::Items| {
            items.get(id).and_then(|item| item.get("name")?.as_str()).map(str::to_owned)
        };
        let name = match kind {
            "flow" => text(&home.flows),
            "advancedflow" => text(&home.advanced_flows),
            "folder" => text(&home.folders),
            "mood" => text(&home.moods),
            "variable" => home.variables.get(id).map(|one| one.name.clone()),
            "zone" => home.zones.get(id).map(|one| one.name.clone()),
            "device" => home.devices.get(id).map(|one| one.name.clone()),
            _ => home.apps.get(id).map(|one| one.name.clone()),
        };
        let (id, name) = (id.to_owned(), name.unwrap_or_default());
        self.planted.push(HomeFault { code, kind, id, name, missing: missing.map(str::to_owned) });
    }

    /// The URI of a device of the plan.
    fn device(&self, name: &str) -> String {
        format!("homey:device:{}", self.home.named(name).unwrap_or_default())
    }

    /// A card of a device, an app or a manager: `device:<id>`, `app:<id>` or `manager:logic`.
    fn card(&self, owner: &str, id: &str, args: Value) -> Value {
        let owner = match owner.starts_with("homey:") {
            true => owner.to_owned(),
            false => format!("homey:{owner}"),
        };
        self.home.flow_card(&owner, id, args)
    }

    /// A trigger at a time that no other flow has.
    fn at_own_time(&self) -> Value {
        let minute = (self.made * 5 + 13) % 1440;
        let time = format!("{:02}:{:02}", minute / 60, minute % 60);
        self.card("manager:cron", "time_exactly", json!({ "time": time }))
    }

    fn by_hand(&self) -> Value {
        self.card("manager:flow", "programmatic_trigger", json!({}))
    }

    fn note(&self, text: &str) -> Value {
        self.card("manager:notifications", "create_notification", json!({ "text": text }))
    }

    fn start(&self, flow: &str) -> Value {
        let args = json!({ "flow": { "id": flow, "name": "A flow", "type": "flow" } });
        self.card("manager:flow", "programmatic_trigger", args)
    }

    /// The argument for an item that was chosen.
    fn chosen(kind: &str, id: &str) -> Value {
        json!({ kind: { "id": id, "name": "As it was called" } })
    }

    /// A flow whose trigger is a time of its own, with one action.
    fn does(&mut self, name: &str, action: Value) -> String {
        let trigger = self.at_own_time();
        self.flow(name, FlowDraft { trigger, conditions: vec![], actions: vec![then(action)] })
    }

    /// A flow that has started a number of times.
    fn flow(&mut self, name: &str, parts: FlowDraft) -> String {
        self.made += 1;
        let FlowDraft { trigger, conditions, actions } = parts;
        let id = self.home.seed.uuid(&format!("messy/flow/{}", self.made));
        let flow = object(json!({
            "id": id,
            "name": name,
            "enabled": true,
            "folder": null,
            "order": self.home.flows.len(),
            "trigger": trigger,
            "conditions": conditions,
            "actions": actions,
            "triggerCount": 3 + self.made % 40,
        }));
        self.home.flows.insert(id.clone(), flow);
        id
    }

    /// Changes a field of a flow.
    fn set(&mut self, flow: &str, key: &str, value: Value) {
        if let Some(flow) = self.home.flows.get_mut(flow) {
            flow.insert(key.to_owned(), value);
        }
    }

    /// An advanced flow, whose nodes refer to each other by short names: in texts, a name between two `@`
    /// becomes the key of its node.
    fn advanced(&mut self, name: &str, nodes: Value) -> String {
        self.made += 1;
        let id = self.home.seed.uuid(&format!("messy/advancedflow/{}", self.made));
        let seed = self.home.seed.clone();
        let key = move |node: &str| seed.uuid(&format!("{id}/{node}"));
        let id = self.home.seed.uuid(&format!("messy/advancedflow/{}", self.made));
        let mut cards = Map::new();
        for (place, (node, card)) in object(nodes).into_iter().enumerate() {
            let mut card = object(with_keys(card, &key));
            card.insert("x".to_owned(), (60 + 240 * place).into());
            card.insert("y".to_owned(), (60 + 120 * (place % 3)).into());
            cards.insert(key(&node), Value::Object(card));
        }
        let flow = object(json!({
            "id": id, "name": name, "enabled": true, "folder": null, "cards": cards,
        }));
        self.home.advanced_flows.insert(id.clone(), flow);
        id
    }
}

/// Replaces every `@name@` in texts by the key of that node.
fn with_keys(value: Value, key: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => {
            let pieces = text.split('@').enumerate();
            let pieces = pieces.map(|(place, piece)| match place % 2 {
                0 => piece.to_owned(),
                _ => key(piece),
            });
            pieces.collect::<String>().into()
        }
        Value::Array(values) => values.into_iter().map(|value| with_keys(value, key)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, with_keys(value, key))).collect()
        }
        other => other,
    }
}

/// An action that follows when the conditions hold.
fn then(mut card: Value) -> Value {
    card["group"] = "then".into();
    card
}

/// A condition of the first group.
fn iff(mut card: Value) -> Value {
    card["group"] = "group1".into();
    card["inverted"] = false.into();
    card
}

/// A node of an advanced flow: a card with its type and its lines.
fn node(kind: &str, mut card: Value, lines: Value) -> Value {
    card["type"] = kind.into();
    let owner = card["id"].as_str().and_then(|id| {
        let (place, _) = id.match_indices(':').nth(2)?;
        Some(id[..place].to_owned())
    });
    if let Some(owner) = owner {
        card["ownerUri"] = owner.into();
    }
    for (output, targets) in object(lines) {
        card[output] = targets;
    }
    card
}

fn delayed(mut card: Value, minutes: &str) -> Value {
    card["delay"] = json!({ "number": minutes, "multiplier": 60 });
    card
}
