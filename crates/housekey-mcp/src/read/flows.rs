//! `homey_flows_list`.

use std::collections::BTreeSet;

use housekey::model::name::as_seen;
use housekey_backup::Part;
use housekey_backup::graph::{EdgeTarget, Graph, ItemRef};
use serde_json::Value;

use super::facts::FlowFacts;
use crate::answer::{Answer, Outcome};
use crate::arguments::Arguments;
use crate::lines::Paging;
use crate::quote::{quoted, short_id};

pub(crate) fn flows(facts: &FlowFacts, arguments: &Arguments) -> Outcome<Answer> {
    let paging = Paging::of(arguments.all())?;
    let users = arguments.text("uses").map(|wanted| users(facts, wanted)).transpose()?;
    let words: Vec<String> = arguments
        .text("q")
        .map(as_seen)
        .into_iter()
        .flat_map(|text| text.split([' ', '/']).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let folder = arguments.text("folder").map(as_seen);
    let is_wanted = |item: &ItemRef, flow: &Value| {
        let of_folder = facts.folder(flow).map(as_seen).unwrap_or_default();
        let name = as_seen(facts.home.name(item.part, &item.id));
        let is_kind = match arguments.text("kind") {
            Some("advanced") => item.part == Part::AdvancedFlows,
            Some(_) => item.part == Part::Flows,
            None => true,
        };
        is_kind
            && arguments.flag("enabled").is_none_or(|wanted| wanted == is_enabled(flow))
            && arguments.flag("broken").is_none_or(|wanted| wanted == is_broken(flow))
            && folder.as_ref().is_none_or(|wanted| *wanted == of_folder)
            && users.as_ref().is_none_or(|users| users.contains(item))
            && words.iter().all(|word| name.contains(word) || of_folder.contains(word))
    };
    let mut found: Vec<_> = facts.flows().filter(|(item, flow)| is_wanted(item, flow)).collect();
    found.sort_by_cached_key(|(item, flow)| {
        let folder = facts.folder(flow).map(as_seen);
        (folder.is_none(), folder, as_seen(facts.home.name(item.part, &item.id)), item.id.clone())
    });
    let head = match found.len() {
        0 => format!("No flow of {} fits", facts.flows().count()),
        1 => "1 flow".to_owned(),
        count => format!("{count} flows"),
    };
    Ok(paging.answer(&head, &found, |(item, flow)| line(facts, item, flow)))
}

/// `"Evening" / "Good night" · standard · on · f1e2d3c4`.
fn line(facts: &FlowFacts, item: &ItemRef, flow: &Value) -> String {
    let name = quoted(facts.home.name(item.part, &item.id));
    let mut parts = vec![match facts.folder(flow) {
        Some(folder) => format!("{} / {name}", quoted(folder)),
        None => name,
    }];
    parts.push(kind(item).to_owned());
    parts.push(if is_enabled(flow) { "on" } else { "off" }.to_owned());
    if is_broken(flow) {
        parts.push("broken".to_owned());
    }
    if flow["triggerable"] == true {
        parts.push("can be started".to_owned());
    }
    parts.push(short_id(&item.id));
    parts.join(" · ")
}

/// `standard` or `advanced`.
pub(super) fn kind(item: &ItemRef) -> &'static str {
    if item.part == Part::AdvancedFlows { "advanced" } else { "standard" }
}

pub(super) fn is_enabled(flow: &Value) -> bool {
    flow["enabled"] != false
}

pub(super) fn is_broken(flow: &Value) -> bool {
    flow["broken"] == true
}

/// The flows that use an item.
fn users(facts: &FlowFacts, wanted: &str) -> Outcome<BTreeSet<ItemRef>> {
    let item = facts.find_item(wanted)?;
    let graph = Graph::of(&facts.home);
    let target = EdgeTarget::Item(item);
    Ok(graph.to(&target).map(|edge| edge.from.clone()).collect())
}
