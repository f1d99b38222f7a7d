//! The simulation: values stay in range, are the same for the same seed, and cost little.

use housekey::catalogue::Dialect;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::Value;

use super::Bench;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn values_fit_their_capabilities_at_any_time(seed: u64, hours in 0_i64..24 * 800, minutes in 0_i64..60) {
        let (mut one, mut same) = (Bench::with(Dialect::Local, 30, seed), Bench::with(Dialect::Local, 30, seed));
        let away = SignedDuration::from_mins(hours * 60 + minutes);
        one.advance(away);
        // The other gets there in two steps: what it is asked in between must not matter.
        same.advance(away / 3);
        same.get("devices/device");
        same.advance(away - away / 3);
        let all = one.get("devices/device");
        prop_assert_eq!(&all, &same.get("devices/device"));
        for device in all.as_object().unwrap().values() {
            for capability in device["capabilitiesObj"].as_object().unwrap().values() {
                let (value, id) = (&capability["value"], &capability["id"]);
                if value.is_null() {
                    prop_assert_eq!(&capability["getable"], false, "{}", id);
                    continue;
                }
                let kind = match value {
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    _ if capability.get("values").is_some() => "enum",
                    _ => "string",
                };
                prop_assert_eq!(&capability["type"], kind, "{}", id);
                if let Some(number) = value.as_f64() {
                    prop_assert!(capability["min"].as_f64().is_none_or(|min| number >= min), "{} {}", id, number);
                    prop_assert!(capability["max"].as_f64().is_none_or(|max| number <= max), "{} {}", id, number);
                }
                if let Some(values) = capability.get("values") {
                    prop_assert!(values.as_array().unwrap().iter().any(|one| one["id"] == *value));
                }
                let updated: jiff::Timestamp = capability["lastUpdated"].as_str().unwrap().parse().unwrap();
                prop_assert!(updated <= one.now, "{} {}", id, updated);
            }
        }
    }
}

#[test]
fn seeds_differ_in_ids_and_values() {
    let (mut one, mut other) =
        (Bench::with(Dialect::Local, 5, 1), Bench::with(Dialect::Local, 5, 2));
    let (one, other) = (one.get("devices/device"), other.get("devices/device"));
    let ids = |all: &Value| all.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(ids(&one).iter().all(|id| !ids(&other).contains(id)));
}

#[test]
fn the_number_of_devices_is_as_asked_and_names_are_unique() {
    for devices in [0, 1, 30, 75, 1000] {
        let mut bench = Bench::with(Dialect::Local, devices, 3);
        let all = bench.get("devices/device");
        let names: std::collections::BTreeSet<_> =
            all.as_object().unwrap().values().map(|device| device["name"].to_string()).collect();
        assert_eq!((all.as_object().unwrap().len(), names.len()), (devices, devices));
    }
}

/// The sun shines by day, meters rise, batteries fall, the outdoors is warmer in July.
#[test]
fn values_follow_the_day_and_the_year() {
    let mut bench = Bench::new(Dialect::Local);
    let value = |bench: &mut Bench, name: &str, capability: &str| {
        let id = bench.device(name);
        bench.get(&format!("devices/device/{id}/capability/{capability}")).as_f64().unwrap()
    };
    bench.now = "2026-03-11T01:00:00Z".parse().unwrap();
    assert_eq!(value(&mut bench, "Solar panels", "measure_power"), 0.0);
    bench.now = "2026-03-11T12:00:00Z".parse().unwrap();
    assert!(value(&mut bench, "Solar panels", "measure_power") > 300.0);
    let winter = value(&mut bench, "Weather station", "measure_temperature");
    let mut meter = value(&mut bench, "Fridge", "meter_power");
    for _ in 0..200 {
        bench.advance(SignedDuration::from_mins(37));
        let next = value(&mut bench, "Fridge", "meter_power");
        assert!(next >= meter, "{meter} {next}");
        meter = next;
    }
    bench.now = "2026-07-20T12:00:00Z".parse().unwrap();
    assert!(value(&mut bench, "Weather station", "measure_temperature") > winter + 4.0);
    assert!(value(&mut bench, "Fridge", "meter_power") > meter + 100.0);
}

/// A clock set back neither panics nor loses what is written then.
#[test]
fn a_clock_may_go_back() {
    let mut bench = Bench::new(Dialect::Local);
    let lamp = bench.device("Floor lamp");
    let path = format!("devices/device/{lamp}/capability/dim");
    bench.put(&path, serde_json::json!({ "value": 0.3 }));
    bench.now = "2020-01-01T00:00:00Z".parse().unwrap();
    bench.put(&path, serde_json::json!({ "value": 0.6 }));
    assert_eq!(bench.get(&path), 0.6);
}
