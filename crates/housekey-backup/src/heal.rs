//! Gives flows the device that was added again in place of the one that is gone.
//!
//! A device that is removed and added again gets another id, and every flow, mood and dashboard that used it holds
//! the old one. Which of the devices that are there is the same is found by what is known of the old one.

mod fitting;
mod matching;
mod rewrite;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) use self::fitting::Fitting;
pub(crate) use self::matching::Candidates;
pub use self::matching::{Match, Rule, Unmatched, WhyUnmatched};
pub(crate) use self::rewrite::rename;
use crate::card::Slot;
use crate::cards::Cards;
use crate::graph::{Graph, ItemRef};
use crate::known_devices::KnownDevices;
use crate::plan::{Action, Ids, Plan, Step, each_word};
use crate::{Home, Part, Snapshot, setup};

/// The parts in which devices get other ids.
const WRITTEN: [Part; 4] = [Part::Moods, Part::Flows, Part::AdvancedFlows, Part::Dashboards];

/// A home with devices that are gone.
#[derive(Debug, Clone, Copy)]
pub struct HealInput<'a> {
    /// The home as it was read.
    pub home: &'a Home,
    /// The same without secrets.
    pub snapshot: &'a Snapshot,
    /// The cards that it offers.
    pub cards: &'a Cards,
    /// What is known of the devices that are gone.
    pub known: &'a KnownDevices,
    /// Devices that a person has matched: old ids with new ones.
    pub map: &'a BTreeMap<String, String>,
}

/// What heals a home.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Healing {
    /// Cards that stay as they are, since the new device lacks what they use.
    pub left: Vec<LeftCard>,
    /// What moods lose, since the new device lacks it.
    pub dropped: Vec<DroppedState>,
    /// Scripts and groups, which a person changes, each with the old id that it names.
    pub by_hand: Vec<(ItemRef, String)>,
    /// The changes.
    pub plan: Plan,
}

/// A card that stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftCard {
    /// The flow.
    pub flow: ItemRef,
    /// Where in the flow it is.
    pub slot: Slot,
    /// The old id of the device.
    pub old: String,
}

/// What a mood sets no more.
#[derive(Debug, Clone, PartialEq)]
pub struct DroppedState {
    /// The id of the mood.
    pub mood: String,
    /// The old id of the device.
    pub old: String,
    /// The capability that the new device lacks.
    pub capability: String,
    /// What was chosen.
    pub value: Value,
}

/// Finds the devices again that are gone and still used, each by the surest rule. The home's devices must have been
/// read: what was not read is not gone.
pub fn find(input: HealInput<'_>) -> (Vec<Match>, Vec<Unmatched>) {
    let HealInput { home, cards, known, map, .. } = input;
    if !home.has(Part::Devices) {
        return (Vec::new(), Vec::new());
    }
    let fitting = Fitting::new(home, home, cards);
    let lost = lost(home, known);
    let lost = lost.iter().map(String::as_str);
    Candidates::of(home).find(lost, known, map, |old, new| fitting.everything(old, new))
}

/// Plans what gives everything the devices of `matches`.
pub fn heal(input: HealInput<'_>, matches: &[Match]) -> Healing {
    let HealInput { home, snapshot, cards, .. } = input;
    let fitting = Fitting::new(home, home, cards);
    let ids: Ids = matches.iter().map(|one| (one.old.clone(), one.new.clone())).collect();
    let names: BTreeMap<&str, &str> =
        ids.values().map(|id| (id.as_str(), home.name(Part::Devices, id))).collect();
    let mut healing = Healing::default();
    for part in WRITTEN {
        for (id, item) in snapshot.home.items(part) {
            if rewrite::named(item, &ids).is_empty() {
                continue;
            }
            let after = match part {
                Part::Flows | Part::AdvancedFlows => {
                    let (after, left) = rewrite::flow(item, &ids, &names, &fitting);
                    let flow = ItemRef::new(part, id);
                    let left = left.into_iter();
                    healing.left.extend(left.map(|(slot, old)| LeftCard {
                        flow: flow.clone(),
                        slot,
                        old,
                    }));
                    after
                }
                Part::Moods => {
                    let (after, dropped) = rewrite::mood(item, &ids, &fitting);
                    let state = |(old, capability, value)| {
                        let mood = id.to_owned();
                        DroppedState { mood, old, capability, value }
                    };
                    healing.dropped.extend(dropped.into_iter().map(state));
                    after
                }
                _ => crate::plan::translated(item, &ids),
            };
            if !setup::is_same(item, &after) {
                let action = Action::Update { before: item.clone(), after };
                let path = snapshot.home.path(part, id);
                healing.plan.steps.push(Step { part, id: id.to_owned(), path, action });
            }
        }
    }
    (healing.plan.is_independent, healing.plan.skips_refused) = (true, true);
    healing.by_hand = by_hand(home, &ids);
    healing
}

/// The devices that are gone and that something still names.
fn lost(home: &Home, known: &KnownDevices) -> BTreeSet<String> {
    let graph = Graph::of(home);
    let targets = graph.edges().iter().filter_map(|edge| edge.to.item());
    let mut lost: BTreeSet<String> = targets
        .filter(|item| item.part == Part::Devices && home.item(Part::Devices, &item.id).is_none())
        .map(|item| item.id)
        .collect();
    let gone: BTreeSet<&str> =
        known.ids().filter(|id| home.item(Part::Devices, id).is_none()).collect();
    for part in [Part::Flows, Part::AdvancedFlows, Part::Moods, Part::Dashboards, Part::Scripts] {
        for (_, item) in home.items(part) {
            each_word(item, &mut |word| {
                if gone.contains(word) {
                    lost.insert(word.to_owned());
                }
            });
        }
    }
    lost
}

/// Groups and scripts that name the devices that were found again.
fn by_hand(home: &Home, ids: &Ids) -> Vec<(ItemRef, String)> {
    let mut found = BTreeSet::new();
    for edge in Graph::of(home).edges().iter().filter(|edge| edge.from.part == Part::Devices) {
        if let Some(old) = edge.to.item().filter(|to| ids.contains_key(&to.id)) {
            found.insert((edge.from.clone(), old.id));
        }
    }
    for (id, script) in home.items(Part::Scripts) {
        let named = rewrite::named(script, ids).into_iter();
        found.extend(named.map(|old| (ItemRef::new(Part::Scripts, id), old.to_owned())));
    }
    found.into_iter().collect()
}
