//! Heating, cooling, and hot water.

use serde_json::json;

use super::entity::Entity;
use crate::view::{View, bound, choices, is_settable};

/// Classes with a temperature to set that heat or cool no room.
const OTHERS: [&str; 10] = [
    "waterheater",
    "boiler",
    "oven",
    "kettle",
    "fridge",
    "freezer",
    "fridge_and_freezer",
    "coffeemachine",
    "cooktop",
    "microwave",
];

/// The modes that Home Assistant knows.
const MODES: [&str; 6] = ["auto", "off", "cool", "heat", "dry", "fan_only"];

const HEATER_MODES: [&str; 7] =
    ["eco", "electric", "gas", "heat_pump", "high_demand", "performance", "off"];

/// A thermostat or air conditioner.
pub(super) fn climate(view: &View<'_>) -> Option<Entity> {
    let target = view.capability("target_temperature").filter(|one| is_settable(one));
    let mode = view.capability("thermostat_mode");
    if OTHERS.contains(&view.class()) || target.is_none() && mode.is_none() {
        return None;
    }
    let mut takes = vec!["target_temperature"];
    let mut climate = Entity::composite(view, "climate", &[]).with("temperature_unit", "C");
    if target.is_some() {
        climate = temperature(climate, view);
    }
    let has_range = ["min", "max"].map(|end| view.has(&format!("target_temperature_{end}")));
    if has_range == [true, true] {
        climate = climate
            .with_topics(view, "temperature_low_", "target_temperature_min")
            .with_topics(view, "temperature_high_", "target_temperature_max");
        takes.extend(["target_temperature_min", "target_temperature_max"]);
    }
    let onoff = view.capability("onoff").filter(|one| is_settable(one));
    if let Some(mode) = mode {
        let all = choices(mode);
        let modes: Vec<_> = MODES.into_iter().filter(|known| all.contains(known)).collect();
        climate =
            climate.with("modes", modes.clone()).with("mode_state_topic", view.state(&mode.id));
        if is_settable(mode) {
            climate = climate.with("mode_command_topic", view.command(&mode.id));
        }
        // Modes of its own stay visible beside it.
        if modes.len() == all.len() {
            takes.push("thermostat_mode");
        }
        if onoff.is_some() {
            climate = climate
                .with("power_command_topic", view.command("onoff"))
                .with("payload_on", "true")
                .with("payload_off", "false");
            // Not every thermostat says by its mode that it is off.
            if modes.contains(&"off") {
                takes.push("onoff");
            }
        }
    } else if onoff.is_some() {
        climate = climate
            .with_topics(view, "mode_", "onoff")
            .with("modes", json!(["off", "heat"]))
            .with("mode_state_template", "{{ 'heat' if value == 'true' else 'off' }}")
            .with("mode_command_template", "{{ 'false' if value == 'off' else 'true' }}");
        takes.push("onoff");
    } else {
        climate = climate.with("modes", json!(["heat"]));
    }
    for (capability, key) in [("fan_mode", "fan_mode"), ("swing_mode", "swing_mode")] {
        if let Some(mode) = view.capability(capability).filter(|one| is_settable(one)) {
            climate = climate
                .with_topics(view, &format!("{key}_"), capability)
                .with(&format!("{key}s"), choices(mode));
            takes.push(capability);
        }
    }
    for (capability, key) in [
        ("measure_temperature", "current_temperature_topic"),
        ("measure_humidity", "current_humidity_topic"),
    ] {
        climate = climate.with_some(key, view.has(capability).then(|| view.state(capability)));
    }
    climate.takes = takes.iter().filter(|id| view.has(id)).map(|&id| id.to_owned()).collect();
    Some(climate)
}

/// A boiler for hot water.
pub(super) fn water_heater(view: &View<'_>) -> Option<Entity> {
    view.capability("target_temperature").filter(|one| is_settable(one))?;
    if !["waterheater", "boiler"].contains(&view.class()) {
        return None;
    }
    let takes = ["target_temperature", "heater_operation_mode", "onoff"];
    let mut heater = Entity::composite(view, "water_heater", &takes).with("temperature_unit", "C");
    heater = temperature(heater, view);
    if let Some(mode) = view.capability("heater_operation_mode") {
        let all = choices(mode);
        let modes: Vec<_> = HEATER_MODES.into_iter().filter(|known| all.contains(known)).collect();
        heater = heater.with_topics(view, "mode_", &mode.id).with("modes", modes);
    } else if view.has("onoff") {
        heater = heater
            .with_topics(view, "mode_", "onoff")
            .with("modes", json!(["off", "performance"]))
            .with("mode_state_template", "{{ 'performance' if value == 'true' else 'off' }}")
            .with("mode_command_template", "{{ 'false' if value == 'off' else 'true' }}");
    }
    if view.has("onoff") {
        heater = heater
            .with("power_command_topic", view.command("onoff"))
            .with("payload_on", "true")
            .with("payload_off", "false");
    }
    let current = view.has("measure_temperature").then(|| view.state("measure_temperature"));
    Some(heater.with_some("current_temperature_topic", current))
}

/// The temperature to set, with its bounds.
fn temperature(entity: Entity, view: &View<'_>) -> Entity {
    let entity = entity.with_topics(view, "temperature_", "target_temperature");
    let Some(target) = view.capability("target_temperature") else { return entity };
    let step = bound(&target.step).filter(|step| *step > 0.0).unwrap_or(0.5);
    let (min, max) = (bound(&target.min).unwrap_or(4.0), bound(&target.max).unwrap_or(35.0));
    let entity = match entity.platform {
        // Its schema has no step.
        "water_heater" => entity,
        _ => entity.with("temp_step", step),
    };
    match min < max {
        true => entity.with("min_temp", min).with("max_temp", max).with("precision", 0.1),
        false => entity.with("precision", 0.1),
    }
}
