//! Moods: saved device states of a zone.

use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::devices;
use super::items::{self, ItemKind};
use crate::quirk::Quirk;
use crate::state::Home;
use crate::state::capability::misfit;

pub(super) const HANDLERS: Handlers = &[
    ("moods.getMoods", |home, call| MOOD.list(home, call)),
    ("moods.getMood", |home, call| MOOD.get(home, call)),
    ("moods.createMood", |home, call| {
        MOOD.create(home, call, |home| {
            // The body has no zone; where a real Homey puts a new mood is unknown.
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
    keys: &["name", "devices", "preset"],
    check,
    view: items::as_stored,
};

/// Every state that a mood holds must fit its device. A device that was removed stays in the mood.
fn check(home: &Home, mood: &Map<String, Value>) -> Result<(), HubError> {
    let wrong = || HubError::invalid("devices should hold states");
    let before = mood.get("id").and_then(Value::as_str).and_then(|id| home.moods.get(id));
    let held = before.and_then(|mood| mood.get("devices"));
    let may_be_gone = |id: &str| {
        !home.quirks.contains(&Quirk::MoodsRefuseMissingDevices)
            && held.is_some_and(|devices| devices.get(id).is_some())
    };
    for (id, device) in mood.get("devices").and_then(Value::as_object).ok_or_else(wrong)? {
        let known = match devices::find(home, id) {
            Err(_) if may_be_gone(id) => continue,
            found => found?,
        };
        for (capability, wanted) in
            device.get("state").and_then(Value::as_object).ok_or_else(wrong)?
        {
            let found = known.capability(capability).filter(|one| one.definition.setable);
            let found = found.ok_or_else(|| HubError::not_found("Capability", capability))?;
            if let Some(text) = misfit(wanted, found) {
                return Err(HubError::refused(400, "invalid_value", text));
            }
        }
    }
    Ok(())
}

fn set(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    check(home, MOOD.find(home, id)?)?;
    home.set_mood(id).map_err(|text| HubError::refused(400, "invalid_value", text))?;
    Ok(Answer::NOTHING)
}
