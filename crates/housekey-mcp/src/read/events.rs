//! `homey_events`: what happened, with the flows that could have done it.

use std::collections::BTreeMap;

use housekey::model::Device;
use housekey_backup::Part;
use housekey_backup::graph::{Access, EdgeTarget, Graph};

use super::facts::FlowFacts;
use crate::answer::{Answer, Outcome};
use crate::arguments::Arguments;
use crate::history::HistoryEvent;
use crate::lines::Paging;
use crate::quote::{quoted_to, short_id, word};
use crate::view::View;

/// The most flows behind a change.
const FLOWS: usize = 3;

/// The events, the newest first; `is_meant` says whether a device is, `sees_all` whether there
/// is nothing that is hidden.
pub(crate) fn events(
    view: &View,
    facts: &FlowFacts,
    found: &[HistoryEvent],
    (is_meant, sees_all): (impl Fn(&Device) -> bool, bool),
    arguments: &Arguments,
) -> Outcome<Answer> {
    let paging = Paging::of(arguments.all())?;
    let graph = Graph::of(&facts.home);
    let mut writers: BTreeMap<(String, Option<String>), Vec<String>> = BTreeMap::new();
    for edge in graph.edges().iter().filter(|edge| edge.access == Access::Write) {
        let is_flow = matches!(edge.from.part, Part::Flows | Part::AdvancedFlows);
        if !is_flow || !facts.is_enabled(&edge.from) {
            continue;
        }
        let key = match &edge.to {
            EdgeTarget::Capability { device, capability } => {
                (device.clone(), Some(capability.clone()))
            }
            EdgeTarget::Item(item) => (item.id.clone(), None),
            _ => continue,
        };
        let names = writers.entry(key).or_default();
        let name = facts.flow_name(&edge.from);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let kind = arguments.text("kind");
    let narrows = arguments.text("device").is_some() || arguments.text("zone").is_some();
    let device = |id: &str| view.devices.iter().find(|device| device.id == id);
    let mut kept: Vec<&HistoryEvent> = found
        .iter()
        .filter(|event| kind.is_none_or(|kind| kind == event.kind))
        .filter(|event| match device(&event.item) {
            Some(device) => is_meant(device),
            None => !narrows && sees_all,
        })
        .collect();
    kept.reverse();
    let head = match kept.len() {
        0 => "Nothing happened in this time that was recorded".to_owned(),
        1 => "1 change".to_owned(),
        count => format!("{count} changes, the newest first"),
    };
    Ok(paging.answer(&head, &kept, |event| {
        let name = match device(&event.item) {
            Some(device) => format!("{} · {}", view.device_name(device), view.device_id(device)),
            None => short_id(&event.item),
        };
        let capability = event.text.split('=').next().unwrap_or_default().to_owned();
        let flows = [Some(capability), None]
            .into_iter()
            .filter_map(|capability| writers.get(&(event.item.clone(), capability)));
        let flows: Vec<_> = flows.flatten().take(FLOWS).cloned().collect();
        let flows = match flows.is_empty() || event.kind != "value" {
            true => String::new(),
            false => format!(" · could be by {}", flows.join(", ")),
        };
        let (at, text) = (view.now.second(event.at), quoted_to(&event.text, 80));
        let what =
            if event.kind == "value" { text } else { format!("{} {text}", word(&event.kind)) };
        format!("{at} · {name} · {what}{flows}")
    }))
}
