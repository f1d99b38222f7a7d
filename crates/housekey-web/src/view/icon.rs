//! Which icon stands for what.

use housekey::model::Device;

/// An icon of the set; its drawing stands in `page::icon`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named by what it shows")]
pub enum Icon {
    Activity,
    Battery,
    Bell,
    Button,
    Camera,
    Car,
    Check,
    Chevron,
    Close,
    Contact,
    Chart,
    Cover,
    Device,
    Droplet,
    Fan,
    Flame,
    Flow,
    Garage,
    Home,
    Key,
    Light,
    Lock,
    Meter,
    Minus,
    Mood,
    Motion,
    Person,
    Play,
    Plus,
    Sensor,
    SignOut,
    Socket,
    Solar,
    Speaker,
    Stop,
    Theme,
    Thermometer,
    Thermostat,
    Tv,
    Vacuum,
    Warning,
}

/// The icon of a device: by its class, or else by what it can do.
pub fn of_device(device: &Device) -> Icon {
    let by_class = match device.class().unwrap_or_default() {
        "light" => Some(Icon::Light),
        "socket" | "relay" => Some(Icon::Socket),
        "thermostat" => Some(Icon::Thermostat),
        "heater" | "boiler" | "heatpump" | "waterheater" | "radiator" | "fireplace" | "kettle" => {
            Some(Icon::Flame)
        }
        "lock" => Some(Icon::Lock),
        "garagedoor" => Some(Icon::Garage),
        "homealarm" | "siren" | "doorbell" => Some(Icon::Bell),
        "blinds" | "curtain" | "sunshade" | "windowcoverings" | "shutterblinds" => {
            Some(Icon::Cover)
        }
        "camera" => Some(Icon::Camera),
        "speaker" | "amplifier" | "mediaplayer" => Some(Icon::Speaker),
        "tv" | "settopbox" => Some(Icon::Tv),
        "fan" | "airconditioning" | "airpurifier" | "hood" | "ventilation" => Some(Icon::Fan),
        "button" | "remote" => Some(Icon::Button),
        "solarpanel" => Some(Icon::Solar),
        "battery" => Some(Icon::Battery),
        "evcharger" | "car" => Some(Icon::Car),
        "vacuumcleaner" | "lawnmower" => Some(Icon::Vacuum),
        _ => None,
    };
    by_class.unwrap_or_else(|| by_capability(device))
}

fn by_capability(device: &Device) -> Icon {
    const KNOWN: &[(&str, Icon)] = &[
        ("alarm_smoke", Icon::Flame),
        ("alarm_fire", Icon::Flame),
        ("alarm_water", Icon::Droplet),
        ("alarm_contact", Icon::Contact),
        ("alarm_motion", Icon::Motion),
        ("alarm_occupancy", Icon::Motion),
        ("locked", Icon::Lock),
        ("target_temperature", Icon::Thermostat),
        ("measure_temperature", Icon::Thermometer),
        ("measure_humidity", Icon::Droplet),
        ("meter_water", Icon::Droplet),
        ("meter_power", Icon::Meter),
        ("measure_power", Icon::Meter),
        ("meter_gas", Icon::Flame),
        ("onoff", Icon::Socket),
        ("button", Icon::Button),
    ];
    let has = |base: &str| device.all_capabilities().any(|one| one.base() == base);
    let found = KNOWN.iter().find(|(base, _)| has(base));
    let sensor = if device.class() == Some("sensor") { Icon::Sensor } else { Icon::Device };
    found.map_or(sensor, |(_, icon)| *icon)
}
