//! The flows of a home and the items they read and change, as nodes and links.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Access, Certainty, Edge, Graph, ItemRef};
use crate::last_names::LastNames;
use crate::{Home, Part, label};

/// Flows and items, and what is between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The flows and items.
    pub nodes: Vec<NetworkNode>,
    /// What flows read and change.
    pub links: Vec<NetworkLink>,
}

/// A flow or an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkNode {
    /// Which one it is.
    pub item: ItemRef,
    /// Its name.
    pub name: String,
    /// The zone or folder it is in.
    pub group: Option<String>,
    /// Whether it is there and enabled.
    pub state: NodeState,
}

/// Whether a flow or an item is there and enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    /// It is.
    Normal,
    /// It is a disabled flow.
    Disabled,
    /// It is not there any more.
    Missing,
}

/// A link, in the direction in which something flows: from what is read, to what is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetworkLink {
    /// The index of the node it comes from.
    pub from: usize,
    /// The index of the node it leads to.
    pub to: usize,
    /// Whether the flow reads or changes the item.
    pub access: Access,
    /// How certain that is.
    pub certainty: Certainty,
}

impl Network {
    /// All flows with the items they use; with `only` these flows, and the flows that start them.
    pub fn of(home: &Home, graph: &Graph, names: &LastNames, only: &[ItemRef]) -> Self {
        let is_flow = |item: &ItemRef| matches!(item.part, Part::Flows | Part::AdvancedFlows);
        let is_wanted = |item: &ItemRef| only.is_empty() || only.contains(item);
        let is_drawn = |item: &ItemRef| match item.part {
            Part::Apps => !only.is_empty(),
            Part::Options | Part::Folders | Part::Dashboards => false,
            _ => true,
        };
        let mut items: BTreeSet<ItemRef> = if only.is_empty() {
            [Part::Flows, Part::AdvancedFlows]
                .into_iter()
                .flat_map(|part| home.items(part).map(move |(id, _)| ItemRef::new(part, id)))
                .collect()
        } else {
            only.iter().cloned().collect()
        };
        let mut links = BTreeMap::<(ItemRef, ItemRef, Access), Certainty>::new();
        for edge in graph.edges().iter().filter(|edge| is_flow(&edge.from)) {
            let Edge { from, access, certainty, .. } = edge;
            let Some(to) = edge.to.item().filter(is_drawn) else { continue };
            if !(is_wanted(from) || is_wanted(&to) && is_flow(&to)) {
                continue;
            }
            items.extend([from.clone(), to.clone()]);
            let ends = match access {
                Access::Read => (to, from.clone(), *access),
                Access::Write => (from.clone(), to, *access),
            };
            let known = links.entry(ends).or_insert(*certainty);
            *known = (*known).min(*certainty);
        }
        let index: BTreeMap<&ItemRef, usize> = items.iter().zip(0..).collect();
        let links = links.iter().map(|((from, to, access), certainty)| NetworkLink {
            from: index[from],
            to: index[to],
            access: *access,
            certainty: *certainty,
        });
        Self {
            links: links.collect(),
            nodes: items.iter().map(|item| node(home, names, item)).collect(),
        }
    }

    /// What a node is called in the texts of other programs: `n3`.
    pub(super) fn key(node: usize) -> String {
        format!("n{node}")
    }
}

fn node(home: &Home, names: &LastNames, item: &ItemRef) -> NetworkNode {
    let full = label::item(home, item);
    let is_there = home.item(item.part, &item.id).is_some();
    let last = names.name(item).filter(|_| !is_there);
    let name = last.unwrap_or_else(|| home.name(item.part, &item.id)).to_owned();
    let group = full.strip_suffix(&name).and_then(|group| group.strip_suffix('/'));
    let value = home.item(item.part, &item.id);
    let state = match value {
        None => NodeState::Missing,
        Some(value) if value["enabled"] == false => NodeState::Disabled,
        Some(_) => NodeState::Normal,
    };
    NetworkNode { item: item.clone(), group: group.map(str::to_owned), name, state }
}
