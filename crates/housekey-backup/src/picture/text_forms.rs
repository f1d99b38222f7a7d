//! A network in the languages of other programs that draw: Mermaid and DOT.

use std::fmt::Write as _;

use super::network::{Network, NetworkLink, NodeState};
use crate::Part;
use crate::graph::{Access, Certainty};

/// For Mermaid, which Markdown on many sites draws.
pub fn mermaid(network: &Network) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (place, node) in network.nodes.iter().enumerate() {
        let (open, close) = match node.item.part {
            Part::Flows | Part::AdvancedFlows => ("[", "]"),
            Part::Variables => ("{{", "}}"),
            _ => ("([", "])"),
        };
        let class = match node.state {
            NodeState::Normal => "",
            NodeState::Disabled => ":::off",
            NodeState::Missing => ":::gone",
        };
        let label = full_name(&node.group, &node.name).replace('#', "#35;").replace('"', "#quot;");
        let _ = writeln!(
            out,
            "    {}{open}\"{}\"{close}{class}",
            Network::key(place),
            one_line(&label)
        );
    }
    for NetworkLink { from, to, certainty, .. } in &network.links {
        let line = if *certainty == Certainty::Soft { "-.->" } else { "-->" };
        let _ = writeln!(out, "    {} {line} {}", Network::key(*from), Network::key(*to));
    }
    out + "    classDef off stroke-dasharray: 5 4\n    classDef gone stroke:#cf222e,stroke-dasharray: 5 4\n"
}

/// For Graphviz.
pub fn dot(network: &Network) -> String {
    let mut out =
        "digraph flows {\n    rankdir=LR;\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n".to_owned();
    for (place, node) in network.nodes.iter().enumerate() {
        let shape = match node.item.part {
            Part::Flows | Part::AdvancedFlows => "",
            Part::Variables => ", shape=hexagon",
            _ => ", shape=ellipse",
        };
        let style = match node.state {
            NodeState::Normal => "",
            NodeState::Disabled => ", style=\"rounded,dashed\"",
            NodeState::Missing => ", style=\"rounded,dashed\", color=\"#cf222e\"",
        };
        let label = full_name(&node.group, &node.name).replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(
            out,
            "    {} [label=\"{}\"{shape}{style}];",
            Network::key(place),
            one_line(&label)
        );
    }
    for NetworkLink { from, to, access, certainty } in &network.links {
        let color = if *access == Access::Read { "#0969da" } else { "#bc4c00" };
        let style = if *certainty == Certainty::Soft { ", style=dotted" } else { "" };
        let (from, to) = (Network::key(*from), Network::key(*to));
        let _ = writeln!(out, "    {from} -> {to} [color=\"{color}\"{style}];");
    }
    out + "}\n"
}

fn full_name(group: &Option<String>, name: &str) -> String {
    group.as_ref().map_or_else(|| name.to_owned(), |group| format!("{group}/{name}"))
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
