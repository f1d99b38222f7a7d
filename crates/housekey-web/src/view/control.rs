//! The control that fits a capability.

use housekey::model::{Capability, ValueKind};
use serde_json::{Number, Value};

/// A control of the device page.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// Nothing to set.
    Reading,
    /// On or off.
    Toggle {
        /// Whether it is on.
        on: bool,
    },
    /// A number in a range.
    Slider {
        /// The value; none reported yet is `None`.
        value: Option<f64>,
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// The step.
        step: f64,
        /// What the range looks like: `hue`, `warmth` or nothing.
        scale: &'static str,
    },
    /// A number without a range.
    NumberField {
        /// The value.
        value: Option<f64>,
    },
    /// One of several, each with its id and its title.
    Choice {
        /// The id of the one that is set.
        current: Option<String>,
        /// All of them.
        options: Vec<(String, String)>,
    },
    /// Up, stop, down.
    Cover,
    /// Something to press.
    Press,
    /// A text.
    Text {
        /// The text.
        value: String,
    },
}

/// What has to be confirmed before it is done: locks, garage doors and alarm systems.
pub fn is_guarded(capability: &Capability) -> bool {
    matches!(
        capability.base(),
        "locked" | "garagedoor_closed" | "homealarm_state" | "alarm_generic_arm"
    )
}

/// The control of a capability.
pub fn of(capability: &Capability) -> Control {
    if !matches!(capability.setable.get(), Some(true)) {
        return Control::Reading;
    }
    let base = capability.base();
    let value = capability.value();
    let choices: Vec<(String, String)> = capability
        .values
        .get()
        .into_iter()
        .flatten()
        .map(|choice| (choice.id.clone(), capability.choice_text(&choice.id)))
        .collect();
    match (capability.kind(), base) {
        (_, "windowcoverings_state") => Control::Cover,
        (Some(ValueKind::Boolean), _)
            if base == "button" || capability.getable.get() == Some(&false) =>
        {
            Control::Press
        }
        (Some(ValueKind::Boolean), _) => Control::Toggle { on: value == true },
        (Some(ValueKind::Number), _) => number(capability, base),
        (Some(ValueKind::Enum), _) if !choices.is_empty() => {
            Control::Choice { current: value.as_str().map(str::to_owned), options: choices }
        }
        (Some(ValueKind::String | ValueKind::Enum), _) => {
            Control::Text { value: value.as_str().unwrap_or_default().to_owned() }
        }
        (None, _) => Control::Reading,
    }
}

fn number(capability: &Capability, base: &str) -> Control {
    let field = |field: &housekey::model::Field<Number>| field.get().and_then(Number::as_f64);
    let value = capability.value().as_f64();
    let (min, max) = match (field(&capability.min), field(&capability.max)) {
        (Some(min), Some(max)) if min < max => (min, max),
        _ if matches!(base, "dim" | "volume_set" | "windowcoverings_set") => (0.0, 1.0),
        _ if base.starts_with("light_") => (0.0, 1.0),
        _ => return Control::NumberField { value },
    };
    let step = field(&capability.step).filter(|step| *step > 0.0);
    let step = step.unwrap_or(if max - min <= 1.0 { 0.01 } else { 0.5 });
    let scale = match base {
        "light_hue" => "hue",
        "light_temperature" => "warmth",
        _ => "",
    };
    Control::Slider { value, min, max, step, scale }
}

/// The value that a form's text stands for, checked against the capability.
///
/// # Errors
/// What the capability takes.
pub fn read(capability: &Capability, text: &str) -> Result<Value, String> {
    capability.read(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_type_has_its_control() {
        for (fields, want) in [
            (json!({"id": "measure_power", "type": "number", "setable": false}), "Reading"),
            (json!({"id": "onoff", "type": "boolean", "value": true}), "Toggle { on: true }"),
            (json!({"id": "button.reset", "type": "boolean"}), "Press"),
            (json!({"id": "siren", "type": "boolean", "getable": false}), "Press"),
            (
                json!({"id": "dim", "type": "number", "value": 0.5}),
                "Slider { value: Some(0.5), min: 0.0, max: 1.0, step: 0.01, scale: \"\" }",
            ),
            (
                json!({"id": "target_temperature", "type": "number", "min": 5, "max": 30, "step": 0.5}),
                "Slider { value: None, min: 5.0, max: 30.0, step: 0.5, scale: \"\" }",
            ),
            (
                json!({"id": "odd", "type": "number", "min": 9, "max": 3, "value": 1}),
                "NumberField { value: Some(1.0) }",
            ),
            (json!({"id": "windowcoverings_state", "type": "enum"}), "Cover"),
            (
                json!({"id": "mode", "type": "enum", "value": "a", "values": [{"id": "a", "title": "Auto"}]}),
                "Choice { current: Some(\"a\"), options: [(\"a\", \"Auto\")] }",
            ),
            (json!({"id": "note", "type": "string", "value": "hi"}), "Text { value: \"hi\" }"),
            (json!({"id": "new", "type": "colour"}), "Reading"),
        ] {
            let mut fields = fields;
            if fields.get("setable").is_none() {
                fields["setable"] = json!(true);
            }
            let capability: Capability = serde_json::from_value(fields.clone()).unwrap();
            assert_eq!(format!("{:?}", of(&capability)), want, "{fields}");
        }
    }
}
