//! What an overview says, made from the lists of a Homey.

use std::collections::BTreeMap;

use housekey::Error;
use housekey::model::name::or_id;
use housekey::model::{App, Capability, Device, LiveReport, Power, User};
use serde::Serialize;
use serde_json::Number;

use super::read::{FlowState, Home, Part};
use crate::natural::NaturalKey;
use crate::output::value::value_text;

/// The state of a home. A list is empty where there is nothing to say, and where it is in `missing`.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    pub(super) homey: String,
    pub(super) people: Vec<Person>,
    pub(super) on: Vec<OnDevice>,
    pub(super) alarms: Vec<ActiveAlarm>,
    pub(super) temperatures: Vec<Temperature>,
    pub(super) low_batteries: Vec<LowBattery>,
    pub(super) unavailable: Vec<Unavailable>,
    pub(super) broken_flows: Vec<Broken>,
    pub(super) stopped_apps: Vec<Broken>,
    /// Null where the Homey measures none.
    pub(super) power: Option<TotalPower>,
    /// What could not be read, and why.
    pub(super) missing: Vec<MissingPart>,
}

/// A user of the Homey; null is not known.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) at_home: Option<bool>,
    pub(super) asleep: Option<bool>,
}

/// A device as the lists name it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DevicePlace {
    pub(super) id: String,
    pub(super) device: String,
    /// Null where zones cannot be read.
    pub(super) zone: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct OnDevice {
    #[serde(flatten)]
    pub(super) place: DevicePlace,
    pub(super) class: Option<String>,
    /// How bright it is, 0 to 1.
    pub(super) dim: Option<f64>,
}

#[derive(Debug, Serialize)]
pub(super) struct ActiveAlarm {
    #[serde(flatten)]
    pub(super) place: DevicePlace,
    pub(super) capability: String,
    /// The title of the capability, or the state.
    pub(super) what: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Temperature {
    #[serde(flatten)]
    pub(super) place: DevicePlace,
    pub(super) value: f64,
    /// With its unit.
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct LowBattery {
    #[serde(flatten)]
    pub(super) place: DevicePlace,
    /// Null where the device only says that it is low.
    pub(super) percent: Option<f64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Unavailable {
    #[serde(flatten)]
    pub(super) place: DevicePlace,
    pub(super) why: Option<String>,
}

/// A flow or an app that does not work.
#[derive(Debug, Serialize)]
pub(super) struct Broken {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) state: &'static str,
}

/// Power in watts; null is not measured.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct TotalPower {
    pub(super) used_w: Option<f64>,
    pub(super) generated_w: Option<f64>,
    pub(super) meter_w: Option<f64>,
}

/// A part that could not be read.
#[derive(Debug, Serialize)]
pub(super) struct MissingPart {
    pub(super) part: &'static str,
    pub(super) why: String,
}

impl Overview {
    /// Made from what the Homey of that title says.
    pub(super) fn of(homey: String, home: Home) -> Self {
        let mut missing = Missing::default();
        let zones = missing.unless(home.zones, "zones");
        let zones: Option<BTreeMap<String, String>> = zones.map(|zones| {
            zones.into_iter().map(|zone| (zone.id.clone(), zone.name().to_owned())).collect()
        });
        let devices = missing.unless(home.devices, "devices").unwrap_or_default();
        let mut devices: Vec<(DevicePlace, Device)> = devices
            .into_iter()
            .map(|device| {
                let zone = device.zone.text().and_then(|id| zones.as_ref()?.get(id)).cloned();
                (
                    DevicePlace { id: device.id.clone(), device: device.name().to_owned(), zone },
                    device,
                )
            })
            .collect();
        devices.sort_by_cached_key(|(place, _)| {
            (place.zone.as_deref().map(NaturalKey::of), NaturalKey::of(&place.device))
        });
        let flows = missing.unless(home.flows, "flows").unwrap_or_default();
        let apps = missing.unless(home.apps, "apps").unwrap_or_default();
        let users = missing.unless(home.users, "people").unwrap_or_default();
        let energy = missing.unless(home.energy, "power");
        // The last value of a device that cannot be reached says nothing of now.
        let (gone, there): (Vec<_>, Vec<_>) =
            devices.into_iter().partition(|(_, device)| device.is_unavailable());
        let unavailable = |(place, device): (DevicePlace, Device)| Unavailable {
            place,
            why: device.unavailable_message.label().map(str::to_owned),
        };
        Self {
            homey,
            people: users.into_iter().map(person).collect(),
            on: there.iter().filter_map(|(place, device)| on(place, device)).collect(),
            alarms: there.iter().flat_map(|(place, device)| alarms(place, device)).collect(),
            temperatures: there
                .iter()
                .filter_map(|(place, device)| temperature(place, device))
                .collect(),
            low_batteries: there
                .iter()
                .filter_map(|(place, device)| low_battery(place, device))
                .collect(),
            unavailable: gone.into_iter().map(unavailable).collect(),
            broken_flows: flows.into_iter().chain(home.advanced_flows).filter_map(broken).collect(),
            stopped_apps: apps.into_iter().filter_map(stopped).collect(),
            power: energy.as_ref().and_then(power),
            missing: missing.0,
        }
    }
}

/// The parts that could not be read.
#[derive(Default)]
struct Missing(Vec<MissingPart>);

impl Missing {
    /// The part, or a note that it is missing.
    fn unless<T>(&mut self, part: Part<T>, name: &'static str) -> Option<T> {
        let note = |error: &Error| self.0.push(MissingPart { part: name, why: error.to_string() });
        part.inspect_err(note).ok()
    }
}

fn person(user: User) -> Person {
    Person {
        name: user.name().to_owned(),
        at_home: user.present.get().copied(),
        asleep: user.asleep.get().copied(),
        id: user.id,
    }
}

fn on(place: &DevicePlace, device: &Device) -> Option<OnDevice> {
    device.is_on().then(|| OnDevice {
        place: place.clone(),
        class: device.class().map(str::to_owned),
        dim: device.capability("dim").and_then(|dim| dim.value().as_f64()),
    })
}

fn alarms(place: &DevicePlace, device: &Device) -> Vec<ActiveAlarm> {
    let alarm = |one: &Capability| {
        let (place, capability) = (place.clone(), one.id.clone());
        one.active_alarm().map(|what| ActiveAlarm { place, capability, what: what.to_owned() })
    };
    device.all_capabilities().filter_map(alarm).collect()
}

fn temperature(place: &DevicePlace, device: &Device) -> Option<Temperature> {
    let measured = device.room_temperature()?;
    let value = measured.value().as_f64()?;
    Some(Temperature { place: place.clone(), value, text: value_text(measured) })
}

fn low_battery(place: &DevicePlace, device: &Device) -> Option<LowBattery> {
    let percent = device.low_battery()?.percent;
    Some(LowBattery { place: place.clone(), percent })
}

fn broken(flow: FlowState) -> Option<Broken> {
    let name = || or_id(flow.name.label(), &flow.id).to_owned();
    flow.broken.is_true().then(|| Broken { id: flow.id.clone(), name: name(), state: "broken" })
}

fn stopped(app: App) -> Option<Broken> {
    let state =
        match (app.enabled.get(), app.crashed.is_true() || app.state.text() == Some("crashed")) {
            (Some(false), _) => "disabled",
            (_, true) => "crashed",
            _ => return None,
        };
    Some(Broken { name: crate::items::Item::name(&app).to_owned(), id: app.id, state })
}

/// The totals of the home; `None` where none is measured.
fn power(report: &LiveReport) -> Option<TotalPower> {
    let watts = |power: &housekey::model::Field<Power>| {
        power.get().and_then(|power| power.watts.get()).and_then(Number::as_f64)
    };
    let power = TotalPower {
        used_w: watts(&report.total_consumed),
        generated_w: watts(&report.total_generated),
        meter_w: watts(&report.total_cumulative),
    };
    (power != TotalPower { used_w: None, generated_w: None, meter_w: None }).then_some(power)
}
