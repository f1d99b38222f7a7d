//! Values as people read them.

use housekey::model::{Capability, Measure, ValueKind};
use serde_json::Value;

/// A value as it is typed: a text bare, anything else as JSON.
pub(crate) fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value as people read it: `on`, `60 %`, `21.4 °C`, `Partially armed`.
pub(crate) fn value_text(capability: &Capability) -> String {
    let measure = Measure::of_capability(capability);
    match capability.value() {
        Value::Null => "-".to_owned(),
        Value::Bool(on) if capability.id.starts_with("onoff") => on_off(*on).to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) if capability.kind() == Some(ValueKind::Enum) => {
            capability.choice_text(text)
        }
        Value::String(text) => text.clone(),
        value => measure.value_text(value).unwrap_or_else(|| value.to_string()),
    }
}

/// `on` or `off`.
pub(crate) fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_people_say_them() {
        for (fields, want) in [
            (json!({"id": "onoff", "value": true}), "on"),
            (json!({"id": "onoff.2", "value": false}), "off"),
            (json!({"id": "alarm_motion", "value": true}), "yes"),
            (json!({"id": "dim", "value": 0.6, "min": 0, "max": 1, "units": "%"}), "60 %"),
            (
                json!({"id": "measure_battery", "value": 60, "min": 0, "max": 100, "units": "%"}),
                "60 %",
            ),
            (json!({"id": "measure_temperature", "value": 21.4, "units": "°C"}), "21.4 °C"),
            (json!({"id": "measure_power", "value": 3}), "3"),
            (json!({"id": "thermostat_mode", "value": "heat"}), "heat"),
            (
                json!({"id": "homealarm_state", "type": "enum", "value": "partially_armed"}),
                "partially armed",
            ),
            (
                json!({
                    "id": "homealarm_state", "type": "enum", "value": "partially_armed",
                    "values": [{"id": "partially_armed", "title": {"en": "Partially armed"}}],
                }),
                "Partially armed",
            ),
            (json!({"id": "text", "type": "string", "value": "as_it_is"}), "as_it_is"),
            (
                json!({"id": "measure_x", "value": 99.166_666_666_666_67, "units": {"en": "l/h"}}),
                "99.17 l/h",
            ),
            (json!({"id": "button", "value": null}), "-"),
        ] {
            let capability: Capability = serde_json::from_value(fields.clone()).unwrap();
            assert_eq!(value_text(&capability), want, "{fields}");
        }
    }
}
