//! What of a device a person wants to know at a glance: whether it is on, what is open or alarms, whose
//! battery is low. The command line and the dashboard share these rules.

use super::{Capability, Device};

/// Below this a battery is low, in per cent.
const LOW_BATTERY_PERCENT: f64 = 20.0;

/// The classes of devices whose temperature is not that of their zone.
const OWN_TEMPERATURE: &[&str] = &[
    "boiler",
    "battery",
    "dishwasher",
    "dryer",
    "freezer",
    "fridge",
    "fridge_and_freezer",
    "heatpump",
    "kettle",
    "oven",
    "solarpanel",
    "washer",
    "waterheater",
];

/// Values that stand for something open, by the ids of their capabilities: the value, and its word.
const OPEN: &[(&str, bool, &str)] =
    &[("locked", false, "not locked"), ("garagedoor_closed", false, "open")];

/// A battery that is low.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LowBattery {
    /// The charge; `None` where the device only says that it is low.
    pub percent: Option<f64>,
}

impl Capability {
    /// Its id without the part that distinguishes several of one kind: `onoff` of `onoff.left`.
    pub fn base(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// What it reports if that needs attention: the title of an alarm, or the state. Batteries are not among
    /// them.
    pub fn active_alarm(&self) -> Option<&str> {
        let id = self.base();
        let open = OPEN.iter().find(|(known, value, _)| id == *known && self.value() == *value);
        match open {
            Some((_, _, word)) => Some(word),
            None if id.starts_with("alarm_") && id != "alarm_battery" && self.value() == true => {
                Some(self.title.label().unwrap_or(&self.id))
            }
            None => None,
        }
    }
}

impl Device {
    /// Whether any part of it is switched on.
    pub fn is_on(&self) -> bool {
        self.all_capabilities().any(|one| one.base() == "onoff" && one.value() == true)
    }

    /// Whether the Homey says that it cannot be reached: its last values say nothing of now.
    pub fn is_unavailable(&self) -> bool {
        self.available.get() == Some(&false)
    }

    /// What it measures of the temperature of its zone.
    pub fn room_temperature(&self) -> Option<&Capability> {
        let own = self.class().is_some_and(|class| OWN_TEMPERATURE.contains(&class));
        if own { None } else { self.capability("measure_temperature") }
    }

    /// Whether its battery is low.
    pub fn low_battery(&self) -> Option<LowBattery> {
        let percent = self.capability("measure_battery").and_then(|one| one.value().as_f64());
        let alarm = self.capability("alarm_battery").is_some_and(|one| one.value() == true);
        let low = alarm || percent.is_some_and(|percent| percent < LOW_BATTERY_PERCENT);
        low.then_some(LowBattery { percent })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_needs_attention() {
        for (capability, value, title, want) in [
            ("locked", json!(false), "Lock", Some("not locked")),
            ("locked.back", json!(false), "Lock", Some("not locked")),
            ("locked", json!(true), "Lock", None),
            ("garagedoor_closed", json!(false), "Door", Some("open")),
            ("alarm_smoke", json!(true), "Smoke", Some("Smoke")),
            ("alarm_smoke", json!(null), "Smoke", None),
            ("alarm_battery", json!(true), "Battery", None),
        ] {
            let fields = json!({ "id": capability, "value": value, "title": title });
            let read: Capability = serde_json::from_value(fields).unwrap();
            assert_eq!(read.active_alarm(), want, "{capability} {value}");
        }
    }

    #[test]
    fn batteries_and_temperatures() {
        let device = |class: &str, capability: &str, value: serde_json::Value| -> Device {
            let capabilities = json!({ capability: { "id": capability, "value": value } });
            let fields = json!({ "id": "a", "class": class, "capabilitiesObj": capabilities });
            serde_json::from_value(fields).unwrap()
        };
        let battery = |value| device("sensor", "measure_battery", value).low_battery();
        assert_eq!(battery(json!(19.9)), Some(LowBattery { percent: Some(19.9) }));
        assert_eq!(battery(json!(20)), None);
        let alarm = device("sensor", "alarm_battery", json!(true)).low_battery();
        assert_eq!(alarm, Some(LowBattery { percent: None }));
        let measures =
            |class| device(class, "measure_temperature", json!(5)).room_temperature().is_some();
        assert!(measures("sensor") && !measures("fridge"));
    }
}
