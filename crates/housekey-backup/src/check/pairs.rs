//! Flows held against each other: duplicates, contradictions, and flows that nothing starts.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::checker::{CheckedFlow, Checker};
use super::fault::Fault;
use super::finding::Missing;
use super::references::START;
use crate::card::CardKind;
use crate::graph::{Access, EdgeTarget, ItemRef};
use crate::words::{OUTPUTS, nodes, targets};
use crate::{Part, label};

pub(super) fn check(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    duplicates(checker, flows);
    contradictions(checker, flows);
    never_started(checker, flows);
}

fn duplicates(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    let mut same = HashMap::<String, &CheckedFlow<'_>>::new();
    for flow in flows.iter().filter(|flow| !flow.cards.is_empty()) {
        let content = content(flow).to_string();
        match same.get(&content) {
            None => drop(same.insert(content, flow)),
            Some(first) => {
                let (message, other) = other("it does the same as the flow", first);
                checker.flow(Fault::Duplicate, flow, None, Some(other), message);
            }
        }
    }
}

/// What a flow does, without names, places and the keys of its nodes.
fn content(flow: &CheckedFlow<'_>) -> Value {
    if flow.value["cards"].is_null() {
        let part = |key: &str| bare(&flow.value[key]);
        return json!([part("trigger"), part("conditions"), part("actions")]);
    }
    let nodes: Vec<_> =
        nodes(flow.value).into_iter().filter(|(_, node)| node["type"] != "note").collect();
    let place: HashMap<&str, usize> =
        nodes.iter().enumerate().map(|(place, (key, _))| (*key, place)).collect();
    nodes
        .iter()
        .map(|(_, node)| {
            let next = OUTPUTS.iter().map(|(output, _)| {
                let mut next: Vec<_> = targets(node, output).map(|key| place.get(key)).collect();
                next.sort_unstable();
                json!(next)
            });
            let next: Vec<Value> = next.collect();
            let mut node = bare(node);
            if let Some(node) = node.as_object_mut() {
                for (output, _) in OUTPUTS {
                    node.remove(output);
                }
                for key in ["x", "y", "input"] {
                    node.remove(key);
                }
            }
            json!([node, next])
        })
        .collect()
}

/// A value without `null` and with its keys in order: missing and `null` are the same.
fn bare(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> =
                fields.iter().filter(|(_, value)| !value.is_null()).collect();
            let fields = sorted.into_iter().map(|(key, value)| (key.clone(), bare(value)));
            Value::Object(fields.filter(|(_, value)| !is_nothing(value)).collect::<Map<_, _>>())
        }
        Value::Array(values) => values.iter().map(bare).collect(),
        value => value.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Standard flows with one trigger that set a capability to different values.
fn contradictions(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    let mut by_trigger = HashMap::<String, Vec<&CheckedFlow<'_>>>::new();
    for flow in flows.iter().filter(|flow| flow.is_enabled() && flow.value["cards"].is_null()) {
        let has_conditions = flow.cards.iter().any(|card| card.kind == CardKind::Condition);
        let trigger = flow.cards.iter().find(|card| card.kind == CardKind::Trigger);
        let is_shared = trigger.is_some_and(|trigger| *trigger.id != *START);
        if let Some(trigger) = trigger.filter(|_| !has_conditions && is_shared) {
            let key = format!("{} {}", trigger.id, bare(&trigger.value["args"]));
            by_trigger.entry(key).or_default().push(flow);
        }
    }
    for flows in by_trigger.values().filter(|flows| flows.len() > 1) {
        let mut set = HashMap::<EdgeTarget, (String, &CheckedFlow<'_>)>::new();
        for flow in flows {
            for (target, value) in settings(checker, flow) {
                match set.get(&target) {
                    Some((before, first)) if *before != value && first.item != flow.item => {
                        let name = label::target(checker.home, &target);
                        let what = format!(
                            "with the same trigger it sets {name} to another value than the flow"
                        );
                        let (message, other) = other(&what, first);
                        checker.flow(Fault::Contradiction, flow, None, Some(other), message);
                    }
                    Some(_) => {}
                    None => drop(set.insert(target, (value, flow))),
                }
            }
        }
    }
}

/// The capabilities that a flow sets at once, each with the card and its arguments.
fn settings(checker: &Checker<'_>, flow: &CheckedFlow<'_>) -> Vec<(EdgeTarget, String)> {
    let is_set = |target: &EdgeTarget| matches!(target, EdgeTarget::Capability { .. });
    let edges = checker.graph.from(&flow.item);
    let edges = edges.filter(|edge| edge.access == Access::Write && is_set(&edge.to));
    edges
        .filter_map(|edge| {
            let slot = &edge.place.as_ref()?.slot;
            let card = flow.cards.iter().find(|card| card.slot == *slot)?;
            let is_later =
                crate::card::seconds(&card.value["delay"]).is_some_and(|delay| delay > 0.0);
            (!is_later)
                .then(|| (edge.to.clone(), format!("{} {}", card.id, bare(&card.value["args"]))))
        })
        .collect()
}

/// Flows that only others or people start, where neither does.
fn never_started(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    let is_start = |item: &ItemRef| matches!(item.part, Part::Flows | Part::AdvancedFlows);
    let edges = checker.graph.edges().iter();
    let used: HashSet<ItemRef> = edges.filter_map(|edge| edge.to.item().filter(is_start)).collect();
    for flow in flows.iter().filter(|flow| flow.is_enabled() && !used.contains(&flow.item)) {
        let mut triggers = flow.cards.iter().filter(|card| card.kind == CardKind::Trigger);
        // Only some Homeys count the starts.
        let was_never = flow.value["triggerCount"].as_u64() == Some(0);
        if was_never && triggers.all(|trigger| *trigger.id == *START) {
            let message = "no flow starts it, and it was never started".to_owned();
            checker.flow(Fault::NeverStarted, flow, None, None, message);
        }
    }
}

/// A message that ends with the name of another flow, and that flow.
fn other(what: &str, flow: &CheckedFlow<'_>) -> (String, Missing) {
    let name = flow.full_name();
    let message = format!("{what} \"{name}\"");
    (message, Missing { kind: flow.item.part.item(), id: flow.item.id.clone(), name: Some(name) })
}
