//! Moods: the look of a zone's devices under a name.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Handlers, name_in, text_in};
use super::error::HubError;
use super::{devices, items};
use crate::state::capability::misfit;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("moods.getMoods", |home, _| Ok(items::all(&home.moods))),
    ("moods.getMood", |home, call| items::one(&home.moods, "Mood", call.text("id")?)),
    ("moods.createMood", create),
    ("moods.updateMood", update),
    ("moods.deleteMood", |home, call| {
        let id = call.text("id")?;
        items::find(&home.moods, "Mood", id)?;
        home.moods.shift_remove(id);
        home.changed("moods", "mood", id, ChangeKind::Deleted);
        Ok(Answer::NOTHING)
    }),
    ("moods.setMood", set),
];

/// `(device, capability, value)` of every state a mood holds, each of which must fit its device.
fn states(
    home: &Home,
    mood: &Map<String, Value>,
) -> Result<Vec<(String, String, Value)>, HubError> {
    let wrong = || HubError::Argument("Invalid Argument: devices should hold states".to_owned());
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

fn create(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let body = call.object("mood")?;
    let name = name_in(body, "name")?
        .ok_or_else(|| HubError::Argument("Missing Argument: mood.name".to_owned()))?;
    let root = home.zones.values().find(|zone| zone.parent.is_none()).map(|zone| zone.id.clone());
    let id = home.new_id("mood");
    let mut mood = items::object(json!({
        "id": id,
        "name": name,
        "preset": null,
        "zone": root,
        "devices": {},
    }));
    items::merge(&mut mood, body, &["devices", "preset", "zone"]);
    check(home, &mood)?;
    home.moods.insert(id.clone(), mood);
    home.changed("moods", "mood", &id, ChangeKind::Created);
    items::one(&home.moods, "Mood", &id)
}

fn update(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let (id, body) = (call.text("id")?, call.object("mood")?);
    let mut mood = items::find(&home.moods, "Mood", id)?.clone();
    name_in(body, "name")?;
    items::merge(&mut mood, body, &["name", "devices", "preset", "zone"]);
    check(home, &mood)?;
    home.moods.insert(id.to_owned(), mood);
    home.changed("moods", "mood", id, ChangeKind::Updated);
    items::one(&home.moods, "Mood", id)
}

fn set(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let mood = items::find(&home.moods, "Mood", call.text("id")?)?;
    for (device, capability, value) in states(home, mood)? {
        home.write_capability(&device, &capability, value);
    }
    Ok(Answer::NOTHING)
}
