//! Flows of one home made in another, which has other ids and may speak another dialect.
//!
//! What flows refer to is found in the other home by its name; devices as a heal finds them. Variables and folders
//! that are missing are created. Flows are made disabled: two homes with the same flows would fight over devices.

mod dialect;
mod fault;
mod same_item;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

pub(crate) use self::dialect::with_whole_ids;
pub use self::fault::{TransferFault, Trouble};
use crate::cards::Cards;
use crate::graph::{Graph, ItemRef};
use crate::heal::{Candidates, Fitting, Match, Unmatched, rename};
use crate::plan::{Action, Ids, Plan, Step, each_word, names_any, translated, with_id};
use crate::secrets::{self, Secrets};
use crate::{Home, KnownDevices, Part, Snapshot, card, setup};

/// What is moved, and to where.
#[derive(Debug, Clone, Copy)]
pub struct TransferInput<'a> {
    /// The home whose flows are moved, as it was read.
    pub from: &'a Home,
    /// The same without secrets.
    pub snapshot: &'a Snapshot,
    /// The home in which they are made.
    pub to: &'a Home,
    /// The cards that it offers.
    pub cards: &'a Cards,
    /// The secrets of `from` that are known; the marks of others become empty texts.
    pub secrets: &'a Secrets,
    /// Devices that a person has matched: ids of `from` with those of `to`.
    pub map: &'a BTreeMap<String, String>,
    /// The folder in which the folders of `from` are made; without it they are made at the top.
    pub folder: Option<&'a str>,
    /// Enable the flows that were, where nothing is wrong with them.
    pub enable: bool,
}

/// How flows are moved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transfer {
    /// The changes: creations, and flows moved before that get what was missing then.
    pub plan: Plan,
    /// The devices that were found.
    pub devices: Vec<Match>,
    /// The devices that flows use and that were not found.
    pub missing_devices: Vec<Unmatched>,
    /// Flows that are in the folder already, by their ids in `from`.
    pub present: Vec<ItemRef>,
    /// What will not work.
    pub faults: Vec<TransferFault>,
}

/// Plans how the flows of a home are made in another one.
pub fn transfer(input: TransferInput<'_>) -> Transfer {
    let TransferInput { from, snapshot, to, cards, map, .. } = input;
    let graph = Graph::of(from);
    let used = used(from, &graph);
    let fitting = Fitting::new(from, to, cards);
    let devices = used.iter().filter(|item| item.part == Part::Devices);
    let known = KnownDevices::of_backup(&snapshot.refs);
    let (devices, missing_devices) =
        Candidates::of(to).find(devices.map(|item| item.id.as_str()), &known, map, |old, new| {
            fitting.everything(old, new)
        });
    let mut ids = same_item::ids(from, to);
    ids.extend(devices.iter().map(|one| (one.old.clone(), one.new.clone())));
    let transfer = Transfer { devices, missing_devices, ..Transfer::default() };
    let mut mover = Mover { input, ids, used, graph, transfer };
    mover.variables();
    let folders = mover.folders();
    mover.flows(&folders);
    // Flows are made disabled, and what they refer to is there before.
    mover.transfer.plan.is_independent = true;
    mover.transfer.plan.steps.sort_by_key(|step| step.part);
    mover.transfer
}

/// What the flows of a home refer to.
fn used(home: &Home, graph: &Graph) -> BTreeSet<ItemRef> {
    let is_flow = |item: &ItemRef| matches!(item.part, Part::Flows | Part::AdvancedFlows);
    let edges = graph.edges().iter().filter(|edge| is_flow(&edge.from));
    let mut used: BTreeSet<ItemRef> = edges.filter_map(|edge| edge.to.item()).collect();
    // Apps keep ids within their own arguments.
    for (_, _, flow) in card::flows(home) {
        each_word(flow, &mut |word| {
            if home.item(Part::Devices, word).is_some() {
                used.insert(ItemRef::new(Part::Devices, word));
            }
        });
    }
    used
}

/// Plans part by part.
struct Mover<'a> {
    input: TransferInput<'a>,
    ids: Ids,
    used: BTreeSet<ItemRef>,
    graph: Graph,
    transfer: Transfer,
}

impl Mover<'_> {
    fn create(&mut self, part: Part, id: &str, path: String, after: Value) {
        let action = Action::Create { after };
        self.transfer.plan.steps.push(Step { part, id: id.to_owned(), path, action });
    }

    /// The variables that flows use and the other home lacks. A value that is secret stays behind.
    fn variables(&mut self) {
        let snapshot = self.input.snapshot;
        let missing: Vec<&str> = snapshot
            .home
            .items(Part::Variables)
            .map(|(id, _)| id)
            .filter(|id| self.used.contains(&ItemRef::new(Part::Variables, *id)))
            .filter(|id| !self.ids.contains_key(*id))
            .collect();
        for id in missing {
            let Some(item) = snapshot.home.item(Part::Variables, id) else { continue };
            let mut item = item.clone();
            if secrets::is_redacted(&item) {
                item["value"] = "".into();
            }
            self.create(Part::Variables, id, snapshot.home.path(Part::Variables, id), item);
        }
    }

    /// The folder for the flows of each folder, by its id in `from`; `None` is for those in no folder.
    fn folders(&mut self) -> BTreeMap<Option<String>, Option<String>> {
        let TransferInput { from, to, folder, .. } = self.input;
        let there: BTreeMap<Vec<&str>, &str> =
            to.items(Part::Folders).map(|(id, _)| (to.path_names(Part::Folders, id), id)).collect();
        let mut made: BTreeMap<Vec<String>, String> = BTreeMap::new();
        let mut folders = BTreeMap::new();
        for (_, _, flow) in card::flows(from) {
            let own = flow["folder"].as_str().filter(|id| from.item(Part::Folders, id).is_some());
            let key = own.map(str::to_owned);
            if folders.contains_key(&key) {
                continue;
            }
            let names = own.map(|id| from.path_names(Part::Folders, id)).unwrap_or_default();
            let names: Vec<&str> = folder.into_iter().chain(names).collect();
            let mut parent: Option<String> = None;
            for end in 1..=names.len() {
                let path: Vec<String> =
                    names[..end].iter().map(|name| (*name).to_owned()).collect();
                let id = match (there.get(&names[..end]), made.get(&path)) {
                    (Some(id), _) => (*id).to_owned(),
                    (None, Some(id)) => id.clone(),
                    (None, None) => {
                        let id = format!("new:folder {}", path.join("/"));
                        let mut folder = json!({ "id": id, "name": names[end - 1] });
                        set(&mut folder, "parent", parent.take());
                        self.create(Part::Folders, &id, path.join("/"), folder);
                        made.insert(path, id.clone());
                        id
                    }
                };
                parent = Some(id);
            }
            folders.insert(key, parent);
        }
        folders
    }

    fn flows(&mut self, folders: &BTreeMap<Option<String>, Option<String>>) {
        let TransferInput { from, snapshot, to, cards, folder, enable, secrets, .. } = self.input;
        let mut there = flows_there(to);
        let mut moved: Vec<(Part, &str, &Value, Option<String>)> = Vec::new();
        let mut present: Vec<(Part, String)> = Vec::new();
        for (part, id, flow) in card::flows(&snapshot.home) {
            let own = flow["folder"].as_str().filter(|id| from.item(Part::Folders, id).is_some());
            let into = folders.get(&own.map(str::to_owned)).cloned().flatten();
            let key = (part, into.clone(), from.name(part, id).to_owned());
            // A flow that was moved before is not made twice.
            match there.get_mut(&key).and_then(Vec::pop) {
                Some(here) => {
                    present.push((part, here.clone()));
                    self.ids.insert(id.to_owned(), here);
                    self.transfer.present.push(ItemRef::new(part, id));
                }
                None => moved.push((part, id, flow, into)),
            }
        }
        let names = |part| to.items(part).map(move |(id, _)| (id, to.name(part, id)));
        let names: BTreeMap<&str, &str> = Part::ALL.into_iter().flat_map(names).collect();
        let coming: BTreeSet<&str> = moved.iter().map(|(_, id, ..)| *id).collect();
        for (part, id, flow, into) in &moved {
            let flow_ref = ItemRef::new(*part, *id);
            let whole = with_whole_ids(flow);
            let mut after = translated(&whole, &self.ids);
            let faults = fault::faults(&fault::Moved {
                flow: &flow_ref,
                before: &whole,
                after: &after,
                graph: &self.graph,
                ids: &self.ids,
                coming: &coming,
                secrets,
                to,
                cards,
            });
            for key in ["trigger", "conditions", "actions", "cards"] {
                after.get_mut(key).into_iter().for_each(|value| rename(value, &names));
            }
            blank(&mut after, secrets);
            if to.about.dialect == "v2" {
                dialect::split_ids(&mut after);
            }
            set(&mut after, "folder", into.clone());
            let is_enabled = flow["enabled"] != false && enable && faults.is_empty();
            after["enabled"] = is_enabled.into();
            let path = [folder, Some(&from.path(*part, id))];
            let path = path.into_iter().flatten().collect::<Vec<_>>().join("/");
            self.transfer.faults.extend(faults);
            self.create(*part, id, path, with_id(&after, id));
        }
        for (part, id) in present {
            self.complete(part, &id, &coming);
        }
    }

    /// A flow that was moved before may still hold ids of the first home: of devices that were added since, or of
    /// flows that were not there yet.
    fn complete(&mut self, part: Part, id: &str, coming: &BTreeSet<&str>) {
        let Some(there) = self.input.to.item(part, id) else { return };
        let before = setup::of(part, id, there);
        let after = translated(&before, &self.ids);
        if before != after || names_any(&before, coming) {
            let path = self.input.to.path(part, id);
            let action = Action::Update { before, after };
            self.transfer.plan.steps.push(Step { part, id: id.to_owned(), path, action });
        }
    }
}

/// The flows of a home by folder and name.
fn flows_there(home: &Home) -> BTreeMap<(Part, Option<String>, String), Vec<String>> {
    let mut there = BTreeMap::<_, Vec<String>>::new();
    for (part, id, flow) in card::flows(home) {
        let folder = flow["folder"].as_str().map(str::to_owned);
        there
            .entry((part, folder, home.name(part, id).to_owned()))
            .or_default()
            .push(id.to_owned());
    }
    there
}

/// Replaces the marks of secrets that are not known by empty texts: nothing else could be sent.
fn blank(value: &mut Value, known: &Secrets) {
    match value {
        Value::Object(fields) => match fields.get(secrets::MARK).and_then(Value::as_str) {
            Some(place) if !known.contains_key(place) => *value = "".into(),
            Some(_) => {}
            None => fields.values_mut().for_each(|value| blank(value, known)),
        },
        Value::Array(items) => items.iter_mut().for_each(|item| blank(item, known)),
        _ => {}
    }
}

/// Sets a field, or takes it out: set-ups have no fields that are `null`.
fn set(item: &mut Value, key: &str, value: Option<String>) {
    let Value::Object(fields) = item else { return };
    match value {
        Some(value) => drop(fields.insert(key.to_owned(), value.into())),
        None => drop(fields.shift_remove(key)),
    }
}
