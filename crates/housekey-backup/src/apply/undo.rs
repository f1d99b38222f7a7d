//! The plan that undoes an apply.

use std::collections::{BTreeMap, BTreeSet};

use super::journal::{Entry, written};
use crate::plan::{Action, Ids, Noted, Plan, Step, Winner};
use crate::{Part, Snapshot, writable};

/// The plan that makes a home as it was before an apply, whose journal is `entries`. What a person has changed since
/// is a conflict, unless there is a winner. What the Homey refuses is left out when the plan is made.
///
/// `journals` are all of them: what an earlier undo has done already is not done again.
pub fn undo(
    entries: &[Entry],
    journals: &BTreeMap<String, Vec<Entry>>,
    present: &Snapshot,
    winner: Winner,
) -> Plan {
    let written = written(entries);
    let again = made_again(journals, present);
    let mut plan = Plan { skips_refused: true, ..Plan::default() };
    let mut deletes = Vec::new();
    let mut seen: BTreeSet<(Part, &str)> = BTreeSet::new();
    for entry in entries {
        // The first entry of an item says how it was before; a flow is written twice.
        let Entry::Done { step, id } = entry else { continue };
        if !seen.insert((step.part, id)) {
            continue;
        }
        let there = present.home.item(step.part, id);
        let before = step.action.before();
        let is_undone = match (before, there) {
            (Some(before), Some(there)) => {
                writable::changes(step.part, before, there, true).is_empty()
            }
            (Some(_), None) => again.contains_key(id),
            (None, there) => there.is_none(),
        };
        if is_undone {
            continue;
        }
        let is_ours = match there {
            Some(there) => {
                let hash = writable::base_hash(step.part, there);
                written.get(&(step.part, id.clone())).is_some_and(|hashes| hashes.contains(&hash))
            }
            None => matches!(step.action, Action::Delete { .. }),
        };
        if !is_ours && winner != Winner::Files {
            let list = match winner {
                Winner::Homey => &mut plan.drift,
                _ => &mut plan.conflicts,
            };
            list.push(Noted {
                part: step.part,
                id: id.clone(),
                path: step.path.clone(),
                why: "changed on the Homey since".to_owned(),
            });
            continue;
        }
        let (action, list) = match (before.cloned(), there.cloned()) {
            (Some(after), Some(before)) => (Action::Update { before, after }, &mut plan.steps),
            (Some(after), None) => (Action::Create { after }, &mut plan.steps),
            (None, Some(before)) => (Action::Delete { before }, &mut deletes),
            (None, None) => continue,
        };
        list.push(Step { part: step.part, id: id.clone(), path: step.path.clone(), action });
    }
    if !plan.steps.is_empty() {
        plan.ids = again;
    }
    plan.steps.sort_by_key(|step| step.part);
    plan.steps.extend(deletes.into_iter().rev());
    plan
}

/// The ids that deleted items were given when they were made again, by those they had.
fn made_again(journals: &BTreeMap<String, Vec<Entry>>, present: &Snapshot) -> Ids {
    let made = journals.values().flatten().filter_map(|entry| match entry {
        Entry::Done { step: Step { part, id: old, action: Action::Create { .. }, .. }, id } => {
            let is_there = |id: &str| present.home.item(*part, id).is_some();
            (is_there(id) && !is_there(old)).then(|| (old.clone(), id.clone()))
        }
        _ => None,
    });
    made.collect()
}
