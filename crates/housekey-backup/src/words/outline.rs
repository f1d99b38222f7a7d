//! The outline of a flow: a line for each card, in the order in which they come to matter.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Words, length};
use crate::card::{self, CardKind, CardUse, Slot, cards_by_node, seconds};

/// A line of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineLine {
    /// How far it is indented: branches of an advanced flow are.
    pub depth: usize,
    /// The word before it: `when`, `and`, `or`, `then`, `else`, `yes`, `no`.
    pub lead: &'static str,
    /// The card in words.
    pub text: String,
}

/// The outputs of a node, each with the word for what follows.
pub(crate) const OUTPUTS: [(&str, &str); 4] = [
    ("outputSuccess", "then"),
    ("outputTrue", "yes"),
    ("outputFalse", "no"),
    ("outputError", "failed"),
];

impl Words<'_> {
    /// The outline of a flow of either kind.
    pub fn outline(&self, flow: &Value) -> Vec<OutlineLine> {
        match flow["cards"].as_object() {
            Some(_) => self.advanced(flow),
            None => self.standard(flow),
        }
    }

    fn standard(&self, flow: &Value) -> Vec<OutlineLine> {
        let cards = card::cards(flow);
        let mut lines = Vec::new();
        let mut before: Option<(CardKind, &str)> = None;
        // Actions come in the order of the list; those for the other outcome last.
        let of = |card: &&CardUse<'_>| (card.kind == CardKind::Action && is_else(card)) as u8;
        let mut sorted: Vec<_> = cards.iter().collect();
        sorted.sort_by_key(of);
        for card in sorted {
            let group = match card.kind {
                CardKind::Action => {
                    if is_else(card) {
                        "else"
                    } else {
                        "then"
                    }
                }
                _ => card.group().unwrap_or("group1"),
            };
            let lead = match (card.kind, before) {
                (CardKind::Trigger, _) => "when",
                (CardKind::Condition, Some((CardKind::Condition, last))) if last != group => "or",
                (CardKind::Condition, _) => "and",
                (CardKind::Action, Some((CardKind::Action, last))) if last == group => "",
                (CardKind::Action, _) => {
                    if is_else(card) {
                        "else"
                    } else {
                        "then"
                    }
                }
            };
            before = Some((card.kind, group));
            lines.push(OutlineLine { depth: 0, lead, text: self.card(flow, card) });
        }
        lines
    }

    fn advanced(&self, flow: &Value) -> Vec<OutlineLine> {
        let nodes = nodes(flow);
        let cards = cards_by_node(flow);
        let text = |key: &str, node: &Value| self.node(flow, cards.get(key), node);
        let numbers = joins(&nodes);
        let mut lines = Vec::new();
        let mut seen = HashSet::new();
        let mut walk = |first: &str, lead: &'static str| {
            let mut waiting = vec![(0, lead, first.to_owned())];
            while let Some((depth, lead, key)) = waiting.pop() {
                let Some((_, node)) = nodes.iter().find(|(one, _)| *one == key) else {
                    lines.push(OutlineLine {
                        depth,
                        lead,
                        text: "a card that is not there".to_owned(),
                    });
                    continue;
                };
                let number = numbers.get(key.as_str());
                if !seen.insert(key.clone()) {
                    let number = number.map(usize::to_string).unwrap_or_default();
                    lines.push(OutlineLine { depth, lead, text: format!("go on at [{number}]") });
                    continue;
                }
                let mark = number.map(|number| format!("[{number}] ")).unwrap_or_default();
                let is_condition = node["type"] == "condition";
                let word = if is_condition && matches!(lead, "then") { "if" } else { lead };
                let question = if is_condition && word != "if" { "if " } else { "" };
                let line = format!("{mark}{question}{}", text(&key, node));
                lines.push(OutlineLine { depth, lead: word, text: line });
                let next: Vec<_> = OUTPUTS
                    .iter()
                    .flat_map(|(output, word)| targets(node, output).map(move |key| (*word, key)))
                    .collect();
                let is_chain = matches!(next.as_slice(), [("then", _)]);
                let depth = if is_chain { depth } else { depth + 1 };
                waiting
                    .extend(next.iter().rev().map(|(word, key)| (depth, *word, (*key).to_owned())));
            }
        };
        for (key, node) in &nodes {
            match node["type"].as_str() {
                Some("trigger") => walk(key, "when"),
                Some("start") => walk(key, "when"),
                _ => {}
            }
        }
        let is_card = |node: &Value| node["type"] != "note";
        let rest: Vec<_> =
            nodes.iter().filter(|(key, node)| is_card(node) && !seen.contains(*key)).collect();
        lines.extend(rest.into_iter().map(|(key, node)| OutlineLine {
            depth: 0,
            lead: "never",
            text: text(key, node),
        }));
        let notes = nodes.iter().filter(|(_, node)| !is_card(node));
        lines.extend(notes.map(|(key, node)| OutlineLine {
            depth: 0,
            lead: "note",
            text: text(key, node),
        }));
        lines
    }

    /// A node of an advanced flow in words.
    pub(crate) fn node(&self, flow: &Value, card: Option<&CardUse<'_>>, node: &Value) -> String {
        if let Some(card) = card {
            return self.card(flow, card);
        }
        match node["type"].as_str().unwrap_or_default() {
            "start" => "started by hand".to_owned(),
            "delay" => match seconds(&node["args"]["delay"]) {
                Some(seconds) => format!("wait {}", length(seconds)),
                None => "wait".to_owned(),
            },
            "all" => "once all have come".to_owned(),
            "any" => "once any has come".to_owned(),
            "note" => {
                let text = node["value"].as_str().unwrap_or_default();
                format!("“{}”", text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            other => other.to_owned(),
        }
    }
}

fn is_else(card: &CardUse<'_>) -> bool {
    card.group() == Some("else")
}

/// The word for what a card does in its flow: `when`, `and`, `then`, `else`.
pub fn outline_word(card: &CardUse<'_>) -> &'static str {
    match card.kind {
        CardKind::Trigger => "when",
        CardKind::Condition if matches!(card.slot, Slot::Node(_)) => "if",
        CardKind::Condition => "and",
        CardKind::Action => {
            if is_else(card) {
                "else"
            } else {
                "then"
            }
        }
    }
}

/// The nodes of an advanced flow from left to right.
pub(crate) fn nodes(flow: &Value) -> Vec<(&str, &Value)> {
    let place = |node: &Value| {
        let at = |key: &str| node[key].as_f64().unwrap_or_default();
        (at("x"), at("y"))
    };
    let all = flow["cards"].as_object().into_iter().flatten();
    let mut nodes: Vec<_> = all.map(|(key, node)| (key.as_str(), node)).collect();
    nodes.sort_by(|(_, one), (_, other)| {
        let ((x, y), (other_x, other_y)) = (place(one), place(other));
        x.total_cmp(&other_x).then(y.total_cmp(&other_y))
    });
    nodes
}

/// The nodes that any output of a node leads to.
pub(crate) fn all_targets(node: &Value) -> impl Iterator<Item = &str> {
    OUTPUTS.iter().flat_map(|(output, _)| targets(node, output))
}

/// The nodes that an output of a node leads to.
pub(crate) fn targets<'n>(node: &'n Value, output: &str) -> impl Iterator<Item = &'n str> {
    node[output].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Numbers for the nodes that several others lead to.
fn joins<'n>(nodes: &[(&'n str, &'n Value)]) -> HashMap<&'n str, usize> {
    let mut ways = HashMap::<&str, usize>::new();
    for (_, node) in nodes {
        for target in all_targets(node) {
            *ways.entry(target).or_default() += 1;
        }
    }
    let is_start = |node: &Value| node["type"] == "start" || node["type"] == "trigger";
    let several = nodes
        .iter()
        .filter(|(key, node)| ways.get(key).is_some_and(|ways| *ways > 1 || is_start(node)));
    several.zip(1..).map(|((key, _), number)| (*key, number)).collect()
}

/// An outline as text, the words before the cards in a column.
pub fn outline_text(lines: &[OutlineLine]) -> String {
    let width = lines.iter().map(|line| line.lead.len()).max().unwrap_or_default();
    let line = |line: &OutlineLine| {
        format!("{}{:width$}  {}\n", "  ".repeat(line.depth), line.lead, line.text)
    };
    lines.iter().map(line).collect()
}
