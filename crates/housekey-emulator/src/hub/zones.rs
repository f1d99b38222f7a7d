//! The zones manager.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, name_in, new_name, text_in};
use super::items;
use crate::state::zone::Zone;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("zones.getZones", |home, _| Ok(items::by_id(&home.zones, |zone| view(home, zone)))),
    ("zones.getZone", |home, call| Ok(view(home, find(home, call.text("id")?)?).into())),
    ("zones.createZone", create),
    ("zones.updateZone", update),
    ("zones.deleteZone", delete),
];

fn view(home: &Home, zone: &Zone) -> Value {
    let activity = home.activity(&zone.id);
    let active = !activity.origins.is_empty();
    let updated = activity.last_updated.map(super::time);
    if home.dialect == Dialect::V2 {
        return json!({
            "id": zone.id,
            "name": zone.name,
            "order": zone.order,
            "parent": zone.parent,
            "active": active,
            "activeLastUpdated": updated,
            "icon": zone.icon,
        });
    }
    json!({
        "id": zone.id,
        "name": zone.name,
        "parent": zone.parent,
        "sortIndex": null,
        "active": active,
        "activeOrigins": activity.origins,
        "activeLastUpdated": updated,
        "icon": zone.icon,
    })
}

pub(super) fn find<'a>(home: &'a Home, id: &str) -> Result<&'a Zone, HubError> {
    items::find(&home.zones, "Zone", id)
}

/// The parent a body names, which must be there and must not lie below the zone itself.
fn parent(
    home: &Home,
    body: &Map<String, Value>,
    of: Option<&str>,
) -> Result<Option<String>, HubError> {
    if body.get("parent").is_none_or(Value::is_null) {
        return Ok(None);
    }
    let Some(id) = text_in(body, "parent")? else { return Ok(None) };
    let parent = find(home, id)?;
    if of.is_some_and(|zone| home.zone_is_within(id, zone)) {
        return Err(HubError::refused(400, "invalid_parent", "A zone cannot lie in itself"));
    }
    Ok(Some(parent.id.clone()))
}

fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("zone")?;
    let name = new_name(body, "zone")?;
    // There is exactly one root, so a zone without a parent goes below it.
    let root = || home.root_zone().map(|root| root.id.clone());
    let parent = parent(home, body, None)?.or_else(root);
    let zone = Zone {
        name: name.to_owned(),
        icon: text_in(body, "icon")?.unwrap_or("default").to_owned(),
        parent,
        order: u32::try_from(home.zones.len()).unwrap_or(u32::MAX),
        id: items::new_id(home, body, "zone"),
    };
    let answer = view(home, &zone);
    home.changed("zones", "zone", &zone.id, ChangeKind::Created);
    home.zones.insert(zone.id.clone(), zone);
    Ok(answer.into())
}

fn update(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, body) = (call.text("id")?, call.object("zone")?);
    let mut zone = find(home, id)?.clone();
    if let Some(name) = name_in(body, "name")? {
        zone.name = name.to_owned();
    }
    if let Some(icon) = text_in(body, "icon")? {
        zone.icon = icon.to_owned();
    }
    if body.contains_key("parent") {
        let parent = parent(home, body, Some(id))?;
        if parent.is_none() != zone.parent.is_none() {
            return Err(HubError::refused(400, "invalid_parent", "There is exactly one root zone"));
        }
        zone.parent = parent;
    }
    let answer = view(home, &zone);
    home.zones.insert(id.to_owned(), zone);
    // Older Homeys show the zone's name on its devices.
    home.forget_device_texts();
    home.changed("zones", "zone", id, ChangeKind::Updated);
    Ok(answer.into())
}

fn delete(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    let zone = find(home, id)?;
    if zone.parent.is_none() {
        let text = "The root zone cannot be deleted";
        return Err(HubError::refused(400, "cannot_delete_root", text));
    }
    if home.devices.values().any(|device| device.zone == id) {
        let text = "The zone still has devices";
        return Err(HubError::refused(400, "cannot_delete_has_devices", text));
    }
    if home.zones.values().any(|zone| zone.parent.as_deref() == Some(id)) {
        return Err(HubError::refused(400, "cannot_delete_has_zones", "The zone still has zones"));
    }
    home.zones.shift_remove(id);
    home.changed("zones", "zone", id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}
