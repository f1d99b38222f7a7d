//! The references of what is no flow: moods, groups, dashboards, scripts; and the apps of devices.

use std::collections::BTreeSet;

use serde_json::Value;

use super::edge::{Access, Certainty, Edge, EdgeTarget, ItemRef};
use super::known::KnownIds;
use crate::card::Owner;
use crate::{Home, Part, token};

pub(super) fn edges(home: &Home, known: &KnownIds<'_>, edges: &mut Vec<Edge>) {
    let mut add = |part, id: &str, to, access, certainty| {
        let from = ItemRef::new(part, id);
        edges.push(Edge { from, to, access, certainty, place: None, name: None });
    };
    for (id, mood) in home.items(Part::Moods) {
        for device in mood["devices"].as_object().into_iter().flat_map(|devices| devices.keys()) {
            let to = EdgeTarget::of(Part::Devices, device.as_str());
            add(Part::Moods, id, to, Access::Write, Certainty::Sure);
        }
    }
    for (id, device) in home.items(Part::Devices) {
        for member in members(device) {
            let to = EdgeTarget::of(Part::Devices, member);
            add(Part::Devices, id, to, Access::Write, Certainty::Sure);
        }
        if let Some(group) = group(device).filter(|group| *group != id) {
            let to = EdgeTarget::of(Part::Devices, id);
            add(Part::Devices, group, to, Access::Write, Certainty::Sure);
        }
        if let Some(app) = app(device) {
            let to = EdgeTarget::of(Part::Apps, app);
            add(Part::Devices, id, to, Access::Read, Certainty::Sure);
        }
    }
    for (id, dashboard) in home.items(Part::Dashboards) {
        let mut found = BTreeSet::new();
        token::each_text(dashboard, &mut |text| {
            found.extend(token::uuids(text).filter_map(|id| known.item(id)));
        });
        for item in found.into_iter().filter(|item| item.id != id) {
            add(Part::Dashboards, id, EdgeTarget::Item(item), Access::Read, Certainty::Sure);
        }
    }
    for (id, script) in home.items(Part::Scripts) {
        let Some(code) = script["code"].as_str() else { continue };
        let named = quoted(code).flat_map(|name| known.named(name).iter().cloned());
        let with_id = token::uuids(code).filter_map(|id| known.item(id));
        for item in named.chain(with_id).collect::<BTreeSet<_>>() {
            add(Part::Scripts, id, EdgeTarget::Item(item), Access::Read, Certainty::Soft);
        }
    }
}

/// The group that a device is in.
fn group(device: &Value) -> Option<&str> {
    device["group"].as_str().or_else(|| device["group"]["id"].as_str())
}

/// The devices of a group, where the group lists them.
fn members(device: &Value) -> impl Iterator<Item = &str> {
    let ids = device["group"]["deviceIds"].as_array().or_else(|| device["deviceIds"].as_array());
    ids.into_iter().flatten().filter_map(Value::as_str)
}

/// The app that a device belongs to.
fn app(device: &Value) -> Option<&str> {
    let uri = ["ownerUri", "driverUri"].into_iter().find_map(|key| device[key].as_str())?;
    match Owner::of(uri)? {
        Owner::App(app) => Some(app),
        Owner::Device(_) | Owner::Manager(_) => None,
    }
}

/// The texts between quotes in a script.
fn quoted(code: &str) -> impl Iterator<Item = &str> {
    code.lines().flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            let (_, after) = rest.split_at(rest.find(['\'', '"', '`'])?);
            let mark = after.chars().next()?;
            let inner = &after[mark.len_utf8()..];
            let end = inner.find(mark)?;
            rest = &inner[end + mark.len_utf8()..];
            Some(&inner[..end])
        })
    })
}
