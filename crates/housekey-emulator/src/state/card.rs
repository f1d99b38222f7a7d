//! Flow cards: those every capability brings to its device, and those of the Homey itself.
//!
//! Which capability brings which card is a fact of the vendor's library (`flowcards.csv`); the
//! Homey's own cards are a small choice of ours, of which only `programmatic_trigger` and
//! `create_notification` are known by their real ids.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Home;
use super::capability::Capability;
use super::definition;
use super::device::Device;
use super::value::sentence;

/// Which of the three columns of a flow a card belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CardKind {
    Trigger,
    Condition,
    Action,
}

/// A line of `flowcards.csv`.
#[derive(Debug)]
pub(crate) struct CapabilityCard {
    pub(crate) capability: &'static str,
    pub(crate) kind: CardKind,
    pub(crate) id: &'static str,
    /// `name:type;min=0;max=1`, or empty.
    pub(crate) argument: &'static str,
    /// `name:type`, or empty.
    token: &'static str,
    /// The only classes that get it; none means all.
    classes: Vec<&'static str>,
    highlight: bool,
}

static CAPABILITY_CARDS: LazyLock<Vec<CapabilityCard>> =
    LazyLock::new(|| include_str!("flowcards.csv").lines().skip(1).filter_map(read).collect());

/// All lines, for tests to go through.
#[cfg(test)]
pub(super) fn lines() -> &'static [CapabilityCard] {
    &CAPABILITY_CARDS
}

fn read(line: &'static str) -> Option<CapabilityCard> {
    let cells: Vec<&'static str> = line.split(',').collect();
    let &[capability, kind, id, argument, token, classes, highlight, _] = cells.as_slice() else {
        return None;
    };
    Some(CapabilityCard {
        capability,
        kind: match kind {
            "trigger" => CardKind::Trigger,
            "condition" => CardKind::Condition,
            _ => CardKind::Action,
        },
        id,
        argument,
        token,
        classes: classes.split('|').filter(|class| !class.is_empty()).collect(),
        highlight: !highlight.is_empty(),
    })
}

/// Where a card comes from, which is also what running it means.
#[derive(Debug, Clone)]
pub(crate) enum CardSource {
    /// The device and its capability.
    Capability { device: String, capability: String, line: &'static CapabilityCard },
    /// The Homey itself.
    Homey,
}

/// One card.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) owner_uri: String,
    pub(crate) owner_name: String,
    /// Without the owner.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) args: Vec<Value>,
    pub(crate) tokens: Vec<Value>,
    /// The types of the token that can be dropped on it.
    pub(crate) droptoken: &'static [&'static str],
    pub(crate) highlight: bool,
    pub(crate) source: CardSource,
}

impl Card {
    /// The owner and the short id in one, as newer Homeys write it.
    pub(crate) fn full_id(&self) -> String {
        format!("{}:{}", self.owner_uri, self.id)
    }
}

impl Home {
    /// All cards of a kind, the Homey's own first.
    pub(crate) fn cards(&self, kind: CardKind) -> Vec<Card> {
        let own = MANAGER_CARDS.iter().filter(|card| card.kind == kind).map(ManagerCard::card);
        own.chain(self.devices.values().flat_map(|device| of_device(device, kind))).collect()
    }

    /// The card with that full id.
    pub(crate) fn card(&self, kind: CardKind, full_id: &str) -> Option<Card> {
        let device = full_id.strip_prefix("homey:device:").and_then(|rest| rest.split(':').next());
        match device {
            Some(id) => {
                let device = self.devices.get(id)?;
                of_device(device, kind).find(|card| card.full_id() == full_id)
            }
            None => MANAGER_CARDS
                .iter()
                .filter(|card| card.kind == kind)
                .map(ManagerCard::card)
                .find(|card| card.full_id() == full_id),
        }
    }
}

fn of_device(device: &Device, kind: CardKind) -> impl Iterator<Item = Card> {
    device.capabilities.iter().flat_map(move |capability| {
        CAPABILITY_CARDS
            .iter()
            .filter(move |line| line.kind == kind && line.capability == capability.definition.id)
            .filter(|line| line.classes.is_empty() || line.classes.contains(&device.class.as_str()))
            .map(move |line| of_capability(device, capability, line))
    })
}

fn of_capability(device: &Device, capability: &Capability, line: &'static CapabilityCard) -> Card {
    // A capability with a suffix gets the cards of its base with the suffix behind.
    let suffix = capability.id.split_once('.').map(|(_, suffix)| suffix);
    let title = match (line.kind, line.id) {
        (CardKind::Trigger, id) if id.ends_with("_true") => {
            format!("{} turned on", capability.title)
        }
        (CardKind::Trigger, id) if id.ends_with("_false") => {
            format!("{} turned off", capability.title)
        }
        (CardKind::Trigger, _) => format!("{} changed", capability.title),
        (CardKind::Condition, _) => format!("{} is...", capability.title),
        (CardKind::Action, id) => sentence(id),
    };
    Card {
        owner_uri: format!("homey:device:{}", device.id),
        owner_name: device.name.clone(),
        id: suffix.map_or_else(|| line.id.to_owned(), |suffix| format!("{}.{suffix}", line.id)),
        title,
        args: argument(line.argument, capability).into_iter().collect(),
        tokens: token(line.token, capability).into_iter().collect(),
        droptoken: &[],
        highlight: line.highlight,
        source: CardSource::Capability {
            device: device.id.clone(),
            capability: capability.id.clone(),
            line,
        },
    }
}

fn argument(text: &str, capability: &Capability) -> Option<Value> {
    let mut parts = text.split(';');
    let (name, kind) = parts.next()?.split_once(':')?;
    let mut argument = json!({ "name": name, "type": kind, "title": sentence(name) });
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        argument[key] = match value {
            "$values" => {
                let values = &capability.definition.values;
                values.iter().map(|id| json!({ "id": id, "title": sentence(id) })).collect()
            }
            number => number.parse().map_or(Value::Null, super::value::number),
        };
    }
    Some(argument)
}

fn token(text: &str, capability: &Capability) -> Option<Value> {
    let (name, kind) = text.split_once(':')?;
    let id = if name == "$id" { capability.definition.id } else { name };
    let kind = match kind {
        "$type" if capability.definition.kind == definition::ValueType::Enum => "string",
        "$type" => capability.definition.kind.as_str(),
        kind => kind,
    };
    Some(json!({ "id": id, "title": capability.title, "type": kind, "example": null }))
}

/// A card of the Homey itself.
struct ManagerCard {
    kind: CardKind,
    manager: &'static str,
    id: &'static str,
    title: &'static str,
    /// Name and type of each argument.
    args: &'static [(&'static str, &'static str)],
    /// Id and type of each token.
    tokens: &'static [(&'static str, &'static str)],
    droptoken: &'static [&'static str],
}

impl ManagerCard {
    fn card(&self) -> Card {
        let pair = |key: &str, (id, kind): &(&str, &str)| {
            let mut value = json!({ "type": kind, "title": sentence(id) });
            value[key] = Value::from(*id);
            value
        };
        Card {
            owner_uri: format!("homey:manager:{}", self.manager),
            owner_name: sentence(self.manager),
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            args: self.args.iter().map(|argument| pair("name", argument)).collect(),
            tokens: self.tokens.iter().map(|token| pair("id", token)).collect(),
            droptoken: self.droptoken,
            highlight: false,
            source: CardSource::Homey,
        }
    }
}

const ANY: &[&str] = &["string", "number", "boolean"];

const fn own(
    kind: CardKind,
    manager: &'static str,
    id: &'static str,
    title: &'static str,
    args: &'static [(&'static str, &'static str)],
) -> ManagerCard {
    ManagerCard { kind, manager, id, title, args, tokens: &[], droptoken: &[] }
}

static MANAGER_CARDS: [ManagerCard; 13] = [
    own(CardKind::Trigger, "flow", "programmatic_trigger", "This flow is started", &[]),
    own(CardKind::Trigger, "cron", "time_exactly", "The time is", &[("time", "time")]),
    ManagerCard {
        tokens: &[("variable", "string")],
        ..own(
            CardKind::Trigger,
            "logic",
            "variable_changed",
            "A variable changed",
            &[("variable", "autocomplete")],
        )
    },
    own(
        CardKind::Trigger,
        "presence",
        "user_present",
        "Somebody came home",
        &[("user", "autocomplete")],
    ),
    own(CardKind::Trigger, "presence", "user_absent", "Somebody left", &[("user", "autocomplete")]),
    own(
        CardKind::Condition,
        "cron",
        "time_between",
        "The time is between",
        &[("from", "time"), ("to", "time")],
    ),
    ManagerCard {
        droptoken: ANY,
        ..own(CardKind::Condition, "logic", "equal", "Is exactly", &[("comparator", "text")])
    },
    ManagerCard {
        droptoken: &["number"],
        ..own(CardKind::Condition, "logic", "lt", "Is less than", &[("comparator", "number")])
    },
    ManagerCard {
        droptoken: &["number"],
        ..own(CardKind::Condition, "logic", "gt", "Is greater than", &[("comparator", "number")])
    },
    own(
        CardKind::Condition,
        "presence",
        "user_is_present",
        "Somebody is at home",
        &[("user", "autocomplete")],
    ),
    own(
        CardKind::Action,
        "flow",
        "programmatic_trigger",
        "Start a flow",
        &[("flow", "autocomplete")],
    ),
    own(
        CardKind::Action,
        "logic",
        "variable_set",
        "Set a variable",
        &[("variable", "autocomplete"), ("value", "text")],
    ),
    own(
        CardKind::Action,
        "notifications",
        "create_notification",
        "Create a notification",
        &[("text", "text")],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_of_a_capability() {
        assert_eq!(CAPABILITY_CARDS.len(), include_str!("flowcards.csv").lines().count() - 1);
        for line in CAPABILITY_CARDS.iter() {
            assert!(definition::of(line.capability).is_some(), "{}", line.capability);
        }
    }
}
