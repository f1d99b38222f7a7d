//! Fans, and humidity.

use super::entity::{Entity, booleans};
use crate::view::{View, bound, choices, is_settable, is_share};

/// A fan, or a device that cleans or moves air.
pub(super) fn fan(view: &View<'_>) -> Option<Entity> {
    if !["fan", "airpurifier", "airtreatment", "hood"].contains(&view.class()) {
        return None;
    }
    view.capability("onoff").filter(|onoff| is_settable(onoff))?;
    let mut takes = vec!["onoff"];
    let fan = Entity::composite(view, "fan", &[]).with_topics(view, "", "onoff");
    let mut fan = booleans(fan, "payload_on", "payload_off");
    let speed = ["fan_speed", "dim"].into_iter().find_map(|id| view.capability(id));
    if let Some(speed) = speed.filter(|speed| is_settable(speed) && is_share(speed)) {
        fan = fan
            .with_topics(view, "percentage_", &speed.id)
            .with_percent(speed, ["percentage_value_template", "percentage_command_template"]);
        takes.push(if speed.id == "dim" { "dim" } else { "fan_speed" });
    }
    if view.capability("oscillating").is_some_and(is_settable) {
        fan = fan.with_topics(view, "oscillation_", "oscillating");
        fan = booleans(fan, "payload_oscillation_on", "payload_oscillation_off");
        takes.push("oscillating");
    }
    if let Some(mode) = view.capability("fan_mode").filter(|mode| is_settable(mode)) {
        let modes: Vec<_> = choices(mode).into_iter().filter(|mode| *mode != "off").collect();
        if !modes.is_empty() {
            fan = fan.with_topics(view, "preset_mode_", "fan_mode").with("preset_modes", modes);
            takes.push("fan_mode");
        }
    }
    fan.takes = takes.into_iter().map(str::to_owned).collect();
    Some(fan)
}

/// A device that dries or moistens air.
pub(super) fn humidifier(view: &View<'_>) -> Option<Entity> {
    let class = view.class();
    let target = view.capability("target_humidity").filter(|target| is_settable(target))?;
    let onoff = view.capability("onoff").filter(|onoff| is_settable(onoff));
    if !["humidifier", "dehumidifier"].contains(&class) || onoff.is_none() {
        return None;
    }
    let scale = if is_share(target) { 100.0 } else { 1.0 };
    let (min, max) = (bound(&target.min).unwrap_or(0.0), bound(&target.max).unwrap_or(1.0));
    let humidifier = Entity::composite(view, "humidifier", &["onoff", "target_humidity"])
        .with("device_class", class)
        .with_topics(view, "", "onoff")
        .with_topics(view, "target_humidity_", "target_humidity")
        .with_percent(
            target,
            ["target_humidity_state_template", "target_humidity_command_template"],
        );
    let humidifier = match min < max && max * scale <= 100.0 {
        true => humidifier
            .with("min_humidity", (min * scale).round())
            .with("max_humidity", (max * scale).round()),
        false => humidifier,
    };
    let current = view.has("measure_humidity").then(|| view.state("measure_humidity"));
    let humidifier = humidifier.with_some("current_humidity_topic", current);
    Some(booleans(humidifier, "payload_on", "payload_off"))
}
