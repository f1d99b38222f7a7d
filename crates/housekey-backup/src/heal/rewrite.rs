//! Items in which a device has another id.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fitting::Fitting;
use crate::card::{CardUse, Slot, cards};
use crate::plan::{Ids, each_word, translated};

/// A flow in which devices have other ids, and the cards that do not fit these, which stay as they are.
pub(super) fn flow(
    flow: &Value,
    ids: &Ids,
    names: &BTreeMap<&str, &str>,
    fitting: &Fitting<'_>,
) -> (Value, Vec<(Slot, String)>) {
    let mut healed = translated(flow, ids);
    let mut left = Vec::new();
    for card in cards(flow) {
        let named = named(card.value, ids);
        if named.is_empty() {
            continue;
        }
        match misfit(&card, &named, ids, fitting) {
            Some(old) => {
                left.push((card.slot.clone(), old.to_owned()));
                put(&mut healed, &card.slot, |there| *there = card.value.clone());
            }
            None => put(&mut healed, &card.slot, |there| {
                there.get_mut("args").into_iter().for_each(|args| rename(args, names));
            }),
        }
    }
    (healed, left)
}

/// The old ids in a value.
pub(super) fn named<'i>(value: &Value, ids: &'i Ids) -> BTreeSet<&'i str> {
    let mut named = BTreeSet::new();
    each_word(value, &mut |word| named.extend(ids.get_key_value(word).map(|(id, _)| id.as_str())));
    named
}

/// The first of the old ids whose new device the card does not fit.
fn misfit<'i>(
    card: &CardUse<'_>,
    named: &BTreeSet<&'i str>,
    ids: &Ids,
    fitting: &Fitting<'_>,
) -> Option<&'i str> {
    let fits = |old: &&&str| ids.get(**old).is_none_or(|new| fitting.card(card, old, new));
    named.iter().find(|old| !fits(old)).copied()
}

fn put(flow: &mut Value, slot: &Slot, change: impl FnOnce(&mut Value)) {
    let there = match slot {
        Slot::Trigger => flow.get_mut("trigger"),
        Slot::Condition(place) => flow.get_mut("conditions").and_then(|all| all.get_mut(*place)),
        Slot::Action(place) => flow.get_mut("actions").and_then(|all| all.get_mut(*place)),
        Slot::Node(key) => flow.get_mut("cards").and_then(|all| all.get_mut(key)),
    };
    if let Some(there) = there {
        change(there);
    }
}

/// What was chosen holds the name that the device had; it gets the one that it has.
pub(crate) fn rename(value: &mut Value, names: &BTreeMap<&str, &str>) {
    match value {
        Value::Object(fields) => {
            let name = fields.get("id").and_then(Value::as_str).and_then(|id| names.get(id));
            if let (Some(name), Some(there @ Value::String(_))) = (name, fields.get_mut("name")) {
                *there = (*name).into();
            }
            fields.values_mut().for_each(|value| rename(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}

/// A mood in which devices have other ids. What was chosen for the new device already stays, and what it cannot do is
/// left out: a Homey refuses the whole mood for it. That is returned too, as old id, capability and value.
pub(super) fn mood(
    mood: &Value,
    ids: &Ids,
    fitting: &Fitting<'_>,
) -> (Value, Vec<(String, String, Value)>) {
    let mut mood = mood.clone();
    let mut dropped = Vec::new();
    if let Some(Value::Object(devices)) = mood.get_mut("devices") {
        let all = std::mem::take(devices);
        for (id, chosen) in &all {
            match ids.get(id) {
                Some(new) if all.contains_key(new) => {}
                Some(new) => {
                    let mut chosen = chosen.clone();
                    let state = chosen.get_mut("state").and_then(Value::as_object_mut);
                    if let Some(state) = state {
                        state.retain(|capability, value| {
                            let fits = fitting.has_capability(new, capability);
                            if !fits {
                                dropped.push((id.clone(), capability.clone(), value.clone()));
                            }
                            fits
                        });
                    }
                    devices.insert(new.clone(), chosen);
                }
                None => drop(devices.insert(id.clone(), chosen.clone())),
            }
        }
    }
    (mood, dropped)
}
