//! What refers to what in a home: flows, moods, groups, dashboards and scripts, and the items they name.
//!
//! A reference to an item that is not there is kept: it is what a check of the flows looks for.

mod edge;
mod flow;
mod known;
mod other;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use self::edge::{Access, Certainty, Edge, EdgePlace, EdgeTarget, ItemRef};
use self::known::KnownIds;
use crate::{Home, card};

/// The references of a home.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    edges: Vec<Edge>,
}

impl Graph {
    /// Reads all references of a home.
    pub fn of(home: &Home) -> Self {
        let known = KnownIds::of(home);
        let mut edges = Vec::new();
        for (part, id, flow) in card::flows(home) {
            let from = ItemRef::new(part, id);
            for card in card::cards(flow) {
                flow::edges(home, &known, &from, &card, &mut edges);
            }
        }
        other::edges(home, &known, &mut edges);
        Self { edges }
    }

    /// All references, those of flows first.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What an item refers to.
    pub fn from<'g>(&'g self, item: &'g ItemRef) -> impl Iterator<Item = &'g Edge> {
        self.edges.iter().filter(move |edge| edge.from == *item)
    }

    /// What refers to a target; for a device also what refers to one of its capabilities, for an app what refers
    /// to its tokens and its own things.
    pub fn to<'g>(&'g self, target: &'g EdgeTarget) -> impl Iterator<Item = &'g Edge> {
        self.edges.iter().filter(move |edge| {
            edge.to == *target
                || match target {
                    EdgeTarget::Item(item) => edge.to.item().as_ref() == Some(item),
                    _ => false,
                }
        })
    }

    /// The items that refer to something, and those that something refers to.
    pub fn items(&self) -> BTreeSet<ItemRef> {
        let ends = |edge: &Edge| [Some(edge.from.clone()), edge.to.item()];
        self.edges.iter().flat_map(ends).flatten().collect()
    }
}
