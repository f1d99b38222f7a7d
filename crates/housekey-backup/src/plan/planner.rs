//! Compares the three sides item by item.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ids::{self, Ids, names_any, translated};
use super::{Action, Noted, Plan, PlanOptions, Step, Winner, Written};
use crate::secrets::{self, Secrets};
use crate::writable::{self, Lifecycle};
use crate::{Part, Snapshot};

/// Plans what makes `present` as `wanted` says. `secrets` stand for the marks in the files; `written` is what applies
/// that were cut off have left on the Homey.
pub fn plan(
    wanted: &Snapshot,
    present: &Snapshot,
    secrets: &Secrets,
    written: &Written,
    options: PlanOptions,
) -> Plan {
    let ids = ids::matching(wanted, present, &written.ids);
    let mut planner = Planner { wanted, present, secrets, written, options, plan: Plan::default() };
    let mut deletes = Vec::new();
    for part in Part::ALL {
        match (wanted.home.has(part), present.home.has(part)) {
            (true, true) => {
                planner.part(part, &ids);
                planner.surplus(part, &ids, &mut deletes);
            }
            (true, false) => planner.skip(part, present, "the Homey"),
            (false, true) => planner.skip(part, wanted, "the files"),
            (false, false) => {}
        }
    }
    planner.references(&ids);
    // What refers to others goes first.
    planner.plan.steps.extend(deletes.into_iter().rev());
    planner.plan.ids = ids;
    planner.plan
}

/// Plans part by part.
struct Planner<'a> {
    wanted: &'a Snapshot,
    present: &'a Snapshot,
    secrets: &'a Secrets,
    written: &'a Written,
    options: PlanOptions,
    plan: Plan,
}

impl Planner<'_> {
    /// The items of the files.
    fn part(&mut self, part: Part, ids: &Ids) {
        // What is in another item comes after it.
        let mut order: Vec<&str> = self.wanted.home.items(part).map(|(id, _)| id).collect();
        order.sort_by_cached_key(|id| {
            let names = self.wanted.home.path_names(part, id);
            (names.len(), names.join("/"), (*id).to_owned())
        });
        for id in order {
            let Some(item) = self.wanted.home.item(part, id) else { continue };
            let here = ids.get(id).map_or(id, String::as_str);
            let path = self.wanted.home.path(part, id);
            match self.present.home.item(part, here) {
                Some(present) => {
                    let mut wanted = ids::with_id(&translated(item, ids), here);
                    if part == Part::Variables && !self.options.values {
                        wanted["value"] = present["value"].clone();
                    }
                    self.there(part, (id, here), path, &wanted, present);
                }
                None => self.gone(part, id, path, item),
            }
        }
    }

    /// An item that is on both sides.
    fn there(
        &mut self,
        part: Part,
        (id, here): (&str, &str),
        path: String,
        wanted: &Value,
        present: &Value,
    ) {
        let changes = writable::changes(part, wanted, present, self.options.values);
        if changes.is_empty() {
            return;
        }
        let base = self.wanted.refs.get(part, id).map(|base| base.hash.as_str());
        // An item with another id than in the base is not compared with it.
        let item = self.wanted.home.item(part, id);
        let is_edited = base.is_none()
            || item.is_some_and(|item| base != Some(&writable::base_hash(part, item)));
        let there = writable::base_hash(part, present);
        let is_ours = self
            .written
            .hashes
            .get(&(part, here.to_owned()))
            .is_some_and(|hashes| hashes.contains(&there));
        let is_moved = base.is_some() && id == here && base != Some(&there) && !is_ours;
        match (is_edited, is_moved, self.options.winner) {
            (false, true, Winner::Neither | Winner::Homey) => {
                return self.note(|plan| &mut plan.drift, part, here, path, "changed on the Homey");
            }
            (true, true, Winner::Neither) => {
                return self.note(
                    |plan| &mut plan.conflicts,
                    part,
                    here,
                    path,
                    "changed in the files and on the Homey",
                );
            }
            (true, true, Winner::Homey) => {
                return self.note(
                    |plan| &mut plan.drift,
                    part,
                    here,
                    path,
                    "left as it is on the Homey",
                );
            }
            _ => {}
        }
        if let Some(why) = refusal(part, &changes, wanted, present) {
            return self.note(|plan| &mut plan.refused, part, here, path, why);
        }
        if secrets::restored(wanted, Some(present), self.secrets).is_none() {
            return self.note(|plan| &mut plan.refused, part, here, path, NO_SECRET);
        }
        let action = Action::Update { before: present.clone(), after: wanted.clone() };
        self.plan.steps.push(Step { part, id: here.to_owned(), path, action });
    }

    /// An item that is in the files alone.
    fn gone(&mut self, part: Part, id: &str, path: String, item: &Value) {
        if let Lifecycle::Fixed(why) = writable::lifecycle(part) {
            return self.note(|plan| &mut plan.refused, part, id, path, why);
        }
        let base = self.wanted.refs.get(part, id);
        let is_edited = base.is_none_or(|base| base.hash != writable::base_hash(part, item));
        if self.options.winner == Winner::Homey && !is_edited {
            return self.note(|plan| &mut plan.drift, part, id, path, "deleted on the Homey");
        }
        if part == Part::Zones && item["parent"].is_null() {
            return self.note(
                |plan| &mut plan.refused,
                part,
                id,
                path,
                "there is one root zone, which is never created",
            );
        }
        if secrets::restored(item, None, self.secrets).is_none() {
            return self.note(|plan| &mut plan.refused, part, id, path, NO_SECRET);
        }
        let action = Action::Create { after: item.clone() };
        self.plan.steps.push(Step { part, id: id.to_owned(), path, action });
    }

    /// Items that are as they should be, but refer to one that is created: it will have another id.
    fn references(&mut self, ids: &Ids) {
        let created = self.plan.steps.iter();
        let created = created.filter(|step| matches!(step.action, Action::Create { .. }));
        let created: BTreeSet<String> = created.map(|step| step.id.clone()).collect();
        let created: BTreeSet<&str> = created.iter().map(String::as_str).collect();
        if created.is_empty() {
            return;
        }
        for (part, items) in self.wanted.home.parts() {
            for (id, item) in items {
                let here = ids.get(id).unwrap_or(id);
                let Some(present) = self.present.home.item(part, here) else { continue };
                let wanted = ids::with_id(&translated(item, ids), here);
                let in_sync = writable::changes(part, &wanted, present, false).is_empty();
                let written = Value::Object(writable::of(part, &wanted, true));
                if in_sync && names_any(&written, &created) {
                    let path = self.wanted.home.path(part, id);
                    let action = Action::Update { before: present.clone(), after: wanted };
                    self.plan.steps.push(Step { part, id: here.clone(), path, action });
                }
            }
        }
        self.plan.steps.sort_by_key(|step| step.part);
    }

    /// Items that are on the Homey alone.
    fn surplus(&mut self, part: Part, ids: &Ids, deletes: &mut Vec<Step>) {
        let matched: BTreeSet<&str> = ids.values().map(String::as_str).collect();
        let mut surplus: Vec<(String, &str, &Value)> = self
            .present
            .home
            .items(part)
            .filter(|(id, _)| self.wanted.home.item(part, id).is_none() && !matched.contains(id))
            .map(|(id, item)| (self.present.home.path(part, id), id, item))
            .collect();
        surplus.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        for (path, id, item) in surplus {
            let was_there = self.wanted.refs.get(part, id).is_some();
            match (was_there, self.options.prune, writable::lifecycle(part)) {
                (false, ..) => {
                    self.note(|plan| &mut plan.drift, part, id, path, "new on the Homey")
                }
                (true, true, Lifecycle::Free) => {
                    let action = Action::Delete { before: item.clone() };
                    deletes.push(Step { part, id: id.to_owned(), path, action });
                }
                (true, true, Lifecycle::Fixed(why)) => {
                    self.note(|plan| &mut plan.refused, part, id, path, why);
                }
                (true, false, _) => {
                    self.note(
                        |plan| &mut plan.kept,
                        part,
                        id,
                        path,
                        "not in the files; --prune deletes it",
                    );
                }
            }
        }
    }

    fn note(
        &mut self,
        list: fn(&mut Plan) -> &mut Vec<Noted>,
        part: Part,
        id: &str,
        path: String,
        why: &str,
    ) {
        list(&mut self.plan).push(Noted { part, id: id.to_owned(), path, why: why.to_owned() });
    }

    /// A part that one side lacks. It would be wrong to take what was not read for what is not there.
    fn skip(&mut self, part: Part, lacking: &Snapshot, side: &str) {
        let why = lacking.home.missing().find(|(missing, _)| *missing == part);
        let why = why.map_or_else(
            || format!("not in {side}"),
            |(_, why)| format!("not read from {side}: {why}"),
        );
        self.plan.not_compared.push((part.name().to_owned(), why));
    }
}

/// Why a secret in the files cannot be written.
const NO_SECRET: &str =
    "it holds a secret that was left out of the files; a backup with --secrets has it";

/// Why a change cannot be made.
fn refusal(
    part: Part,
    changes: &serde_json::Map<String, Value>,
    wanted: &Value,
    present: &Value,
) -> Option<&'static str> {
    if part == Part::Variables && changes.contains_key("type") {
        return Some(
            "the type of a variable cannot be changed: make another one, and use it in the flows",
        );
    }
    let is_root = |zone: &Value| zone["parent"].is_null();
    if part == Part::Zones && is_root(wanted) != is_root(present) {
        return Some("there is one root zone, and it stays the same");
    }
    (part == Part::Users).then_some("people are not written")
}
