//! Devices: shapes of both generations, reading, writing and what is refused.

use housekey::catalogue::Dialect;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::state::availability::DeviceChange;

use super::Bench;

const NEWER: [&str; 36] = [
    "id",
    "driverId",
    "driverUri",
    "ownerUri",
    "name",
    "note",
    "zone",
    "data",
    "icon",
    "iconOverride",
    "iconObj",
    "class",
    "virtualClass",
    "capabilities",
    "capabilitiesObj",
    "settings",
    "settingsObj",
    "insights",
    "flags",
    "energy",
    "energyObj",
    "ui",
    "uiIndicator",
    "available",
    "unavailableMessage",
    "warningMessage",
    "ready",
    "repair",
    "unpair",
    "images",
    "videos",
    "color",
    "hidden",
    "group",
    "lastSeenAt",
    "firmwareUpdate",
];

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn newer_homeys_show_thirty_six_keys_in_order() {
    for dialect in [Dialect::Local, Dialect::Cloud] {
        let mut bench = Bench::new(dialect);
        let all = bench.get("devices/device");
        assert_eq!(all.as_object().unwrap().len(), 30);
        for (id, device) in all.as_object().unwrap() {
            assert_eq!(keys(device), NEWER);
            assert_eq!(device["id"], *id);
            let owner = device["ownerUri"].as_str().unwrap();
            assert!(device["driverId"].as_str().unwrap().starts_with(&format!("{owner}:")));
            assert_eq!(
                keys(&device["capabilitiesObj"]),
                device["capabilities"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|id| id.as_str().unwrap())
                    .collect::<Vec<_>>()
            );
            assert_eq!(keys(&device["energyObj"]).len(), 15);
            assert_eq!(bench.get(&format!("devices/device/{id}")), *device);
            for (key, capability) in device["capabilitiesObj"].as_object().unwrap() {
                assert_eq!(capability["id"], *key);
                assert!(capability.get("iconObj").is_some() && capability.get("desc").is_none());
                let text = capability["lastUpdated"].as_str();
                assert_eq!(text.is_none(), capability["value"].is_null(), "{key}");
            }
        }
    }
}

#[test]
fn older_homeys_leave_out_an_icon_and_a_reason_now_and_then() {
    let mut bench = Bench::new(Dialect::V2);
    let devices = bench.get("devices/device");
    let devices = devices.as_object().unwrap();
    let kinds = |key: &str| {
        let of = |device: &Value| device.get(key).map(|value| value.is_null());
        let mut kinds: Vec<_> = devices.values().map(of).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds("unavailableMessage"), [None, Some(true)]);
    assert_eq!(kinds("icon"), [Some(false), Some(true)]);
    assert_eq!(kinds("iconOverride"), [Some(false), Some(true)]);
    assert_eq!(kinds("uiIndicator"), [Some(true)]);
}

#[test]
fn a_device_becomes_unavailable_by_order_or_with_its_app_and_can_go() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let lamp = bench.device("Floor lamp");
        let path = format!("devices/device/{lamp}");
        let switch = format!("{path}/capability/onoff");
        let now = bench.now;
        let why = DeviceChange::Unavailable("Gone for a walk".to_owned());
        assert!(bench.hub.change_device(&lamp, why, now));
        let device = bench.get(&path);
        assert_eq!(
            (&device["available"], &device["unavailableMessage"]),
            (&json!(false), &json!("Gone for a walk"))
        );
        let (status, answer) = bench.ask("PUT", &switch, Some(json!({ "value": true })));
        assert_eq!(status, 500, "{answer}");
        assert!(answer.to_string().contains("Gone for a walk"), "{answer}");
        bench.hub.change_device(&lamp, DeviceChange::Available, now);
        assert_eq!(bench.get(&path)["available"], true);
        bench.put(&switch, json!({ "value": true }));

        // Its app takes it along, and brings it back.
        if bench.ask("PUT", "apps/app/com.example.lumen/disable", Some(json!({}))).0 == 200 {
            assert_eq!(bench.get(&path)["available"], false);
            assert!(bench.get(&path)["unavailableMessage"].is_string());
            let plug = bench.device("Thermostat");
            assert_eq!(bench.get(&format!("devices/device/{plug}"))["available"], true);
            bench.put("apps/app/com.example.lumen/enable", json!({}));
            assert_eq!(bench.get(&path)["available"], true);
        }

        assert!(bench.hub.change_device(&lamp, DeviceChange::Removed, now));
        assert_eq!(bench.ask("GET", &path, None).0, 404);
        assert!(!bench.hub.change_device(&lamp, DeviceChange::Removed, now));
    }
}

#[test]
fn a_group_is_a_device_that_hides_its_members_and_switches_them() {
    let mut bench = Bench::new(Dialect::Local);
    let lamps = [bench.device("Floor lamp"), bench.device("Ceiling lamp")];
    let made = bench.post("devices/group", json!({ "name": "Lamps", "deviceIds": lamps }));
    let group = made["id"].as_str().unwrap().to_owned();
    assert_eq!(made["driverId"], "homey:virtualdrivergroup:driver:light");
    for lamp in &lamps {
        let member = bench.get(&format!("devices/device/{lamp}"));
        assert_eq!((&member["group"]["id"], &member["hidden"]), (&json!(group), &json!(true)));
    }
    for value in [true, false] {
        bench.put(&format!("devices/device/{group}/capability/onoff"), json!({ "value": value }));
        for lamp in &lamps {
            assert_eq!(bench.get(&format!("devices/device/{lamp}/capability/onoff")), value);
        }
    }
    for lamp in &lamps {
        bench.delete(&format!("devices/group/{group}/device/{lamp}"));
        assert_eq!(bench.get(&format!("devices/device/{lamp}"))["group"], Value::Null);
    }
    assert_eq!(bench.ask("GET", &format!("devices/device/{group}"), None).0, 404, "it is empty");
    let unknown = json!({ "name": "x", "deviceIds": ["none"] });
    assert_eq!(bench.ask("POST", "devices/group", Some(unknown)).0, 404);
}

#[test]
fn older_homeys_split_the_driver_and_name_the_zone() {
    let mut bench = Bench::new(Dialect::V2);
    let lamp = bench.device("Floor lamp");
    let device = bench.get(&format!("devices/device/{lamp}"));
    assert_eq!(device["driverUri"], "homey:app:com.example.lumen");
    assert_eq!(device["driverId"], "bulb_colour");
    assert_eq!(device["zoneName"], "Living room");
    for gone in ["videos", "group", "lastSeenAt", "ownerUri"] {
        assert!(device.get(gone).is_none(), "{gone}");
    }
    let dim = &device["capabilitiesObj"]["dim"];
    assert_eq!((&dim["desc"], &dim["options"]), (&Value::Null, &json!({})));
    let zone = device["zone"].as_str().unwrap().to_owned();
    bench.put(&format!("zones/zone/{zone}"), json!({ "name": "Lounge" }));
    assert_eq!(bench.get(&format!("devices/device/{lamp}"))["zoneName"], "Lounge");
}

#[test]
fn a_write_answers_and_is_seen() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let lamp = bench.device("Floor lamp");
        let path = format!("devices/device/{lamp}/capability/dim");
        let answer = bench.put(&path, json!({ "value": 0.25, "transactionId": "t1", "opts": {} }));
        assert_eq!(keys(&answer), ["transactionId", "transactionTime", "value"]);
        assert_eq!(answer["transactionId"], "t1");
        assert_eq!(answer["transactionTime"], bench.now.as_millisecond());
        let device = bench.get(&format!("devices/device/{lamp}"));
        assert_eq!(device["capabilitiesObj"]["dim"]["value"], 0.25);
        assert_eq!(device["capabilitiesObj"]["dim"]["lastUpdated"], "2026-03-10T18:30:00.000Z");
        assert_eq!(device["capabilitiesObj"]["onoff"]["value"], true, "brightness switches on");
        bench.put(&path, json!({ "value": 0 }));
        let device = bench.get(&format!("devices/device/{lamp}"));
        assert_eq!(device["capabilitiesObj"]["onoff"]["value"], false, "and off");
        if dialect != Dialect::V2 {
            assert_eq!(bench.get(&path), json!(0));
        }
        // JavaScript knows no difference between 1.0 and 1.
        bench.put(&path, json!({ "value": 1.0 }));
        let text = bench.reply("GET", &format!("/api/manager/devices/device/{lamp}"), None).body;
        assert!(String::from_utf8_lossy(&text).contains("\"value\":1,"));
    }
}

#[test]
fn wrong_writes_are_refused_and_change_nothing() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let before = bench.get("devices/device");
        let rows: [(&str, &str, Value, u16); 13] = [
            ("Floor lamp", "dim", json!({ "value": 1.01 }), 400),
            ("Floor lamp", "dim", json!({ "value": -0.1 }), 400),
            ("Floor lamp", "dim", json!({ "value": "0.5" }), 400),
            ("Floor lamp", "onoff", json!({ "value": 1 }), 400),
            ("Floor lamp", "onoff", json!({ "value": null }), 400),
            ("Floor lamp", "onoff", json!({}), 400),
            ("Floor lamp", "light_mode", json!({ "value": "disco" }), 400),
            ("Floor lamp", "light_mode", json!({ "value": { "a": 1 } }), 400),
            ("Floor lamp", "volume_set", json!({ "value": 0.5 }), 404),
            ("Thermostat", "target_temperature", json!({ "value": 36 }), 400),
            ("Thermostat", "measure_temperature", json!({ "value": 20 }), 400),
            ("Solar panels", "meter_power", json!({ "value": 20 }), 400),
            ("Front door", "alarm_contact", json!({ "value": true }), 400),
        ];
        for (name, capability, body, want) in rows {
            let id = bench.device(name);
            let path = format!("devices/device/{id}/capability/{capability}");
            let (status, answer) = bench.ask("PUT", &path, Some(body.clone()));
            assert_eq!(status, want, "{dialect} {capability} {body}: {answer}");
        }
        assert_eq!(bench.get("devices/device"), before);
    }
}

#[test]
fn a_written_switch_stays_until_the_routine_changes_it() {
    let mut bench = Bench::new(Dialect::Local);
    let lamp = bench.device("Floor lamp");
    let path = format!("devices/device/{lamp}/capability/onoff");
    assert_eq!(bench.get(&path), json!(true), "half past seven in the evening");
    bench.put(&path, json!({ "value": false }));
    bench.advance(SignedDuration::from_hours(2));
    assert_eq!(bench.get(&path), json!(false), "two hours later, as it was left");
    bench.put(&path, json!({ "value": true }));
    bench.advance(SignedDuration::from_hours(4));
    assert_eq!(bench.get(&path), json!(false), "the household has gone to bed");
}

#[test]
fn the_room_follows_the_thermostat_and_the_meter_the_switch() {
    let mut bench = Bench::new(Dialect::Local);
    let thermostat = bench.device("Thermostat");
    let base = format!("devices/device/{thermostat}/capability");
    let before = bench.get(&format!("{base}/measure_temperature")).as_f64().unwrap();
    bench.put(&format!("{base}/target_temperature"), json!({ "value": 25.5 }));
    bench.advance(SignedDuration::from_mins(90));
    let after = bench.get(&format!("{base}/measure_temperature")).as_f64().unwrap();
    assert!(after > before + 2.0 && after < 25.5, "{before} {after}");

    let machine = bench.device("Coffee machine");
    let base = format!("devices/device/{machine}/capability");
    for (on, range) in [(true, 1100.0..1300.0), (false, 0.0..5.0)] {
        bench.put(&format!("{base}/onoff"), json!({ "value": on }));
        let power = bench.get(&format!("{base}/measure_power")).as_f64().unwrap();
        assert!(range.contains(&power), "{on} {power}");
    }
}

#[test]
fn a_device_is_renamed_moved_and_deleted() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let (lamp, kitchen) = (bench.device("Floor lamp"), bench.id("zones/zone", "Kitchen"));
        let path = format!("devices/device/{lamp}");
        let body =
            json!({ "name": "Reading lamp", "zone": kitchen, "note": "by the sofa", "made_up": 1 });
        let answer = bench.put(&path, body);
        assert_eq!((&answer["name"], &answer["zone"]), (&json!("Reading lamp"), &json!(kitchen)));
        assert_eq!(bench.get(&path), answer);
        for (body, status) in [
            (json!({ "name": "" }), 400),
            (json!({ "name": 5 }), 400),
            (json!({ "zone": "nowhere" }), 404),
            (json!({ "virtualClass": "kettle" }), 400),
            (json!("text"), 400),
        ] {
            assert_eq!(bench.ask("PUT", &path, Some(body.clone())).0, status, "{body}");
        }
        let plug = bench.device("Fridge");
        let body = json!({ "virtualClass": "fridge" });
        assert_eq!(bench.put(&format!("devices/device/{plug}"), body)["virtualClass"], "fridge");
        assert_eq!(bench.get(&path), answer);
        bench.delete(&path);
        assert_eq!(bench.ask("GET", &path, None).0, 404);
        assert_eq!(bench.ask("DELETE", &path, None).0, 404);
    }
}

#[test]
fn settings_change_by_key() {
    let mut bench = Bench::new(Dialect::V2);
    let lamp = bench.device("Floor lamp");
    let path = format!("devices/device/{lamp}/settings");
    let answer = bench.put(&path, json!({ "energy_value_on": 11 }));
    assert_eq!(answer["changedKeys"], json!(["energy_value_on"]));
    assert_eq!(answer["oldSettings"]["energy_value_on"], 9);
    assert_eq!(bench.get(&format!("devices/device/{lamp}"))["settings"]["energy_value_on"], 11);
    for body in [json!({ "made_up": 1 }), json!({ "energy_value_on": "much" })] {
        assert_eq!(bench.ask("PUT", &path, Some(body)).0, 400);
    }
    let described = bench.get(&format!("devices/device/{lamp}/settings_obj"));
    assert_eq!(described[0]["id"], "energy_value_on");
}

#[test]
fn older_homeys_list_capabilities() {
    let mut bench = Bench::new(Dialect::V2);
    let all = bench.get("devices/capability");
    assert!(all.as_array().unwrap().iter().any(|one| one["id"] == "dim" && one["max"] == 1));
    let one = bench.get("devices/capability/homey:manager:capabilities/locked");
    assert_eq!(one["type"], "boolean");
    assert_eq!(bench.ask("GET", "devices/capability/homey:manager:capabilities/x", None).0, 404);
}
