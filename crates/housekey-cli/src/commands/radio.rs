//! The nodes of a radio network as a list: which device each is, and how it is reached.

use housekey::model::{Device, Field, Measure, Time};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::context::{Context, Target};
use crate::error::Outcome;
use crate::items::Collection;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::listing::form::ListJson;
use crate::output::Output;

/// A node as its network knows it.
pub(super) struct Node {
    /// What the network calls it.
    pub(super) name: String,
    /// The id of its device.
    pub(super) device: Option<String>,
    /// What people read where it is the node of no device.
    pub(super) title: Option<String>,
    /// The nodes on the way to it; `None` where the network does not say.
    pub(super) route: Option<Vec<String>>,
    pub(super) last_seen: Option<Time>,
    pub(super) kind: Option<String>,
    /// Frames that were sent to it, those of them that were lost, and those that came from it.
    pub(super) frames: [Option<u64>; 3],
}

/// The devices of the home; none where they cannot be read, which is noted.
pub(super) async fn devices(target: &Target, out: &Output) -> Outcome<Collection<Device>> {
    match Collection::read(target, out).await {
        Ok(devices) => Ok(devices),
        Err(failure) if failure.exit() == crate::error::Exit::SignIn => Err(failure),
        Err(failure) => {
            out.note(&format!("Nodes are shown without their devices: {failure}"));
            Ok(Collection::empty())
        }
    }
}

/// Prints the nodes below a line about the network.
pub(super) async fn print(
    args: &ListArgs,
    (head, nodes): (String, Vec<Node>),
    devices: &Collection<Device>,
    answer: &[u8],
    target: &Target,
    context: &Context,
) -> Outcome {
    let zone = args.zone(target, context).await;
    if args.is_table(&context.out) {
        context.out.text(&format!("{head}\n\n"))?;
    }
    let list = listing(&nodes, devices, &zone);
    args.print(context, list, ListJson::Larger(answer), "nodes", &zone)
}

fn listing(nodes: &[Node], devices: &Collection<Device>, zone: &TimeZone) -> Listing {
    let mut list = Listing::new(&["node", "device", "zone", "route", "last seen"])
        .with_more_columns(&["type", "sent", "lost", "received", "id"])
        .sorted_by(&["node"]);
    for node in nodes {
        let device = node.device.as_deref().and_then(|id| devices.with_id(id));
        let route = node.route.as_ref().map(|route| match route.is_empty() {
            true => "direct".to_owned(),
            false => route.join(" > "),
        });
        let seen = device.and_then(|device| device.last_seen_at.get());
        let count = |count: &Option<u64>| {
            count.map_or(Cell::MISSING, |it| Cell::number(it.into(), Measure::default()))
        };
        let [sent, lost, received] = node.frames.each_ref().map(count);
        let cells = vec![
            Cell::text(&node.name),
            Cell::maybe(device.map(Device::name).or(node.title.as_deref())),
            Cell::maybe(device.and_then(|device| devices.parent_of(device))),
            Cell::maybe(route.as_deref()),
            Cell::time(node.last_seen.as_ref().or(seen), zone),
            Cell::maybe(node.kind.as_deref()),
            sent,
            lost,
            received,
            Cell::maybe(node.device.as_deref()),
        ];
        list.row(&node.name, cells);
    }
    list
}

/// A number or a text, as text.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A point in time of an answer that no document describes.
pub(super) fn time(value: &Value) -> Option<Time> {
    serde_json::from_value::<Field<Time>>(value.clone()).ok()?.get().cloned()
}

/// `ready`, else what is wrong.
pub(super) fn readiness(ready: &Value, error: &Value) -> String {
    match (ready.as_bool(), word(error)) {
        (_, Some(error)) => error,
        (Some(false), None) => "not ready".to_owned(),
        (_, None) => "ready".to_owned(),
    }
}
