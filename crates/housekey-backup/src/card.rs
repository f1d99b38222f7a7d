//! The cards of a flow, of both kinds of flows and on every dialect.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use crate::{Home, Part};

/// What a card does in a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardKind {
    /// It starts the flow.
    Trigger,
    /// It decides how the flow goes on.
    Condition,
    /// It does something.
    Action,
}

impl CardKind {
    /// `trigger`, `condition` or `action`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Condition => "condition",
            Self::Action => "action",
        }
    }

    fn of_node(node: &Value) -> Option<Self> {
        match node["type"].as_str()? {
            "trigger" => Some(Self::Trigger),
            "condition" => Some(Self::Condition),
            "action" => Some(Self::Action),
            _ => None,
        }
    }
}

/// Where in its flow a card is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The trigger of a standard flow.
    Trigger,
    /// One of the conditions of a standard flow, counted from 0.
    Condition(usize),
    /// One of the actions of a standard flow, counted from 0.
    Action(usize),
    /// A node of an advanced flow, by its key.
    Node(String),
}

/// A card in a flow.
#[derive(Debug, Clone)]
pub struct CardUse<'h> {
    /// What it does.
    pub kind: CardKind,
    /// The whole id of the card, `homey:manager:logic:lt`, on every dialect.
    pub id: Cow<'h, str>,
    /// Where it is.
    pub slot: Slot,
    /// The card as the Homey stores it.
    pub value: &'h Value,
}

impl<'h> CardUse<'h> {
    /// `group1` to `group3` of a condition, `then` or `else` of an action.
    pub fn group(&self) -> Option<&'h str> {
        self.value["group"].as_str()
    }

    /// The token that was dropped on it, without brackets.
    pub fn droptoken(&self) -> Option<&'h str> {
        self.value["droptoken"].as_str().map(bare_token).filter(|token| !token.is_empty())
    }

    /// The arguments that were filled in, by name.
    pub fn args(&self) -> impl Iterator<Item = (&'h str, &'h Value)> {
        let args = self.value["args"].as_object();
        args.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// The device, app or manager that the card belongs to, and the short id of the card.
    pub fn owner(&self) -> Option<(Owner<'_>, &str)> {
        Owner::split(&self.id)
    }
}

/// A dropped token has no brackets; some clients write them all the same.
fn bare_token(token: &str) -> &str {
    token.strip_prefix("[[").and_then(|token| token.strip_suffix("]]")).unwrap_or(token)
}

/// Who brings a card or a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// A device, by its id.
    Device(&'a str),
    /// An app, by its id.
    App(&'a str),
    /// A manager of the Homey: `logic`.
    Manager(&'a str),
}

impl<'a> Owner<'a> {
    /// The owner of a URI: `homey:device:<id>`.
    pub fn of(uri: &'a str) -> Option<Self> {
        let (kind, id) = uri.strip_prefix("homey:")?.split_once(':')?;
        match (kind, id) {
            (_, "") => None,
            ("device", id) => Some(Self::Device(id)),
            ("app", id) => Some(Self::App(id)),
            ("manager", id) => Some(Self::Manager(id)),
            _ => None,
        }
    }

    /// The URI at the beginning of a whole id: `homey:device:<id>`.
    pub fn uri(id: &str) -> Option<&str> {
        let (place, _) = id.match_indices(':').nth(2)?;
        Some(&id[..place])
    }

    /// The owner of a whole id, and what is behind it: `homey:device:<id>:<short id>`.
    pub fn split(id: &'a str) -> Option<(Self, &'a str)> {
        let (place, _) = id.match_indices(':').nth(2)?;
        Some((Self::of(&id[..place])?, &id[place + 1..]))
    }
}

/// The flows of both kinds.
pub fn flows(home: &Home) -> impl Iterator<Item = (Part, &str, &Value)> {
    [Part::Flows, Part::AdvancedFlows]
        .into_iter()
        .flat_map(|part| home.items(part).map(move |(id, flow)| (part, id, flow)))
}

/// The cards of a flow: trigger, conditions, actions; those of an advanced flow as they are stored.
pub fn cards(flow: &Value) -> Vec<CardUse<'_>> {
    let card = |kind, slot, value| Some(CardUse { kind, id: whole_id(value)?, slot, value });
    let list = |key: &str| flow[key].as_array().into_iter().flatten().enumerate();
    let trigger = card(CardKind::Trigger, Slot::Trigger, &flow["trigger"]);
    let conditions = list("conditions")
        .filter_map(|(place, value)| card(CardKind::Condition, Slot::Condition(place), value));
    let actions = list("actions")
        .filter_map(|(place, value)| card(CardKind::Action, Slot::Action(place), value));
    let nodes =
        flow["cards"].as_object().into_iter().flatten().filter_map(|(key, node)| {
            card(CardKind::of_node(node)?, Slot::Node(key.clone()), node)
        });
    trigger.into_iter().chain(conditions).chain(actions).chain(nodes).collect()
}

/// The cards of an advanced flow by the keys of their nodes.
pub(crate) fn cards_by_node(flow: &Value) -> HashMap<String, CardUse<'_>> {
    let mut by_node = HashMap::new();
    for card in cards(flow) {
        if let Slot::Node(key) = &card.slot {
            by_node.insert(key.clone(), card);
        }
    }
    by_node
}

/// The whole id of a card: older Homeys separate the owner from the short id.
pub(crate) fn whole_id(card: &Value) -> Option<Cow<'_, str>> {
    let id = card["id"].as_str().filter(|id| !id.is_empty())?;
    if id.starts_with("homey:") {
        return Some(id.into());
    }
    let owner = card["uri"].as_str().or_else(|| card["ownerUri"].as_str());
    Some(owner.map_or_else(|| id.into(), |owner| format!("{owner}:{id}").into()))
}

/// The length of a delay or duration in seconds: `{"number": "10", "multiplier": 60}`.
pub fn seconds(wait: &Value) -> Option<f64> {
    let number = &wait["number"];
    let number = number.as_f64().or_else(|| number.as_str()?.trim().parse().ok())?;
    Some(number * wait["multiplier"].as_f64().unwrap_or(1.0)).filter(|seconds| seconds.is_finite())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cards_of_both_kinds_and_dialects_have_whole_ids() {
        let standard = json!({
            "trigger": { "uri": "homey:manager:cron", "id": "time_exactly" },
            "conditions": [{ "id": "homey:manager:logic:lt", "uri": "homey:manager:other", "group": "group1" }],
            "actions": [{}, { "id": "homey:app:com.example.a:b", "group": "then" }],
        });
        let seen: Vec<_> =
            cards(&standard).into_iter().map(|card| (card.kind, card.slot, card.id)).collect();
        assert_eq!(
            seen,
            [
                (CardKind::Trigger, Slot::Trigger, "homey:manager:cron:time_exactly".into()),
                (CardKind::Condition, Slot::Condition(0), "homey:manager:logic:lt".into()),
                (CardKind::Action, Slot::Action(1), "homey:app:com.example.a:b".into()),
            ]
        );
        let advanced = json!({ "cards": {
            "a": { "type": "start" },
            "b": { "type": "action", "id": "homey:device:d:on" },
        } });
        let nodes = cards(&advanced);
        assert_eq!(nodes.len(), 1);
        assert_eq!(nodes[0].slot, Slot::Node("b".to_owned()));
        assert_eq!(nodes[0].owner(), Some((Owner::Device("d"), "on")));
    }

    #[test]
    fn owners_are_split_off_whole_ids() {
        for (id, want) in [
            ("homey:device:d:on", Some((Owner::Device("d"), "on"))),
            ("homey:app:a.b:c:d", Some((Owner::App("a.b"), "c:d"))),
            ("homey:manager:logic:lt", Some((Owner::Manager("logic"), "lt"))),
            ("homey:manager:logic", None),
            ("homey:device::on", None),
            ("time_exactly", None),
        ] {
            assert_eq!(Owner::split(id), want, "{id}");
        }
    }

    #[test]
    fn waits_are_texts_or_numbers() {
        for (wait, want) in [
            (json!({ "number": "10", "multiplier": 60 }), Some(600.0)),
            (json!({ "number": 5 }), Some(5.0)),
            (json!({ "number": "soon" }), None),
            (json!(null), None),
        ] {
            assert_eq!(seconds(&wait), want, "{wait}");
        }
    }
}
