//! What Home Assistant accepts, as its schemas say: written apart from the mapping, which it judges.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::unit::goes_with;

const SENSOR_CLASSES: &[&str] = &[
    "apparent_power",
    "aqi",
    "atmospheric_pressure",
    "battery",
    "carbon_dioxide",
    "carbon_monoxide",
    "current",
    "data_rate",
    "data_size",
    "date",
    "distance",
    "duration",
    "energy",
    "energy_storage",
    "enum",
    "frequency",
    "gas",
    "humidity",
    "illuminance",
    "irradiance",
    "moisture",
    "monetary",
    "nitrogen_dioxide",
    "nitrogen_monoxide",
    "nitrous_oxide",
    "ozone",
    "ph",
    "pm1",
    "pm10",
    "pm25",
    "power_factor",
    "power",
    "precipitation",
    "precipitation_intensity",
    "pressure",
    "reactive_power",
    "signal_strength",
    "sound_pressure",
    "speed",
    "sulphur_dioxide",
    "temperature",
    "timestamp",
    "volatile_organic_compounds",
    "volatile_organic_compounds_parts",
    "voltage",
    "volume",
    "volume_flow_rate",
    "volume_storage",
    "water",
    "weight",
    "wind_speed",
];

const BINARY_CLASSES: &[&str] = &[
    "battery",
    "battery_charging",
    "carbon_monoxide",
    "cold",
    "connectivity",
    "door",
    "garage_door",
    "gas",
    "heat",
    "light",
    "lock",
    "moisture",
    "motion",
    "moving",
    "occupancy",
    "opening",
    "plug",
    "power",
    "presence",
    "problem",
    "running",
    "safety",
    "smoke",
    "sound",
    "tamper",
    "update",
    "vibration",
    "window",
];

/// The keys that a platform must have, and the device classes it takes.
fn platform(name: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match name {
        "sensor" => (&["state_topic"], SENSOR_CLASSES),
        "binary_sensor" => (&["state_topic", "payload_on", "payload_off"], BINARY_CLASSES),
        "switch" => (&["command_topic", "payload_on", "payload_off"], &["outlet", "switch"]),
        "light" => (&["command_topic", "schema", "supported_color_modes"], &[]),
        "cover" => (
            &[],
            &[
                "awning", "blind", "curtain", "damper", "door", "garage", "gate", "shade",
                "shutter", "window",
            ],
        ),
        "valve" => (&["command_topic"], &["water", "gas"]),
        "climate" => (&["modes"], &[]),
        "water_heater" => (&[], &[]),
        "humidifier" => {
            (&["command_topic", "target_humidity_command_topic"], &["humidifier", "dehumidifier"])
        }
        "fan" => (&["command_topic"], &[]),
        "lock" => (&["command_topic"], &[]),
        "alarm_control_panel" => (&["state_topic", "command_topic", "code_arm_required"], &[]),
        "vacuum" | "lawn_mower" => (&[], &[]),
        "siren" => (&["command_topic"], &[]),
        "number" => (&["command_topic"], SENSOR_CLASSES),
        "select" => (&["command_topic", "options"], &[]),
        "button" => (&["command_topic"], &["identify", "restart", "update"]),
        "scene" => (&["command_topic"], &[]),
        "text" => (&["command_topic"], &[]),
        "event" => (&["state_topic", "event_types"], &["button", "doorbell", "motion"]),
        _ => return None,
    })
}

/// The complaints about a message that announces a device.
pub(super) fn complaints(payload: &str) -> Vec<String> {
    let message: Value = serde_json::from_str(payload).unwrap();
    let root = message.as_object().unwrap();
    let mut found = Vec::new();
    let known = ["device", "origin", "availability", "availability_mode", "qos", "components"];
    found.extend(
        root.keys().filter(|key| !known.contains(&key.as_str())).map(|key| format!("root: {key}")),
    );
    found.extend(of_device(&message["device"]));
    for key in message["origin"].as_object().unwrap().keys() {
        if !["name", "sw_version", "support_url"].contains(&key.as_str()) {
            found.push(format!("origin: {key}"));
        }
    }
    if message["availability_mode"] != "all" {
        found.push("no availability_mode".to_owned());
    }
    for (key, config) in message["components"].as_object().unwrap() {
        let config = config.as_object().unwrap();
        found.extend(of_component(config).into_iter().map(|text| format!("{key}: {text}")));
    }
    found
}

fn of_device(device: &Value) -> Vec<String> {
    let known = [
        "identifiers",
        "connections",
        "name",
        "manufacturer",
        "model",
        "model_id",
        "hw_version",
        "sw_version",
        "serial_number",
        "suggested_area",
        "configuration_url",
        "via_device",
    ];
    let device = device.as_object().unwrap();
    let mut found: Vec<_> = device
        .keys()
        .filter(|key| !known.contains(&key.as_str()))
        .map(|key| format!("device: {key}"))
        .collect();
    if !device.contains_key("identifiers") || !device.contains_key("name") {
        found.push("device: no identifiers or name".to_owned());
    }
    found.extend(
        device
            .iter()
            .filter(|(_, value)| value.is_null())
            .map(|(key, _)| format!("device: {key} is null")),
    );
    found
}

/// The complaints about a component.
pub(super) fn of_component(config: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    let text = |key: &str| config.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = text("platform");
    let Some((needed, classes)) = platform(name) else { return vec![format!("platform {name}")] };
    let missing = |key: &&&str| !config.contains_key(**key);
    found.extend(needed.iter().filter(missing).map(|key| format!("{name} without {key}")));
    for (key, value) in config {
        let is_payload = key.starts_with("payload_")
            || key.starts_with("state_") && !key.ends_with("_class")
            || key.ends_with("_topic")
            || key.ends_with("_template");
        if value.is_null() && key != "name" && key != "payload_stop"
            || is_payload && !value.is_string() && !value.is_null()
        {
            found.push(format!("{key} is {value}"));
        }
        if key.ends_with("_topic")
            && value.as_str().is_none_or(|topic| topic.contains(['+', '#']) || topic.contains("//"))
        {
            found.push(format!("{key} is {value}"));
        }
    }
    if text("unique_id").is_empty() {
        found.push("no unique_id".to_owned());
    }
    let (class, unit) = (text("device_class"), text("unit_of_measurement"));
    if !class.is_empty() && !classes.contains(&class) {
        found.push(format!("device class {class}"));
    }
    if matches!(name, "sensor" | "number") && !class.is_empty() && !goes_with(class, unit) {
        found.push(format!("{class} in {unit:?}"));
    }
    if matches!(name, "sensor" | "binary_sensor") && text("entity_category") == "config" {
        found.push("a sensor cannot be config".to_owned());
    }
    let numbers = |key: &str| config.get(key).and_then(Value::as_f64);
    match name {
        "sensor" => found.extend(of_sensor(config, class, unit)),
        "number" => {
            let (min, max, step) = (
                numbers("min").unwrap_or(1.0),
                numbers("max").unwrap_or(100.0),
                numbers("step").unwrap_or(1.0),
            );
            if min > max || step < 0.001 {
                found.push(format!("number {min}..{max} step {step}"));
            }
        }
        "select" => {
            let options = config["options"].as_array().unwrap();
            if options.is_empty()
                || options
                    .iter()
                    .any(|option| option.as_str().unwrap().eq_ignore_ascii_case("none"))
            {
                found.push(format!("options {options:?}"));
            }
        }
        "light" => {
            let modes: BTreeSet<_> = config["supported_color_modes"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let alone = modes.contains("onoff") || modes.contains("brightness");
            if modes.is_empty() || alone && modes.len() > 1 {
                found.push(format!("colour modes {modes:?}"));
            }
        }
        "cover" => {
            let pairs = [
                ("set_position_topic", "position_topic"),
                ("tilt_command_topic", "tilt_status_topic"),
            ];
            found.extend(
                pairs
                    .iter()
                    .filter(|(one, other)| {
                        config.contains_key(*one) && !config.contains_key(*other)
                    })
                    .map(|(one, _)| format!("{one} alone")),
            );
            if !config.contains_key("command_topic")
                && !config.contains_key("position_topic")
                && !config.contains_key("state_topic")
            {
                found.push("a cover without topics".to_owned());
            }
        }
        "climate" => {
            let modes = config["modes"].as_array().unwrap();
            let known = ["auto", "off", "cool", "heat", "dry", "fan_only"];
            found.extend(
                modes
                    .iter()
                    .filter(|mode| !known.contains(&mode.as_str().unwrap()))
                    .map(|mode| format!("mode {mode}")),
            );
        }
        "humidifier" => {
            let (min, max) =
                (numbers("min_humidity").unwrap_or(0.0), numbers("max_humidity").unwrap_or(100.0));
            if min >= max || max > 100.0 {
                found.push(format!("humidity {min}..{max}"));
            }
        }
        _ => {}
    }
    found
}

fn of_sensor(config: &Map<String, Value>, class: &str, unit: &str) -> Vec<String> {
    let mut found = Vec::new();
    let state_class = config.get("state_class").and_then(Value::as_str).unwrap_or_default();
    if !["", "measurement", "total", "total_increasing"].contains(&state_class) {
        found.push(format!("state class {state_class}"));
    }
    let fits = match class {
        "energy" | "gas" | "water" | "volume" => {
            matches!(state_class, "" | "total" | "total_increasing")
        }
        "monetary" => matches!(state_class, "" | "total"),
        "enum" | "date" | "timestamp" => state_class.is_empty() && unit.is_empty(),
        _ => true,
    };
    if !fits {
        found.push(format!("{class} with {state_class}"));
    }
    if config.contains_key("options") != (class == "enum") {
        found.push("options go with enum".to_owned());
    }
    found
}
