use serde_json::json;

use super::*;
use crate::model::{Device, Variable};

fn lamp(name: &str, on: bool, dim: &Value, at: &Value) -> Value {
    json!({
        "id": "d1", "name": name, "unknown": [1.50, null], "capabilities": ["onoff", "dim"],
        "capabilitiesObj": {
            "onoff": { "id": "onoff", "value": on, "lastUpdated": "2026-03-01T12:00:00.000Z" },
            "dim": { "id": "dim", "title": "Dim", "value": dim, "lastUpdated": at },
        },
    })
}

fn item(value: &Value) -> Item {
    Item::of(ItemKind::Device, &value.to_string()).unwrap().1
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn a_value_that_is_taken_stands_in_the_json_as_the_api_would_write_it() {
    let mut device = item(&lamp("Lamp", true, &json!(0.5), &Value::Null));
    assert!(matches!(device.json(), Cow::Borrowed(_)), "nothing is copied");
    let report = |capability: &str, value| Report {
        capability: capability.into(),
        value,
        at: at("2026-03-01T12:00:01.25Z"),
    };
    device.take(&report("dim", json!(0.75)));
    device.take(&report("measure_power", json!(3)));
    let want = lamp("Lamp", true, &json!(0.75), &json!("2026-03-01T12:00:01.250Z"));
    assert_eq!(device.value(), want);
    let typed: Device = device.read().unwrap();
    assert_eq!(*typed.capability("dim").unwrap().value(), json!(0.75));
    assert_eq!(device.report("dim").unwrap().value, json!(0.75));
    assert_eq!(device.report("measure_power"), None, "it has no such thing");
}

#[test]
fn differences_are_listed_by_field_and_by_value() {
    let old = item(&lamp("Lamp", true, &json!(0.5), &Value::Null));
    let fields = |newer: &Value| {
        let differences = old.differences(&item(newer));
        let fields: Vec<String> = differences.fields.iter().map(ToString::to_string).collect();
        let reports =
            differences.reports.iter().map(|one| format!("{}={}", one.capability, one.value));
        fields.into_iter().chain(reports).collect::<Vec<_>>()
    };
    let mut more = lamp("Lamp", true, &json!(0.5), &Value::Null);
    more["note"] = json!("new");
    let mut fewer = lamp("Lamp", true, &json!(0.5), &Value::Null);
    fewer.as_object_mut().unwrap().remove("unknown");
    let mut titled = lamp("Lamp", false, &json!(0.5), &Value::Null);
    titled["capabilitiesObj"]["dim"]["title"] = json!("Brightness");
    let mut grown = lamp("Lamp", true, &json!(0.5), &Value::Null);
    grown["capabilitiesObj"]["light_hue"] = json!({ "id": "light_hue", "value": 1 });
    for (newer, want) in [
        (lamp("Lamp", true, &json!(0.5), &Value::Null), vec![]),
        (lamp("Lamp 2", true, &json!(0.5), &Value::Null), vec!["name"]),
        (lamp("Lamp", false, &json!(0.6), &Value::Null), vec!["dim=0.6", "onoff=false"]),
        // Reported again, the same.
        (lamp("Lamp", true, &json!(0.5), &json!(1_772_366_400_000_u64)), vec!["dim=0.5"]),
        (more, vec!["note"]),
        (fewer, vec!["unknown"]),
        (titled, vec!["capabilitiesObj", "onoff=false"]),
        (grown, vec!["capabilitiesObj"]),
    ] {
        assert_eq!(fields(&newer), want, "{newer}");
    }
}

#[test]
fn a_part_is_merged_and_the_values_of_the_moment_stay() {
    let mut device = item(&lamp("Lamp", true, &json!(0.5), &Value::Null));
    device.take(&Report { capability: "dim".into(), value: json!(0.9), at: None });
    let merged = device.merged(ItemKind::Device, r#"{"id":"d1","name":"New","note":"x"}"#);
    let mut want = lamp("New", true, &json!(0.9), &Value::Null);
    want["note"] = json!("x");
    assert_eq!(merged.value(), want);
    let whole = lamp("Other", false, &json!(0.1), &Value::Null);
    assert_eq!(device.merged(ItemKind::Device, &whole.to_string()).value(), whole);
}

#[test]
fn what_is_strange_is_kept_as_it_is() {
    for text in [
        r#"{"id":"d1","capabilitiesObj":null}"#,
        r#"{"id":"d1","capabilitiesObj":[1]}"#,
        r#"{"id":"d1","capabilitiesObj":{"a":5,"b":{"lastUpdated":"never"}}}"#,
        r#"{"id":"d1"}"#,
    ] {
        let (id, strange) = Item::of(ItemKind::Device, text).unwrap();
        assert_eq!((&*id, &*strange.json()), ("d1", text));
        let newer = item(&lamp("Lamp", true, &json!(1), &Value::Null));
        assert!(!strange.differences(&newer).fields.is_empty(), "{text}");
    }
    assert!(Item::of(ItemKind::Zone, r#"{"name":"no id"}"#).is_none());
    assert!(Item::of(ItemKind::Zone, "5").is_none());
}

#[test]
fn nothing_of_an_item_reaches_a_log() {
    let (_, item) =
        Item::of(ItemKind::Variable, r#"{"id":"v","name":"key","value":"hunter2"}"#).unwrap();
    assert_eq!(format!("{item:?}"), "Item(41 bytes)");
    assert_eq!(item.read::<Variable>().unwrap().value(), "hunter2");
}
