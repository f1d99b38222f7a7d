//! A device as the API shows it: the 36 keys of newer Homeys in their order, and the older form.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::device_template::mark;
use super::items::extended;
use super::{capability_view, icon, images};
use crate::state::Home;
use crate::state::capability::Capability;
use crate::state::definition::ValueType;
use crate::state::device::{Device, Slot};
use crate::state::ids::thing;

/// The view of a device, with marks for the values that change with time.
pub(super) fn view(home: &Home, device: &Device) -> Value {
    if home.dialect == Dialect::V2 { old(home, device) } else { new(home, device) }
}

fn new(home: &Home, device: &Device) -> Value {
    let owner = device.owner_uri();
    let unavailable = home.why_unavailable(device);
    json!({
        "id": device.id,
        "driverId": device.driver_id(),
        "driverUri": owner,
        "ownerUri": owner,
        "name": device.name,
        "note": device.note,
        "zone": device.zone,
        "data": device.data,
        "icon": format!("/drivers/{}/assets/icon.svg", device.driver),
        "iconOverride": device.icon_override,
        "iconObj": icon(Dialect::Local, device),
        "class": device.class,
        "virtualClass": device.virtual_class,
        "capabilities": ids(device),
        "capabilitiesObj": capability_view::all(Dialect::Local, device),
        "settings": device.settings,
        "settingsObj": true,
        "insights": insights(Dialect::Local, device),
        "flags": [],
        "energy": device.energy,
        "energyObj": energy(Dialect::Local, device),
        "ui": ui(Dialect::Local, device),
        "uiIndicator": device.ui_indicator,
        "available": unavailable.is_none(),
        "unavailableMessage": unavailable,
        "warningMessage": null,
        "ready": true,
        "repair": false,
        "unpair": false,
        "images": mark(Slot::Images),
        "videos": [],
        "color": colour(device),
        "hidden": device.hidden || device.group.is_some(),
        "group": group(device),
        "lastSeenAt": mark(Slot::Seen),
        "firmwareUpdate": null,
    })
}

fn old(home: &Home, device: &Device) -> Value {
    let unavailable = home.why_unavailable(device);
    let mut view = json!({
        "id": device.id,
        "name": device.name,
        "driverUri": format!("homey:app:{}", device.app),
        "driverId": device.driver,
        "zone": device.zone,
        "zoneName": home.zones.get(&device.zone).map(|zone| zone.name.as_str()),
        "data": device.data,
        // Some devices have no icon of their own.
        "icon": (!thing(&device.id).is_multiple_of(3))
            .then(|| format!("/drivers/{}/assets/icon.svg", device.driver)),
        "iconObj": icon(Dialect::V2, device),
        "iconOverride": device.icon_override,
        "settings": device.settings,
        "settingsObj": true,
        "class": device.class,
        "energy": device.energy,
        "energyObj": energy(Dialect::V2, device),
        "virtualClass": device.virtual_class,
        "ui": ui(Dialect::V2, device),
        "uiIndicator": device.ui_indicator,
        "capabilities": ids(device),
        "capabilitiesObj": capability_view::all(Dialect::V2, device),
        "capabilitiesOptions": {},
        "flags": [],
        "ready": true,
        "available": unavailable.is_none(),
        "unavailableMessage": unavailable,
        "repair": false,
        "unpair": false,
        "images": mark(Slot::Images),
        "insights": insights(Dialect::V2, device),
        "color": colour(device),
        "note": device.note,
    });
    // Where there is nothing to say, the key is missing as often as it is null.
    if unavailable.is_none()
        && thing(&device.id).is_multiple_of(2)
        && let Some(view) = view.as_object_mut()
    {
        view.shift_remove("unavailableMessage");
    }
    view
}

pub(super) fn images(home: &Home, device: &Device) -> Value {
    if device.picture_kind().is_none() {
        return json!([]);
    }
    images::of_device(home, &device.id)
}

/// The group of a device.
fn group(device: &Device) -> Value {
    device.group.as_ref().map_or(Value::Null, |id| json!({ "id": id }))
}

fn ids(device: &Device) -> Vec<&str> {
    device.capabilities.iter().map(|capability| capability.id.as_str()).collect()
}

/// Icons are served by id; devices of one driver share theirs.
pub(super) fn icon(dialect: Dialect, device: &Device) -> Value {
    icon::of(dialect, &format!("{}:{}", device.app, device.driver))
}

pub(super) fn colour(device: &Device) -> Option<&'static str> {
    device.capabilities.first().map(|capability| capability.definition.colour)
}

fn insights(dialect: Dialect, device: &Device) -> Value {
    let logged = device.capabilities.iter().filter(|one| one.definition.insights);
    let describe = |one: &Capability| {
        let yes_no = one.definition.kind == ValueType::Boolean;
        let mut log = json!({
            "uri": format!("homey:device:{}", device.id),
            "id": one.id,
            "type": one.definition.kind.as_str(),
            "title": one.title,
            "titleTrue": yes_no.then_some("Yes"),
            "titleFalse": yes_no.then_some("No"),
            "units": one.definition.units,
        });
        // Older Homeys leave it out here.
        if dialect != Dialect::V2 {
            log["decimals"] = one.definition.decimals.into();
        }
        log
    };
    logged.map(describe).collect()
}

/// The power in W: measured if the device measures it, else from the manifest and its switch.
pub(super) fn watts(device: &Device) -> Option<f64> {
    if let Some(power) = device.capability("measure_power") {
        return power.value.as_f64();
    }
    let usage = device.energy.get("approximation")?;
    let on = device.capability("onoff").is_none_or(|switch| switch.value == true);
    usage.get(if on { "usageOn" } else { "usageOff" })?.as_f64()
}

fn energy(dialect: Dialect, device: &Device) -> Value {
    let from_driver = |key: &str| device.energy.get(key).cloned().unwrap_or_default();
    let generator = device.class == "solarpanel";
    if dialect == Dialect::V2 {
        return json!({
            "W": mark(Slot::Watts),
            "batteries": from_driver("batteries"),
            "cumulative": from_driver("cumulative"),
            "generator": generator.then_some(true),
        });
    }
    let approximated = device.capability("measure_power").is_none() && watts(device).is_some();
    json!({
        "W": mark(Slot::Watts),
        "batteries": from_driver("batteries"),
        "cumulative": from_driver("cumulative"),
        "cumulativeImportedCapability": from_driver("cumulativeImportedCapability"),
        "cumulativeExportedCapability": from_driver("cumulativeExportedCapability"),
        "homeBattery": null,
        "homeBatteryVirtual": null,
        "electricCar": null,
        "evCharger": (device.class == "evcharger").then_some(true),
        "evChargerVirtual": null,
        "meterPowerImportedCapability": null,
        "meterPowerExportedCapability": from_driver("meterPowerExportedCapability"),
        "generator": generator.then_some(true),
        "approximated": approximated.then_some(true),
        "approximation": from_driver("approximation"),
    })
}

fn ui(dialect: Dialect, device: &Device) -> Value {
    let mut components: Vec<(&str, Vec<&str>)> = Vec::new();
    for capability in &device.capabilities {
        let component = capability.definition.component;
        match components.iter_mut().find(|(id, _)| *id == component) {
            Some((_, list)) => list.push(&capability.id),
            None => components.push((component, vec![&capability.id])),
        }
    }
    let components: Value =
        components.iter().map(|(id, list)| json!({ "id": id, "capabilities": list })).collect();
    // A device without a quick action does not have the key at all.
    let quick = device.capabilities.iter().find(|capability| capability.definition.quick);
    let first = quick.map_or_else(|| json!({}), |quick| json!({ "quickAction": quick.id }));
    let ui = extended(first, json!({ "components": components, "componentsStartAt": 0 }));
    if dialect == Dialect::V2 { ui } else { extended(ui, json!({ "quickActionOverride": null })) }
}
