//! Groups of devices, which newer Homeys show as one device: its members name it and are hidden.
//!
//! Inferred: the shapes. A group has the capabilities that all its members have, and what is written to
//! it is written to each of them.

use serde_json::{Map, Value};

use super::call::{Answer, Answered, Call, Handlers, HubError, name_in, text_in};
use super::{device_text, devices, items, zones};
use crate::state::device::Device;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("devices.createGroup", create),
    ("devices.updateGroup", update),
    ("devices.deleteDeviceFromGroup", |home, call| {
        let (group, member) = (call.text("groupId")?, call.text("deviceId")?);
        let members = find(home, group)?;
        if !members.iter().any(|id| id == member) {
            return Err(HubError::not_found("Device", member));
        }
        let rest: Vec<String> = members.iter().filter(|id| *id != member).cloned().collect();
        set_members(home, group, &rest);
        Ok(Answer::NOTHING)
    }),
];

fn find<'a>(home: &'a Home, id: &str) -> Result<&'a Vec<String>, HubError> {
    items::find(&home.groups, "Group", id)
}

/// The devices that a body names, each of which must be there and be no group.
fn members(home: &Home, body: &Map<String, Value>) -> Result<Option<Vec<String>>, HubError> {
    let Some(ids) = body.get("deviceIds") else { return Ok(None) };
    let wrong = || HubError::invalid("deviceIds should be ids");
    let ids = ids.as_array().ok_or_else(wrong)?;
    let mut members = Vec::new();
    for id in ids {
        let id = id.as_str().ok_or_else(wrong)?;
        devices::find(home, id)?;
        if home.groups.contains_key(id) {
            return Err(HubError::invalid("a group cannot be in one"));
        }
        members.push(id.to_owned());
    }
    Ok(Some(members))
}

fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("group")?;
    let missing = |key: &str| HubError::missing(format!("group.{key}"));
    let name = name_in(body, "name")?.ok_or_else(|| missing("name"))?.to_owned();
    let members = members(home, body)?.ok_or_else(|| missing("deviceIds"))?;
    let first = members.first().ok_or_else(|| missing("deviceIds"))?;
    let mut device: Device = devices::find(home, first)?.clone();
    if let Some(zone) = text_in(body, "zoneId")? {
        device.zone.clone_from(&zones::find(home, zone)?.id);
    }
    if let Some(class) = text_in(body, "class")? {
        class.clone_into(&mut device.class);
    }
    device.icon_override = text_in(body, "iconOverride")?.map(str::to_owned);
    let shared = |id: &str| {
        members.iter().all(|member| {
            home.devices.get(member).is_some_and(|device| device.capability(id).is_some())
        })
    };
    device.capabilities.retain(|capability| shared(&capability.id));
    device.name = name;
    device.app = String::new();
    device.driver = device.class.clone();
    device.settings = Map::new();
    device.energy = Value::Null;
    device.group = None;
    device.unavailable = None;
    device.id = home.new_id("group");
    device.data = Map::from_iter([("id".to_owned(), Value::from(device.id.as_str()))]);
    device.forget_texts();
    let id = device.id.clone();
    home.devices.insert(id.clone(), device);
    home.changed("devices", "device", &id, ChangeKind::Created);
    home.groups.insert(id.clone(), Vec::new());
    set_members(home, &id, &members);
    Ok(Answer::Text(device_text::text(home, devices::find(home, &id)?).to_owned()))
}

fn update(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, body) = (call.text("id")?, call.object("group")?);
    find(home, id)?;
    let members = members(home, body)?;
    let mut device = devices::find(home, id)?.clone();
    if let Some(name) = name_in(body, "name")? {
        name.clone_into(&mut device.name);
    }
    device.forget_texts();
    home.devices.insert(id.to_owned(), device);
    home.changed("devices", "device", id, ChangeKind::Updated);
    if let Some(members) = members {
        set_members(home, id, &members);
    }
    Ok(Answer::Text(device_text::text(home, devices::find(home, id)?).to_owned()))
}

/// Sets the members of a group; a group without members is removed.
fn set_members(home: &mut Home, group: &str, members: &[String]) {
    let before = home.groups.insert(group.to_owned(), members.to_vec()).unwrap_or_default();
    let left = before.iter().filter(|id| !members.contains(id)).map(|id| (id, None));
    let joined = members.iter().filter(|id| !before.contains(id)).map(|id| (id, Some(group)));
    for (id, group) in left.chain(joined) {
        let Some(device) = home.devices.get_mut(id) else { continue };
        device.group = group.map(str::to_owned);
        device.forget_texts();
        home.changed("devices", "device", id, ChangeKind::Updated);
    }
    if members.is_empty() {
        home.remove_device(group);
    }
}
