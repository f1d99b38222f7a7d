//! Insights: the logs of capabilities, and their entries.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use crate::state::capability::Capability;
use crate::state::definition::ValueType;
use crate::state::device::Device;
use crate::state::{ChangeKind, Home, history};

pub(super) const HANDLERS: Handlers = &[
    // An array on every Homey.
    ("insights.getLogs", |home, _| {
        let logs = logs(home).map(|(device, capability)| view(home, device, capability));
        Ok(logs.collect::<Value>().into())
    }),
    ("insights.getLog", |home, call| {
        let (device, index) = find(home, call)?;
        let capability = device.capabilities.get(index);
        Ok(capability.map(|capability| view(home, device, capability)).unwrap_or_default().into())
    }),
    ("insights.getLogEntries", entries),
    ("insights.deleteLog", |home, call| {
        let id = full_id(home, call)?;
        find(home, call)?;
        home.changed("insights", "log", &id, ChangeKind::Deleted);
        home.deleted_logs.insert(id);
        Ok(Answer::NOTHING)
    }),
    ("insights.deleteLogs", |home, _| {
        let all: Vec<String> = logs(home).map(|(device, one)| log_id(device, one)).collect();
        home.deleted_logs.extend(all);
        Ok(Answer::NOTHING)
    }),
    ("insights.deleteLogEntries", |home, call| {
        let id = full_id(home, call)?;
        find(home, call)?;
        home.cleared_logs.insert(id, home.now);
        Ok(Answer::NOTHING)
    }),
];

fn log_id(device: &Device, capability: &Capability) -> String {
    format!("homey:device:{}:{}", device.id, capability.id)
}

fn logs(home: &Home) -> impl Iterator<Item = (&Device, &Capability)> {
    let all = home.devices.values().flat_map(|device| {
        device.capabilities.iter().filter(|one| is_logged(one)).map(move |one| (device, one))
    });
    all.filter(|(device, one)| !home.deleted_logs.contains(&log_id(device, one)))
}

/// Enums have no log, since entries are numbers.
fn is_logged(capability: &Capability) -> bool {
    let kind = capability.definition.kind;
    capability.definition.insights && matches!(kind, ValueType::Boolean | ValueType::Number)
}

/// `owner:id` of the log a call names; older Homeys take the short id, newer ones the whole.
fn full_id(home: &Home, call: &Call<'_>) -> Result<String, HubError> {
    let id = call.text("id")?;
    if home.dialect != Dialect::V2 {
        return Ok(id.to_owned());
    }
    Ok(format!("{}:{id}", call.text("uri")?))
}

fn find<'a>(home: &'a Home, call: &Call<'_>) -> Result<(&'a Device, usize), HubError> {
    let full = full_id(home, call)?;
    let missing = || HubError::not_found("Log", &full);
    let rest = full.strip_prefix("homey:device:").ok_or_else(missing)?;
    let (device, capability) = rest.split_once(':').ok_or_else(missing)?;
    let device = home.devices.get(device).ok_or_else(missing)?;
    let fits = |one: &Capability| one.id == capability && is_logged(one);
    let index = device.capabilities.iter().position(fits);
    index
        .filter(|_| !home.deleted_logs.contains(&full))
        .map(|index| (device, index))
        .ok_or_else(missing)
}

fn view(home: &Home, device: &Device, capability: &Capability) -> Value {
    let owner = format!("homey:device:{}", device.id);
    let yes_no = capability.definition.kind == ValueType::Boolean;
    let view = json!({
        "title": capability.title,
        "titleTrue": yes_no.then_some("Yes"),
        "titleFalse": yes_no.then_some("No"),
        "type": capability.definition.kind.as_str(),
        "units": capability.definition.units,
        "decimals": capability.definition.decimals,
        "lastValue": capability.value,
    });
    let identity = if home.dialect == Dialect::V2 {
        let owner_view = super::owner::view(home, &owner, &device.name);
        json!({ "uri": owner, "id": capability.id, "uriObj": owner_view })
    } else {
        json!({
            "id": log_id(device, capability),
            "ownerUri": owner,
            "ownerId": capability.id,
            "ownerName": device.name,
        })
    };
    super::items::extended(view, identity)
}

fn entries(home: &mut Home, call: &Call<'_>) -> Answered {
    let (device, index) = find(home, call)?;
    let full = full_id(home, call)?;
    let resolution = call.text_if_any("resolution").unwrap_or_default();
    let window = history::window(resolution, home.now);
    let cleared = home.cleared_logs.get(&full).copied();
    let points = home.history(device, index, window, cleared);
    let values: Value =
        points.into_iter().map(|(at, value)| json!({ "t": super::time(at), "v": value })).collect();
    let step = window.step.as_millis();
    let since = home.now.duration_since(window.start).as_millis();
    let (uri, id) = (format!("homey:device:{}", device.id), call.text("id")?);
    Answer::json(json!({
        "values": values,
        "start": super::time(window.start),
        "end": super::time(window.end),
        "step": i64::try_from(step).unwrap_or(i64::MAX),
        "uri": uri,
        "id": id,
        "lastValue": device.capabilities.get(index).map(|one| &one.value),
        "updatesIn": i64::try_from(step - since.rem_euclid(step)).unwrap_or(i64::MAX),
    }))
}
