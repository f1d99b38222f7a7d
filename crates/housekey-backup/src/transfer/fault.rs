//! What of a flow will not work in the other home.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::card::{CardUse, Owner, Slot, cards};
use crate::cards::Cards;
use crate::graph::{Graph, ItemRef};
use crate::plan::Ids;
use crate::secrets::{self, MARK, Secrets};
use crate::{Home, Part};

/// A card that will not work as it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferFault {
    /// The flow, by its id in the first home.
    pub flow: ItemRef,
    /// The card.
    pub slot: Slot,
    /// What is the matter.
    pub trouble: Trouble,
}

/// Why a card will not work as it did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It refers to this item of the first home, which the other one lacks.
    Missing(ItemRef),
    /// The other home does not offer the card of that id.
    NoCard(String),
    /// It holds a secret that is not known here.
    Secret,
    /// This argument was chosen in an app of the first home, and has to be chosen again.
    Chosen(String),
}

/// A flow under way.
pub(super) struct Moved<'a> {
    pub(super) flow: &'a ItemRef,
    /// As the first home has it, with whole ids.
    pub(super) before: &'a Value,
    /// As the other one will have it.
    pub(super) after: &'a Value,
    pub(super) graph: &'a Graph,
    pub(super) ids: &'a Ids,
    /// The flows that are moved with it.
    pub(super) coming: &'a BTreeSet<&'a str>,
    pub(super) secrets: &'a Secrets,
    pub(super) to: &'a Home,
    pub(super) cards: &'a Cards,
}

/// What of a flow will not work, card by card.
pub(super) fn faults(moved: &Moved<'_>) -> Vec<TransferFault> {
    let mut missing = BTreeMap::<&Slot, BTreeSet<ItemRef>>::new();
    for edge in moved.graph.from(moved.flow) {
        let Some((item, place)) = edge.to.item().zip(edge.place.as_ref()) else { continue };
        if is_missing(moved, &item) {
            missing.entry(&place.slot).or_default().insert(item);
        }
    }
    let mut faults = Vec::new();
    for (before, after) in cards(moved.before).iter().zip(cards(moved.after)) {
        let mut troubles: BTreeSet<Trouble> = BTreeSet::new();
        troubles.extend(missing.remove(&before.slot).into_iter().flatten().map(Trouble::Missing));
        // A card of what is missing is missing as well.
        let is_offered =
            !moved.cards.has(after.kind) || moved.cards.card(after.kind, &after.id).is_some();
        if !is_offered && troubles.is_empty() {
            troubles.insert(Trouble::NoCard(after.id.clone().into_owned()));
        }
        if has_unknown_secret(before.value, moved.secrets) {
            troubles.insert(Trouble::Secret);
        }
        troubles.extend(chosen(before, &after));
        let flow = moved.flow;
        faults.extend(troubles.into_iter().map(|trouble| TransferFault {
            flow: flow.clone(),
            slot: before.slot.clone(),
            trouble,
        }));
    }
    faults
}

fn is_missing(moved: &Moved<'_>, item: &ItemRef) -> bool {
    match item.part {
        Part::Apps => moved.to.has(Part::Apps) && moved.to.item(Part::Apps, &item.id).is_none(),
        // Those that are missing are created.
        Part::Variables => false,
        Part::Flows | Part::AdvancedFlows => {
            !moved.ids.contains_key(&item.id) && !moved.coming.contains(item.id.as_str())
        }
        _ => !moved.ids.contains_key(&item.id),
    }
}

/// The arguments that hold what was chosen in an app: its own ids mean nothing in another home.
fn chosen(before: &CardUse<'_>, after: &CardUse<'_>) -> Vec<Trouble> {
    if !matches!(before.owner(), Some((Owner::App(_), _))) {
        return Vec::new();
    }
    let is_chosen = |(name, value): &(&str, &Value)| {
        value["id"].is_string() && after.value["args"].get(*name) == Some(*value)
    };
    let chosen = before.args().filter(is_chosen);
    chosen.map(|(name, _)| Trouble::Chosen(name.to_owned())).collect()
}

fn has_unknown_secret(value: &Value, known: &Secrets) -> bool {
    match value {
        Value::Object(fields) => match fields.get(MARK).and_then(Value::as_str) {
            Some(place) => !known.contains_key(place),
            None => fields.values().any(|value| has_unknown_secret(value, known)),
        },
        Value::Array(items) => items.iter().any(|item| has_unknown_secret(item, known)),
        value => secrets::is_redacted(value),
    }
}
