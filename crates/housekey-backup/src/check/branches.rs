//! The shape of a single flow: what is not connected, and what is not complete.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::checker::{CheckedFlow, Checker};
use super::fault::Fault;
use crate::card::{CardKind, CardUse, Slot};
use crate::words::all_targets;

pub(super) fn check(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    for flow in flows {
        if let Some(nodes) = flow.value["cards"].as_object() {
            lines(checker, flow, nodes);
        }
        complete(checker, flow);
    }
}

/// Whether a flow starts somewhere and does something.
fn complete(checker: &mut Checker<'_>, flow: &CheckedFlow<'_>) {
    let has = |kind| flow.cards.iter().any(|card| card.kind == kind);
    let nodes = flow.value["cards"].as_object();
    let has_start = nodes.into_iter().flatten().any(|(_, node)| node["type"] == "start");
    let wrong = match (has(CardKind::Trigger) || has_start, has(CardKind::Action)) {
        (true, true) => return,
        (false, true) => "it has no trigger",
        (true, false) => "it has no action",
        (false, false) => "it has neither trigger nor action",
    };
    checker.flow(Fault::Draft, flow, None, None, wrong.to_owned());
}

/// The lines between the nodes of an advanced flow.
fn lines(checker: &mut Checker<'_>, flow: &CheckedFlow<'_>, nodes: &Map<String, Value>) {
    let mut inputs = HashMap::<&str, HashSet<&str>>::new();
    let mut reached = HashSet::new();
    let mut waiting = Vec::new();
    for (key, node) in nodes {
        let card = card_of(flow, key);
        for target in all_targets(node) {
            inputs.entry(target).or_default().insert(key);
            if !nodes.contains_key(target) {
                let message =
                    format!("a line from it leads to the card {target}, which is not there");
                checker.flow(Fault::DanglingOutput, flow, card, None, message);
            }
        }
        if node["type"] == "start" || node["type"] == "trigger" {
            waiting.push(key.as_str());
        }
    }
    while let Some(key) = waiting.pop() {
        if reached.insert(key) {
            waiting.extend(nodes.get(key).into_iter().flat_map(all_targets));
        }
    }
    for (key, node) in nodes {
        let card = card_of(flow, key);
        let kind = node["type"].as_str().unwrap_or_default();
        if kind != "note" && !reached.contains(key.as_str()) {
            let what = checker.words.node(flow.value, card, node);
            let message = format!("nothing leads to \"{what}\"");
            checker.flow(Fault::DeadBranch, flow, card, None, message);
        }
        let ways = inputs.get(key.as_str()).map_or(0, HashSet::len);
        if kind == "all" && ways < 2 {
            let message = match ways {
                0 => "a card `all` waits for all inputs, and has none".to_owned(),
                _ => "a card `all` waits for all inputs, and has one".to_owned(),
            };
            checker.flow(Fault::LonelyAll, flow, card, None, message);
        }
        let listed = node["input"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(bare) = listed.into_iter().find(|input| !input.contains("::")) {
            let message = format!("its input {bare} does not name an output, so it never fires");
            checker.flow(Fault::BareInput, flow, card, None, message);
        }
    }
}

fn card_of<'f, 'h>(flow: &'f CheckedFlow<'h>, node: &str) -> Option<&'f CardUse<'h>> {
    flow.cards.iter().find(|card| matches!(&card.slot, Slot::Node(key) if key == node))
}
