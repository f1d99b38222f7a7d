//! The tile of a device: one value in large type, one line below, one control.

use housekey::model::{Capability, Device, ValueKind};
use serde_json::Number;

use super::control;
use super::icon::{self, Icon};
use super::phrase;
use super::when::Now;

/// A device on the home page.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// The id of the device.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its icon.
    pub icon: Icon,
    /// The main value: `on`, `21.5 °C`.
    pub value: String,
    /// The next values, or since when.
    pub detail: String,
    /// What colour it has.
    pub tone: Tone,
    /// Why it cannot be reached, if it cannot.
    pub unavailable: Option<String>,
    /// What can be done at once.
    pub action: Action,
}

/// The meaning that a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to notice.
    Neutral,
    /// Switched on.
    On,
    /// Heating.
    Heat,
    /// Open, or not locked.
    Open,
    /// An alarm.
    Alarm,
}

impl Tone {
    /// Its name in the style.
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::On => "on",
            Self::Heat => "heat",
            Self::Open => "open",
            Self::Alarm => "alarm",
        }
    }
}

/// The control of a tile. `capability` is the id of what it sets.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing to do.
    None,
    /// On or off.
    Toggle {
        /// What it sets.
        capability: String,
        /// Whether it is on.
        on: bool,
    },
    /// Something that has to be confirmed.
    Guarded {
        /// What it sets.
        capability: String,
        /// The value it sets.
        value: bool,
        /// What it is called: `Unlock`.
        label: &'static str,
    },
    /// Up, stop, down.
    Cover {
        /// What it sets.
        capability: String,
        /// The values for up, stop and down; what cannot stop on its way has no second.
        values: [Option<&'static str>; 3],
    },
    /// A number up and down.
    Step {
        /// What it sets.
        capability: String,
        /// The values one step down and up, if the range allows.
        steps: [Option<String>; 2],
        /// The present value: `21 °C`.
        text: String,
    },
    /// Something to press.
    Press {
        /// What it sets.
        capability: String,
    },
}

/// The main value is that of the first of these.
const MAIN: &[&str] = &[
    "locked",
    "garagedoor_closed",
    "homealarm_state",
    "alarm_contact",
    "onoff",
    "windowcoverings_set",
    "windowcoverings_state",
    "windowcoverings_closed",
    "alarm_smoke",
    "alarm_fire",
    "alarm_co",
    "alarm_water",
    "alarm_motion",
    "alarm_occupancy",
    "measure_temperature",
    "target_temperature",
    "speaker_playing",
    "measure_power",
    "meter_power",
    "vacuumcleaner_state",
    "evcharger_charging_state",
];

/// What the line below is made of.
const DETAILS: &[&str] = &[
    "measure_temperature",
    "measure_humidity",
    "measure_co2",
    "measure_power",
    "target_temperature",
    "measure_luminance",
    "alarm_motion",
    "speaker_track",
    "meter_power",
    "measure_battery",
];

impl Tile {
    /// The tile of a device.
    pub fn of(device: &Device, now: &Now) -> Self {
        let find = |base: &str| {
            device.all_capabilities().find(|one| one.base() == base && !one.value().is_null())
        };
        let heats = matches!(device.class(), Some("thermostat" | "heater" | "heatpump"));
        let first = match heats {
            true => find("measure_temperature").or_else(|| find("target_temperature")),
            false => None,
        };
        let says = |one: &&Capability| !one.value().is_null() && one.base() != "measure_battery";
        let any = || device.all_capabilities().find(says);
        let main = first.or_else(|| MAIN.iter().find_map(|base| find(base))).or_else(any);
        let action = action(device);
        let mut value = main.map_or_else(|| "–".to_owned(), phrase::brief);
        let on = main.filter(|main| main.base() == "onoff" && main.value() == true);
        if on.is_some()
            && let Some(dim) = find("dim")
        {
            value = phrase::state(dim);
        }
        let unavailable = device
            .is_unavailable()
            .then(|| device.unavailable_message.label().unwrap_or("cannot be reached").to_owned());
        Self {
            id: device.id.clone(),
            name: device.name().to_owned(),
            icon: icon::of_device(device),
            detail: detail(device, main, &action, now),
            tone: if unavailable.is_some() { Tone::Neutral } else { tone(device, main, heats) },
            action: if unavailable.is_some() { Action::None } else { action },
            value: if unavailable.is_some() { "unavailable".to_owned() } else { value },
            unavailable,
        }
    }
}

/// The next two values, or since when the main one holds.
fn detail(device: &Device, main: Option<&Capability>, action: &Action, now: &Now) -> String {
    let shown = |one: &Capability| {
        let by_action = matches!(action, Action::Step { capability, .. } if *capability == one.id);
        main.is_some_and(|main| main.id == one.id) || by_action || one.value().is_null()
    };
    let values = DETAILS.iter().filter_map(|base| {
        device.all_capabilities().find(|one| one.base() == *base && !shown(one))
    });
    let values: Vec<String> = values.take(2).map(detail_text).collect();
    if !values.is_empty() {
        return values.join(" · ");
    }
    match main.and_then(|main| main.last_updated.get()?.timestamp()) {
        Some(at) => format!("since {}", now.say(at)),
        None => String::new(),
    }
}

/// A value of the line below; a battery says that it is one.
fn detail_text(one: &Capability) -> String {
    match one.base() {
        "measure_battery" => format!("battery {}", phrase::brief(one)),
        _ => phrase::brief(one),
    }
}

fn tone(device: &Device, main: Option<&Capability>, heats: bool) -> Tone {
    let number = |id: &str| device.capability(id).and_then(|one| one.value().as_f64());
    let Some(main) = main else { return Tone::Neutral };
    let contact = main.base() == "alarm_contact";
    let harmless = matches!(main.base(), "alarm_motion" | "alarm_occupancy" | "alarm_presence");
    match main.active_alarm() {
        Some(_) if contact || matches!(main.base(), "locked" | "garagedoor_closed") => Tone::Open,
        Some(_) if harmless => Tone::On,
        Some(_) => Tone::Alarm,
        None if heats => match (number("measure_temperature"), number("target_temperature")) {
            (Some(now), Some(target)) if now < target => Tone::Heat,
            _ => Tone::Neutral,
        },
        None if device.is_on() && main.base() == "onoff" => Tone::On,
        None if main.base() == "speaker_playing" && main.value() == true => Tone::On,
        None => Tone::Neutral,
    }
}

fn action(device: &Device) -> Action {
    let setable = |base: &str| {
        device.all_capabilities().find(|one| one.base() == base && one.setable.get() == Some(&true))
    };
    let guarded = |base: &str, labels: [&'static str; 2]| {
        let one = setable(base)?;
        let is_so = one.value().as_bool()?;
        let label = labels[usize::from(!is_so)];
        Some(Action::Guarded { capability: one.id.clone(), value: !is_so, label })
    };
    let toggle = |base: &str| {
        let one = setable(base).filter(|one| one.kind() == Some(ValueKind::Boolean))?;
        let (capability, on) = (one.id.clone(), one.value() == true);
        Some(match control::of(one) {
            control::Control::Press => Action::Press { capability },
            _ => Action::Toggle { capability, on },
        })
    };
    let cover = || {
        if let Some(one) = setable("windowcoverings_state") {
            let values = [Some("up"), Some("idle"), Some("down")];
            return Some(Action::Cover { capability: one.id.clone(), values });
        }
        if let Some(one) = setable("windowcoverings_set") {
            let values = [Some("1"), Some("0.5"), Some("0")];
            return Some(Action::Cover { capability: one.id.clone(), values });
        }
        let one = setable("windowcoverings_closed")?;
        let values = [Some("false"), None, Some("true")];
        Some(Action::Cover { capability: one.id.clone(), values })
    };
    guarded("locked", ["Unlock", "Lock"])
        .or_else(|| guarded("garagedoor_closed", ["Open", "Close"]))
        .or_else(|| toggle("onoff"))
        .or_else(cover)
        .or_else(|| setable("target_temperature").and_then(step))
        .or_else(|| toggle("speaker_playing"))
        .or_else(|| toggle("button"))
        .unwrap_or(Action::None)
}

/// Half a degree up and down.
fn step(one: &Capability) -> Option<Action> {
    let number = |field: &housekey::model::Field<Number>| field.get().and_then(Number::as_f64);
    let value = one.value().as_f64()?;
    let step = number(&one.step).filter(|step| *step >= 0.1).unwrap_or(0.5);
    let fits = |value: &f64| {
        number(&one.min).is_none_or(|min| min <= *value)
            && number(&one.max).is_none_or(|max| *value <= max)
    };
    let written = |value: f64| {
        Some(value).filter(fits).map(|value| housekey::model::number_text(value, Some(2)))
    };
    Some(Action::Step {
        capability: one.id.clone(),
        steps: [written(value - step), written(value + step)],
        text: phrase::state(one),
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::{Value, json};

    use super::*;

    fn tile(class: &str, capabilities: Value) -> String {
        let mut of = serde_json::Map::new();
        for (id, fields) in capabilities.as_object().unwrap() {
            let mut fields = fields.clone();
            fields["id"] = json!(id);
            of.insert(id.clone(), fields);
        }
        let ids: Vec<_> = of.keys().cloned().collect();
        let device = json!({ "id": "a", "name": "A", "class": class, "capabilities": ids, "capabilitiesObj": of });
        let device: Device = serde_json::from_value(device).unwrap();
        let now = Now { at: "2026-03-10T23:00:00Z".parse().unwrap(), zone: TimeZone::UTC };
        let tile = Tile::of(&device, &now);
        let Tile { icon, value, detail, tone, action, .. } = tile;
        format!("{icon:?} | {value} | {detail} | {tone:?} | {action:?}")
    }

    #[test]
    fn one_tile_for_each_kind_of_device() {
        let set = |kind: &str, value: Value| json!({"type": kind, "value": value, "setable": true});
        let at = "2026-03-10T22:14:00.000Z";
        let rows = [
            tile(
                "light",
                json!({"onoff": set("boolean", json!(true)), "dim": {"value": 0.6, "units": "%", "max": 1}}),
            ),
            tile(
                "light",
                json!({"onoff": set("boolean", json!(false)), "dim": {"value": 0.6, "units": "%", "max": 1}}),
            ),
            tile(
                "socket",
                json!({"onoff": set("boolean", json!(true)), "measure_power": {"value": 143, "units": "W"}}),
            ),
            tile("lock", json!({"locked": set("boolean", json!(true))})),
            tile("lock", json!({"locked": set("boolean", json!(false))})),
            tile("lock", json!({"locked": set("boolean", json!(null))})),
            tile(
                "thermostat",
                json!({"target_temperature": {"type": "number", "value": 21, "units": "°C", "setable": true, "max": 21}, "measure_temperature": {"value": 19.5, "units": "°C"}}),
            ),
            tile("sensor", json!({"alarm_contact": {"value": true, "lastUpdated": at}})),
            tile("sensor", json!({"alarm_smoke": {"value": true, "lastUpdated": at}})),
            tile("blinds", json!({"windowcoverings_set": set("number", json!(0.5))})),
            tile("curtain", json!({"windowcoverings_closed": set("boolean", json!(true))})),
            tile("button", json!({"button": set("boolean", json!(null))})),
            tile("other", json!({})),
        ];
        insta::assert_snapshot!(rows.join("\n"), @r#"
        Light | 60 % |  | On | Toggle { capability: "onoff", on: true }
        Light | off |  | Neutral | Toggle { capability: "onoff", on: false }
        Socket | on | 143 W | On | Toggle { capability: "onoff", on: true }
        Lock | locked |  | Neutral | Guarded { capability: "locked", value: false, label: "Unlock" }
        Lock | not locked |  | Open | Guarded { capability: "locked", value: true, label: "Lock" }
        Lock | – |  | Neutral | None
        Thermostat | 19.5 °C |  | Heat | Step { capability: "target_temperature", steps: [Some("20.5"), None], text: "21 °C" }
        Contact | open | since 22:14 | Open | None
        Flame | smoke | since 22:14 | Alarm | None
        Cover | 0.5 open |  | Neutral | Cover { capability: "windowcoverings_set", values: [Some("1"), Some("0.5"), Some("0")] }
        Cover | closed |  | Neutral | Cover { capability: "windowcoverings_closed", values: [Some("false"), None, Some("true")] }
        Button | – |  | Neutral | Press { capability: "button" }
        Device | – |  | Neutral | None
        "#);
    }
}
