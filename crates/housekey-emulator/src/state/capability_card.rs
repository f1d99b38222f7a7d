//! The flow cards that each capability brings to its device: facts of the vendor's library (`flowcards.csv`).

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::capability::Capability;
use super::card::{CapabilityCard, Card, CardKind, CardSource};
use super::definition::ValueType;
use super::device::Device;
use super::value::sentence;

static CARDS: LazyLock<Vec<CapabilityCard>> =
    LazyLock::new(|| include_str!("flowcards.csv").lines().skip(1).filter_map(read).collect());

/// All lines, for tests to go through.
#[cfg(test)]
pub(super) fn all() -> &'static [CapabilityCard] {
    &CARDS
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

pub(super) fn of_device(device: &Device, kind: CardKind) -> impl Iterator<Item = Card> {
    device.capabilities.iter().flat_map(move |capability| {
        CARDS
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
        deprecated: false,
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
        "$type" if capability.definition.kind == ValueType::Enum => "string",
        "$type" => capability.definition.kind.as_str(),
        kind => kind,
    };
    Some(json!({ "id": id, "title": capability.title, "type": kind, "example": null }))
}

#[cfg(test)]
mod tests {
    use super::super::definition;
    use super::*;

    #[test]
    fn every_line_is_of_a_capability() {
        assert_eq!(CARDS.len(), include_str!("flowcards.csv").lines().count() - 1);
        for line in CARDS.iter() {
            assert!(definition::of(line.capability).is_some(), "{}", line.capability);
        }
    }
}
