//! The state of a capability in the words of a person: `open`, `21.5 °C`, `closed since 22:14`.

use housekey::model::{Capability, Measure, ValueKind, number_text};
use serde_json::Value;

use super::when::Now;

/// The words of a boolean: for true and for false.
const WORDS: &[(&str, &str, &str)] = &[
    ("onoff", "on", "off"),
    ("locked", "locked", "not locked"),
    ("garagedoor_closed", "closed", "open"),
    ("windowcoverings_closed", "closed", "open"),
    ("windowcoverings_tilt_closed", "closed", "open"),
    ("speaker_playing", "playing", "paused"),
    ("volume_mute", "muted", "not muted"),
    ("alarm_contact", "open", "closed"),
    ("alarm_motion", "motion", "no motion"),
    ("alarm_occupancy", "occupied", "empty"),
    ("alarm_presence", "present", "absent"),
    ("alarm_smoke", "smoke", "no smoke"),
    ("alarm_water", "water", "dry"),
    ("alarm_fire", "fire", "no fire"),
    ("alarm_heat", "heat", "no heat"),
    ("alarm_co", "carbon monoxide", "no carbon monoxide"),
    ("alarm_co2", "too much CO₂", "air is good"),
    ("alarm_battery", "battery low", "battery good"),
    ("alarm_tamper", "tampered with", "not tampered with"),
    ("alarm_vibration", "vibration", "still"),
    ("evcharger_charging", "charging", "not charging"),
];

/// The words for true and for false.
pub fn truth_words(capability: &str) -> (&'static str, &'static str) {
    let base = capability.split('.').next().unwrap_or(capability);
    match WORDS.iter().find(|(id, ..)| *id == base) {
        Some((_, yes, no)) => (yes, no),
        None if base.starts_with("alarm_") => ("alarm", "no alarm"),
        None => ("yes", "no"),
    }
}

/// The words for a value of a capability; `–` where there is none yet.
pub fn value_words(capability: &Capability, value: &Value) -> String {
    let base = capability.base();
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(on) => {
            let (yes, no) = truth_words(base);
            if *on { yes } else { no }.to_owned()
        }
        Value::Number(number) if base == "windowcoverings_set" => match number.as_f64() {
            Some(share) if share <= 0.0 => "closed".to_owned(),
            Some(share) if share >= 1.0 => "open".to_owned(),
            _ => measured(capability, value) + " open",
        },
        Value::String(text) if capability.kind() == Some(ValueKind::Enum) => {
            capability.choice_text(text)
        }
        Value::String(text) => text.clone(),
        value => measured(capability, value),
    }
}

fn measured(capability: &Capability, value: &Value) -> String {
    let text = Measure::of_capability(capability).value_text(value);
    text.unwrap_or_else(|| value.to_string())
}

/// The state of a capability: `open`.
pub fn state(capability: &Capability) -> String {
    value_words(capability, capability.value())
}

/// The state in as few digits as a glance needs: `768 W`, `22.4 °C`, `1.23 kWh`.
pub fn brief(capability: &Capability) -> String {
    brief_words(capability, capability.value())
}

/// The same for another value of the capability.
pub fn brief_words(capability: &Capability, value: &Value) -> String {
    let number = value.as_f64().filter(|_| capability.base() != "windowcoverings_set");
    let Some(number) = number else { return value_words(capability, value) };
    let measure = Measure::of_capability(capability);
    let scaled = measure.scaled(number);
    let decimals = match scaled.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => return value_words(capability, value),
    };
    let number = number_text(scaled, Some(decimals));
    measure.unit().map_or_else(|| number.clone(), |unit| format!("{number} {unit}"))
}

/// The state and when it began: `closed since 22:14`; a measurement and when it was taken: `21.5 °C at 22:14`.
pub fn sentence(capability: &Capability, now: &Now) -> String {
    let state = state(capability);
    match capability.last_updated.get().and_then(|time| time.timestamp()) {
        Some(at) if capability.value().is_number() => format!("{state} at {}", now.say(at)),
        Some(at) => format!("{state} since {}", now.say(at)),
        None => state,
    }
}

/// What a capability is called.
pub fn title(capability: &Capability) -> String {
    match capability.title.label().map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => title.to_owned(),
        None => capability.id.replace(['_', '.'], " "),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_glance_needs_few_digits() {
        for (value, want) in [
            (json!(767.85), "768 W"),
            (json!(25084.136), "25084 W"),
            (json!(52.18), "52.2 W"),
            (json!(9.87), "9.87 W"),
            (json!(-143.6), "-144 W"),
            (json!(null), "–"),
        ] {
            let fields = json!({ "id": "measure_power", "value": value, "units": "W" });
            let capability: Capability = serde_json::from_value(fields).unwrap();
            assert_eq!(brief(&capability), want);
        }
    }

    #[test]
    fn states_as_people_say_them() {
        let now = Now { at: "2026-03-10T23:00:00Z".parse().unwrap(), zone: TimeZone::UTC };
        let at = "2026-03-10T22:14:00.000Z";
        for (fields, want) in [
            (json!({"id": "onoff", "value": true}), "on"),
            (
                json!({"id": "alarm_contact.left", "value": false, "lastUpdated": at}),
                "closed since 22:14",
            ),
            (json!({"id": "alarm_new", "value": true}), "alarm"),
            (
                json!({"id": "measure_temperature", "value": 21.5, "units": "°C", "lastUpdated": at}),
                "21.5 °C at 22:14",
            ),
            (json!({"id": "dim", "value": 0.6, "units": "%"}), "60 %"),
            (json!({"id": "windowcoverings_set", "value": 0.4, "units": "%"}), "40 % open"),
            (json!({"id": "windowcoverings_set", "value": 0}), "closed"),
            (json!({"id": "measure_power", "value": null}), "–"),
            (
                json!({"id": "homealarm_state", "type": "enum", "value": "partially_armed"}),
                "partially armed",
            ),
            (json!({"id": "strange", "value": [1]}), "[1]"),
        ] {
            let capability: Capability = serde_json::from_value(fields.clone()).unwrap();
            assert_eq!(sentence(&capability, &now), want, "{fields}");
        }
    }
}
