//! Running advanced flows: from node to node along their edges.

use std::collections::{BTreeSet, HashMap};

use housekey::catalogue::Dialect;
use serde_json::{Map, Value};

use super::Home;
use super::flow::{card_id, wait};
use super::flow_state::{Later, Run, Tokens};

/// The limit of nodes that one run visits in one go, since edges can form a circle.
const MOST_NODES: u32 = 500;

/// Whether a flow that is started by hand or by another flow starts at a node.
pub(crate) fn is_start(dialect: Dialect, node: &Value) -> bool {
    match node.get("type").and_then(Value::as_str) {
        Some("start") => true,
        Some("trigger") => card_id(dialect, node) == "homey:manager:flow:programmatic_trigger",
        _ => false,
    }
}

impl Home {
    /// The nodes at which an advanced flow starts by hand.
    pub(super) fn starts(&self, flow: &str) -> Vec<String> {
        let flow = self.advanced_flows.get(flow);
        let nodes = flow.and_then(|flow| flow.get("cards")?.as_object());
        let starts = nodes.into_iter().flatten().filter(|(_, node)| is_start(self.dialect, node));
        starts.map(|(key, _)| key.clone()).collect()
    }

    /// Starts an advanced flow at one of its nodes.
    pub(crate) fn run_advanced(&mut self, flow: &str, node: &str, tokens: &Tokens) {
        if self.starts_left == 0 {
            return;
        }
        self.starts_left -= 1;
        self.given += 1;
        let run = self.given;
        let state = Run { flow: flow.to_owned(), arrived: HashMap::new(), passed: BTreeSet::new() };
        self.runs.insert(run, state);
        let tokens =
            tokens.iter().map(|(id, value)| (format!("trigger::{node}::{id}"), value.clone()));
        self.follow(run, node, "outputSuccess", &tokens.collect());
    }

    /// Visits the nodes behind an output of a node, and those behind them.
    pub(super) fn follow(&mut self, run: u64, from: &str, output: &'static str, tokens: &Tokens) {
        let mut todo = vec![(from.to_owned(), output, tokens.clone())];
        let mut visits = 0;
        while let Some((from, output, tokens)) = todo.pop() {
            let Some(cards) = self.nodes(run) else { break };
            let targets =
                cards.get(&from).and_then(|node| node.get(output)).and_then(Value::as_array);
            for target in targets.into_iter().flatten().filter_map(Value::as_str) {
                visits += 1;
                let Some(node) = cards.get(target).filter(|_| visits <= MOST_NODES) else {
                    continue;
                };
                let input = format!("{from}::{output}");
                if let Some((output, tokens)) = self.visit(run, target, node, &input, &tokens) {
                    todo.push((target.to_owned(), output, tokens));
                }
            }
        }
        let waits = |what: &Later| matches!(what, Later::Nodes { run: of, .. } if *of == run);
        if !self.pending.iter().any(|one| waits(&one.what)) {
            self.runs.remove(&run);
        }
    }

    fn nodes(&self, run: u64) -> Option<Map<String, Value>> {
        let flow = self.advanced_flows.get(&self.runs.get(&run)?.flow)?;
        flow.get("cards")?.as_object().cloned()
    }

    /// Does what a node says; answers the output to go on at, if it goes on at once.
    fn visit(
        &mut self,
        run: u64,
        id: &str,
        node: &Value,
        input: &str,
        tokens: &Tokens,
    ) -> Option<(&'static str, Tokens)> {
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind {
            "condition" => {
                let holds = self.condition(node, tokens);
                Some((if holds { "outputTrue" } else { "outputFalse" }, tokens.clone()))
            }
            "action" => Some(match self.action(node, tokens) {
                Ok(()) => ("outputSuccess", tokens.clone()),
                Err(text) => {
                    let mut tokens = tokens.clone();
                    tokens.insert(format!("card::{id}::error"), text.into());
                    ("outputError", tokens)
                }
            }),
            "delay" => {
                let delay =
                    wait(node.get("args").and_then(|args| args.get("delay"))).unwrap_or_default();
                let later = Later::Nodes {
                    run,
                    from: id.to_owned(),
                    output: "outputSuccess",
                    tokens: tokens.clone(),
                };
                self.put_off(delay, later);
                None
            }
            "any" => {
                let first = self.runs.get_mut(&run)?.passed.insert(id.to_owned());
                first.then(|| ("outputSuccess", tokens.clone()))
            }
            "all" => {
                let wanted = node.get("input").and_then(Value::as_array);
                let arrived = self.runs.get_mut(&run)?.arrived.entry(id.to_owned()).or_default();
                // An input without the name of an output never arrives.
                let is_new = arrived.insert(input.to_owned());
                let has = |one: &Value| one.as_str().is_some_and(|one| arrived.contains(one));
                let complete = wanted.is_some_and(|wanted| wanted.iter().all(has));
                (is_new && complete).then(|| ("outputSuccess", tokens.clone()))
            }
            _ => None,
        }
    }
}
