//! `housekey devices`: what is paired with the Homey.

mod delete;
mod drivers;
mod follow;
mod get;
pub(super) mod list;
mod off;
mod on;
mod place;
mod rename;
mod set;
mod settings;
mod toggle;
mod watch;
mod write;

use std::collections::BTreeMap;

use clap::Subcommand;
use housekey::model::{Capability, Device, Measure, ValueKind};
use serde_json::Value;

use crate::context::{Context, Opened};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    On(on::Args),
    Off(off::Args),
    Toggle(toggle::Args),
    #[command(subcommand)]
    Settings(settings::Command),
    Rename(rename::Args),
    #[command(name = "move")]
    Place(place::Args),
    Watch(watch::Args),
    Drivers(drivers::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::On(args) => on::run(args, context).await,
        Command::Off(args) => off::run(args, context).await,
        Command::Toggle(args) => toggle::run(args, context).await,
        Command::Settings(command) => settings::run(command, context).await,
        Command::Rename(args) => rename::run(args, context).await,
        Command::Place(args) => place::run(args, context).await,
        Command::Watch(args) => watch::run(args, context).await,
        Command::Drivers(args) => drivers::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// All devices of a Homey, and the names of its zones.
pub(super) struct Devices {
    pub(super) items: Vec<Device>,
    /// By id.
    zones: BTreeMap<String, String>,
}

impl Devices {
    pub(super) async fn of(opened: &Opened) -> Outcome<Self> {
        let homey = &opened.homey;
        let (items, zones) =
            tokio::try_join!(homey.devices().get_devices(), homey.zones().get_zones())?;
        let zones =
            zones.into_iter().map(|zone| (zone.id.clone(), zone.name().to_owned())).collect();
        Ok(Self { items, zones })
    }

    /// The name of the zone a device is in; its id where that is not known.
    fn zone_of<'a>(&'a self, device: &'a Device) -> Option<&'a str> {
        let id = device.zone.text()?;
        Some(self.zones.get(id).map_or(id, String::as_str))
    }

    /// What a device is called, zone and all.
    pub(super) fn named<'a>(&'a self, device: &'a Device) -> Named<'a> {
        Named { id: &device.id, name: device.name(), zone: self.zone_of(device) }
    }

    pub(super) fn find(&self, wanted: &str) -> Outcome<&Device> {
        naming::find("device", &self.items, wanted, |device| self.named(device))
    }
}

/// The capability that a device has under that id.
pub(super) fn capability<'d>(device: &'d Device, wanted: &str) -> Outcome<&'d Capability> {
    let known: Vec<&'d Capability> = device.all_capabilities().collect();
    let found = naming::find("capability", &known, wanted, |capability| Named {
        id: &capability.id,
        name: &capability.id,
        zone: None,
    });
    found.copied()
}

/// A value as people read it: `on`, `60 %`, `21.4 °C`, `Partially armed`.
pub(super) fn value_text(capability: &Capability) -> String {
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

fn on_off(on: bool) -> &'static str {
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
