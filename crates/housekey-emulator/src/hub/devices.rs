//! The devices manager: devices, their capabilities and their settings.

use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, name_in, text_in};
use super::{capability_view, device_text, items, zones};
use crate::state::capability::{Capability, misfit};
use crate::state::device::Device;
use crate::state::{ChangeKind, Home, class, definition};

pub(super) const HANDLERS: Handlers = &[
    ("devices.getDevices", list),
    ("devices.getDevice", |home, call| {
        let device = find(home, call.text("id")?)?;
        Ok(Answer::Text(device_text::text(home, device).to_owned()))
    }),
    ("devices.updateDevice", update),
    ("devices.deleteDevice", |home, call| {
        let id = call.text("id")?;
        find(home, id)?;
        home.remove_device(id);
        Ok(Answer::NOTHING)
    }),
    ("devices.getCapabilityValue", |home, call| {
        let device = find(home, call.text("deviceId")?)?;
        Ok(capability(device, call.text("capabilityId")?)?.value.clone().into())
    }),
    ("devices.setCapabilityValue", set_capability),
    ("devices.getDeviceSettingsObj", settings_obj),
    ("devices.setDeviceSettings", set_settings),
    ("devices.getCapabilities", |_, _| {
        Ok(definition::all().iter().map(capability_view::definition).collect::<Value>().into())
    }),
    ("devices.getCapability", |_, call| {
        let id = call.text("id")?;
        let known = definition::all().iter().find(|known| known.id == id);
        let known = known.ok_or_else(|| HubError::not_found("Capability", id))?;
        Ok(capability_view::definition(known).into())
    }),
];

pub(super) fn find<'a>(home: &'a Home, id: &str) -> Result<&'a Device, HubError> {
    items::find(&home.devices, "Device", id)
}

fn capability<'a>(device: &'a Device, id: &str) -> Result<&'a Capability, HubError> {
    device.capability(id).ok_or_else(|| HubError::not_found("Capability", id))
}

/// All devices by id. The text is put together from parts that are kept, since a thousand devices
/// are megabytes.
fn list(home: &mut Home, _: &Call<'_>) -> Answered {
    let mut text = String::from("{");
    for (id, device) in &home.devices {
        if text.len() > 1 {
            text.push(',');
        }
        // An id is hexadecimal digits and hyphens, so it needs no escape.
        text.push('"');
        text.push_str(id);
        text.push_str("\":");
        text.push_str(device_text::text(home, device));
    }
    text.push('}');
    Ok(Answer::Text(text))
}

fn update(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, body) = (call.text("id")?, call.object("device")?);
    let mut device = find(home, id)?.clone();
    if let Some(name) = name_in(body, "name")? {
        device.name = name.to_owned();
    }
    if let Some(zone) = text_in(body, "zone")? {
        device.zone.clone_from(&zones::find(home, zone)?.id);
    }
    if let Some(hidden) = body.get("hidden") {
        let wrong = || HubError::invalid("hidden should be a boolean");
        device.hidden = hidden.as_bool().ok_or_else(wrong)?;
    }
    for (key, field) in [
        ("note", &mut device.note),
        ("iconOverride", &mut device.icon_override),
        ("uiIndicator", &mut device.ui_indicator),
        ("virtualClass", &mut device.virtual_class),
    ] {
        match body.get(key) {
            None => {}
            Some(Value::Null) => *field = None,
            Some(_) => *field = text_in(body, key)?.map(str::to_owned),
        }
    }
    if let Some(wanted) = device.virtual_class.as_deref()
        && !class::virtual_classes(&device.class).contains(&wanted)
    {
        return Err(HubError::invalid(format!(
            "virtualClass of a {} cannot be {wanted}",
            device.class
        )));
    }
    put(home, device)
}

/// Stores a changed device and answers it.
fn put(home: &mut Home, mut device: Device) -> Answered {
    device.forget_texts();
    let text = device_text::text(home, &device).to_owned();
    home.changed("devices", "device", &device.id, ChangeKind::Updated);
    home.devices.insert(device.id.clone(), device);
    Ok(Answer::Text(text))
}

fn set_capability(home: &mut Home, call: &Call<'_>) -> Answered {
    let (device, id) = (call.text("deviceId")?, call.text("capabilityId")?);
    let capability = capability(find(home, device)?, id)?;
    if !capability.definition.setable {
        let text = format!("Capability Not Setable: {id}");
        return Err(HubError::refused(400, "capability_not_setable", text));
    }
    let value = call.value("value");
    if let Some(text) = misfit(&value, capability) {
        return Err(HubError::refused(400, "invalid_value", text));
    }
    // The status is inferred; the text is the device's own.
    let reached = find(home, device)?;
    if let Some(why) = home.why_unavailable(reached) {
        return Err(HubError::refused(500, "device_unavailable", why));
    }
    for member in home.groups.get(device).cloned().unwrap_or_default() {
        home.write_capability(&member, id, value.clone());
    }
    home.write_capability(device, id, value.clone());
    let given = call.text_if_any("transactionId").map(str::to_owned);
    let transaction = given.unwrap_or_else(|| home.new_id("transaction"));
    Answer::json(json!({
        "transactionId": transaction,
        "transactionTime": call.now.as_millisecond(),
        "value": value,
    }))
}

/// The descriptors of a device's settings. The shape on the wire is not known; these are the keys
/// an app's manifest gives a setting, with the value beside them.
fn settings_obj(home: &mut Home, call: &Call<'_>) -> Answered {
    let device = find(home, call.text("id")?)?;
    let describe = |(id, value): (&String, &Value)| {
        let kind = match value {
            Value::Bool(_) => "checkbox",
            Value::Number(_) => "number",
            _ => "text",
        };
        json!({ "id": id, "type": kind, "label": id.replace('_', " "), "value": value })
    };
    Ok(device.settings.iter().map(describe).collect::<Value>().into())
}

fn set_settings(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, wanted) = (call.text("id")?, call.object("settings")?);
    let mut device = find(home, id)?.clone();
    let old = device.settings.clone();
    for (key, value) in wanted {
        let Some(setting) = device.settings.get_mut(key) else {
            let text = format!("Invalid Setting: {key}");
            return Err(HubError::refused(400, "invalid_setting", text));
        };
        if std::mem::discriminant(setting) != std::mem::discriminant(value) {
            let text = format!("Invalid Value for Setting {key}");
            return Err(HubError::refused(400, "invalid_setting_type", text));
        }
        *setting = value.clone();
    }
    let changed: Vec<&String> = device
        .settings
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value))
        .map(|(key, _)| key)
        .collect();
    let answer = json!({
        "oldSettings": Value::Object(old.clone()),
        "newSettings": Value::Object(device.settings.clone()),
        "changedKeys": changed,
        "message": null,
    });
    put(home, device)?;
    Ok(answer.into())
}
