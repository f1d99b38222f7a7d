//! Moods: saved device states of a zone.

use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, text_in};
use super::devices;
use super::items::{self, ItemKind};
use crate::state::Home;
use crate::state::capability::misfit;

pub(super) const HANDLERS: Handlers = &[
    ("moods.getMoods", |home, call| MOOD.list(home, call)),
    ("moods.getMood", |home, call| MOOD.get(home, call)),
    ("moods.createMood", |home, call| {
        MOOD.create(home, call, |home| {
            let zone = home.root_zone().map(|root| &root.id);
            json!({ "preset": null, "zone": zone, "devices": {} })
        })
    }),
    ("moods.updateMood", |home, call| MOOD.update(home, call)),
    ("moods.deleteMood", |home, call| MOOD.delete(home, call)),
    ("moods.setMood", set),
];

const MOOD: ItemKind = ItemKind {
    manager: "moods",
    item: "mood",
    name: "Mood",
    all: |home| &home.moods,
    all_mut: |home| &mut home.moods,
    keys: &["name", "devices", "preset", "zone"],
    check,
    view: items::as_stored,
};

/// `(device, capability, value)` of every state a mood holds, each of which must fit its device.
fn states(
    home: &Home,
    mood: &Map<String, Value>,
) -> Result<Vec<(String, String, Value)>, HubError> {
    let wrong = || HubError::invalid("devices should hold states");
    let mut states = Vec::new();
    for (id, device) in mood.get("devices").and_then(Value::as_object).ok_or_else(wrong)? {
        let known = devices::find(home, id)?;
        for (capability, wanted) in
            device.get("state").and_then(Value::as_object).ok_or_else(wrong)?
        {
            let found = known.capability(capability).filter(|one| one.definition.setable);
            let found = found.ok_or_else(|| HubError::not_found("Capability", capability))?;
            if let Some(text) = misfit(wanted, found) {
                return Err(HubError::refused(400, "invalid_value", text));
            }
            states.push((id.clone(), capability.clone(), wanted.clone()));
        }
    }
    Ok(states)
}

fn check(home: &Home, mood: &Map<String, Value>) -> Result<(), HubError> {
    if let Some(zone) = text_in(mood, "zone")?
        && !home.zones.contains_key(zone)
    {
        return Err(HubError::not_found("Zone", zone));
    }
    states(home, mood).map(drop)
}

fn set(home: &mut Home, call: &Call<'_>) -> Answered {
    let mood = MOOD.find(home, call.text("id")?)?;
    for (device, capability, value) in states(home, mood)? {
        home.write_capability(&device, &capability, value);
    }
    Ok(Answer::NOTHING)
}
