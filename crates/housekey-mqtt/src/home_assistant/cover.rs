//! Covers and valves.

use serde_json::Value;

use super::entity::{Entity, booleans};
use crate::view::{View, is_settable, is_share};

const CLASSES: [&str; 5] = ["windowcoverings", "blinds", "curtain", "shutterblinds", "sunshade"];

const PARTS: [&str; 6] = [
    "windowcoverings_state",
    "windowcoverings_set",
    "windowcoverings_closed",
    "windowcoverings_tilt_set",
    "windowcoverings_tilt_up",
    "windowcoverings_tilt_down",
];

/// Blinds, curtains, shutters and sunshades. Old ones are positioned by `dim`.
pub(super) fn covering(view: &View<'_>) -> Option<Entity> {
    let class = view.class();
    let has = |id: &str| view.has(id).then(|| id.to_owned());
    let dim = || has("dim").filter(|_| CLASSES.contains(&class));
    let position = has("windowcoverings_set").or_else(dim);
    let state = has("windowcoverings_state");
    let closed = has("windowcoverings_closed");
    if position.is_none() && state.is_none() && closed.is_none() {
        return None;
    }
    let mut cover = Entity::composite(view, "cover", &PARTS);
    // A contact beside a motor stays visible, but off.
    if position.is_some() || state.is_some() {
        cover.takes.retain(|id| id != "windowcoverings_closed");
    }
    cover.takes.extend(position.clone().filter(|id| id == "dim"));
    cover.set(
        "device_class",
        match class {
            "blinds" => "blind",
            "curtain" => "curtain",
            "shutterblinds" => "shutter",
            "sunshade" => "awning",
            _ => "shade",
        },
    );
    if let Some(capability) = position.as_deref().and_then(|id| view.capability(id)) {
        let id = &capability.id;
        cover = cover.with("position_topic", view.state(id));
        let is_share = is_share(capability);
        if is_share {
            cover = cover.with("position_template", super::PERCENT);
        }
        if is_settable(capability) {
            cover = cover.with("set_position_topic", view.command(id));
            if is_share {
                cover = cover.with("set_position_template", "{{ position / 100 }}");
            }
            if state.is_none() {
                cover = cover
                    .with("command_topic", view.command(id))
                    .with("payload_open", if is_share { "1" } else { "100" })
                    .with("payload_close", "0")
                    .with("payload_stop", Value::Null);
            }
        }
    }
    if let Some(id) = state.as_deref() {
        cover = cover
            .with("command_topic", view.command(id))
            .with("payload_open", "up")
            .with("payload_close", "down")
            .with("payload_stop", "idle");
        if position.is_none() {
            cover = cover
                .with("state_topic", view.state(id))
                .with("state_open", "up")
                .with("state_closed", "down")
                .with("state_stopped", "idle");
        }
    } else if let Some(id) = closed.as_deref().filter(|_| position.is_none()) {
        cover = by_contact(cover, view, id);
    }
    if let Some(tilt) = view.capability("windowcoverings_tilt_set").filter(|one| is_share(one)) {
        cover = cover
            .with("tilt_status_topic", view.state(&tilt.id))
            .with("tilt_command_topic", view.command(&tilt.id))
            .with("tilt_status_template", super::PERCENT)
            .with("tilt_command_template", "{{ tilt_position / 100 }}");
    }
    Some(cover)
}

/// A door that is open or closed.
pub(super) fn garage_door(view: &View<'_>) -> Option<Entity> {
    view.capability("garagedoor_closed")?;
    let door = Entity::composite(view, "cover", &["garagedoor_closed"]);
    let mut door = by_contact(door, view, "garagedoor_closed").with("device_class", "garage");
    door.key = "garagedoor_closed".to_owned();
    door.set("unique_id", view.unique_id("garagedoor_closed"));
    Some(door)
}

fn by_contact(cover: Entity, view: &View<'_>, id: &str) -> Entity {
    let cover = cover
        .with("state_topic", view.state(id))
        .with("state_closed", "true")
        .with("state_open", "false");
    match view.capability(id).is_some_and(is_settable) {
        true => cover
            .with("command_topic", view.command(id))
            .with("payload_close", "true")
            .with("payload_open", "false")
            .with("payload_stop", Value::Null),
        false => cover,
    }
}

/// A valve for water: open is on.
pub(super) fn valve(view: &View<'_>) -> Option<Entity> {
    if !["watervalve", "sprinkler", "faucet"].contains(&view.class()) {
        return None;
    }
    let valve = |id: &str| {
        Entity::composite(view, "valve", &[id])
            .with("device_class", "water")
            .with_topics(view, "", id)
    };
    if let Some(position) = view.capability("valve_position").filter(|one| is_settable(one)) {
        return Some(
            valve(&position.id)
                .with("reports_position", true)
                .with_percent(position, ["value_template", "command_template"]),
        );
    }
    view.capability("onoff").filter(|onoff| is_settable(onoff))?;
    let valve = booleans(valve("onoff"), "payload_open", "payload_close");
    Some(booleans(valve, "state_open", "state_closed"))
}
