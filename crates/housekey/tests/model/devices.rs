//! Devices, zones and variables.

use housekey::model::{Device, Variable, Zone};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::items;

fn device_in_words(device: &Device) -> String {
    let mut text = format!(
        "{} ({}) by {} in {}\n",
        device.name(),
        device.class().unwrap_or("-"),
        device.driver().unwrap_or_default(),
        device.zone.text().unwrap_or("-"),
    );
    match device.unavailable_message.text() {
        Some(message) if !device.available.is_true() => text += &format!("  off: {message}\n"),
        _ => assert!(device.available.is_true()),
    }
    for capability in device.all_capabilities() {
        text += &format!(
            "  {} {:?} {} {} {}{}\n",
            capability.id,
            capability.kind().unwrap(),
            capability.value(),
            capability.units.text().unwrap_or("-"),
            capability
                .last_updated
                .get()
                .and_then(|time| time.timestamp())
                .map_or("never".to_owned(), |time| time.to_string()),
            if capability.setable.is_true() { " setable" } else { "" },
        );
    }
    text
}

#[test]
fn devices_of_both_generations_are_the_same() {
    let rendered =
        |answer| items::<Device>(answer).iter().map(device_in_words).collect::<Vec<_>>().concat();
    let local = rendered(sample!("devices-local"));
    assert_eq!(rendered(sample!("devices-v2")), local);
    assert_snapshot!(local);
}

#[test]
fn devices_tell_what_their_capabilities_take() {
    let devices = items::<Device>(sample!("devices-local"));
    let lamp = &devices[0];
    assert!(lamp.capability("gone").is_none(), "listed, but without an entry");
    let refused = |id: &str, value| lamp.capability(id).unwrap().check(&value).unwrap_err();
    assert_snapshot!(refused("dim", json!(35)), @"`dim` takes a number from 0 to 1, and 35 is outside");
    assert_snapshot!(refused("measure_power.lamp", json!(1)), @"`measure_power.lamp` cannot be set");
    assert_snapshot!(refused("light_mode", json!("blue")), @"`light_mode` takes one of color, temperature, not `blue`");
    assert_eq!(
        format!("{lamp:?}"),
        format!("Device {{ id: {:?}, name: \"Reading lamp\", .. }}", lamp.id)
    );
}

#[test]
fn zones_of_both_generations() {
    let rendered = |answer| {
        items::<Zone>(answer)
            .iter()
            .map(|zone| {
                format!(
                    "{} {:?} {:?} {:?}",
                    zone.name(),
                    zone.parent.text(),
                    zone.active,
                    zone.position()
                )
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(rendered(sample!("zones-local")), @r#"
    Home None Is(true) None
    Living room Some("9b2d0c1e-0000-4000-8000-000000000001") Is(false) None
    "#);
    assert_snapshot!(rendered(sample!("zones-v2")), @r#"
    Home None Is(true) Some(1.0)
    Living room Some("9b2d0c1e-0000-4000-8000-000000000001") Is(false) Some(2.0)
    "#);
}

#[test]
fn variables_keep_their_type() {
    let variables = items::<Variable>(sample!("variables"));
    assert!(!format!("{variables:?}").contains("19.5"), "people keep tokens in variables");
    let [token, night, setpoint] = &variables[..] else { panic!("three variables") };
    assert_eq!(token.read("12").unwrap(), json!("12"));
    assert_eq!(night.read("on").unwrap(), json!(true));
    assert_eq!(setpoint.read("12").unwrap(), json!(12));
    assert_eq!(setpoint.value(), &json!(19.5));
    assert_snapshot!(setpoint.read("warm").unwrap_err(), @"`setpoint` takes a number, not a string");
    assert_snapshot!(night.check(&json!("on")).unwrap_err(), @"`night` takes true or false, not a string");
    assert_snapshot!(token.check(&Value::Null).unwrap_err(), @"`accesstoken` takes a text, not null");
}
