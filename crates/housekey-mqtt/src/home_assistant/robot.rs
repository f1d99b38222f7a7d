//! Vacuum cleaners and mowers.

use serde_json::{Map, Value, json};

use super::entity::Entity;
use crate::view::{View, choices, is_settable};

/// What a cleaner can do, by the value that starts it: the feature, and the key of its payload.
const COMMANDS: [(&str, &str, &str); 4] = [
    ("cleaning", "start", "payload_start"),
    ("stopped", "stop", "payload_stop"),
    ("docked", "return_home", "payload_return_to_base"),
    ("spot_cleaning", "clean_spot", "payload_clean_spot"),
];

/// A vacuum cleaner.
pub(super) fn vacuum(view: &View<'_>) -> Option<Entity> {
    let state = view.capability("vacuumcleaner_state").filter(|state| is_settable(state))?;
    let takes = ["vacuumcleaner_state", "vacuumcleaner_job_mode"];
    let mut vacuum = Entity::composite(view, "vacuum", &takes)
        .with("state_topic", view.state("vacuum"))
        .with("command_topic", view.command("vacuumcleaner_state"));
    let all = choices(state);
    let mut features = Vec::new();
    for (value, feature, key) in COMMANDS {
        if all.is_empty() || all.contains(&value) {
            vacuum.set(key, value);
            features.push(feature);
        }
    }
    if let Some(mode) = view.capability("vacuumcleaner_job_mode").filter(|mode| is_settable(mode)) {
        vacuum = vacuum
            .with("set_fan_speed_topic", view.command(&mode.id))
            .with("fan_speed_list", choices(mode));
        features.push("fan_speed");
    }
    Some(vacuum.with("supported_features", features))
}

/// The message of the state of a vacuum cleaner.
pub(crate) fn vacuum_state(value: &dyn Fn(&str) -> Value) -> Option<String> {
    let state = value("vacuumcleaner_state");
    let state = match state.as_str()? {
        "cleaning" | "spot_cleaning" => "cleaning",
        "docked" | "charging" => "docked",
        _ => "idle",
    };
    let mut message = Map::new();
    message.insert("state".to_owned(), json!(state));
    if let mode @ Value::String(_) = value("vacuumcleaner_job_mode") {
        message.insert("fan_speed".to_owned(), mode);
    }
    Some(Value::Object(message).to_string())
}

/// A mower.
pub(super) fn mower(view: &View<'_>) -> Option<Entity> {
    let state = view.capability("mower_state").filter(|state| is_settable(state))?;
    let mut mower = Entity::composite(view, "lawn_mower", &["mower_state"])
        .with("activity_state_topic", view.state("mower_state"));
    let all = choices(state);
    for (value, key) in [("mowing", "start_mowing"), ("docked", "dock"), ("paused", "pause")] {
        if all.is_empty() || all.contains(&value) {
            mower.set(&format!("{key}_command_topic"), view.command("mower_state"));
            mower.set(&format!("{key}_command_template"), value);
        }
    }
    Some(mower)
}
