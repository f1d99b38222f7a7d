//! The built-in home: a family's house with eight zones and thirty devices, as a table.

use super::pattern::{
    Constant::{self, Null, Number, Text, Truth},
    Hours,
    Pattern::{
        self, Battery, Bursts, Daily, Draw, Heading, Kept, Meter, Outdoor, Rotation, Routine,
        Sunlight,
    },
};

/// A zone: name, icon, and the position of its parent.
pub(super) const ZONES: [(&str, &str, Option<usize>); 8] = [
    ("Home", "home", None),
    ("Living room", "livingRoom", Some(0)),
    ("Kitchen", "kitchen", Some(0)),
    ("Hallway", "hallway", Some(0)),
    ("First floor", "topFloor", Some(0)),
    ("Bedroom", "bedroomDouble", Some(4)),
    ("Bathroom", "bathroom", Some(4)),
    ("Garden", "garden", Some(0)),
];

/// A device of the plan.
pub(super) struct Plan {
    pub(super) name: &'static str,
    /// Position in [`ZONES`].
    pub(super) zone: usize,
    pub(super) class: &'static str,
    pub(super) app: &'static str,
    pub(super) driver: &'static str,
    pub(super) energy: Energy,
    pub(super) parts: &'static [(&'static str, Pattern, Constant)],
}

/// What the driver's manifest says of a device's energy.
#[derive(Debug, Clone, Copy)]
pub(super) enum Energy {
    Unknown,
    Mains,
    Batteries(&'static [&'static str]),
    /// Draws that many W when on and off, without measuring.
    Approximated {
        on: f64,
        off: f64,
    },
    /// The meter of the whole house.
    Cumulative,
    Generator,
}

const EVENING: Hours = &[(6.8, 8.2), (17.4, 23.1)];
const COOKING: Hours = &[(7.0, 7.8), (17.6, 19.4)];
const BATHING: Hours = &[(6.9, 7.6), (21.8, 22.6)];
const DARK: Hours = &[(17.2, 30.8)];
const DAYTIME: Hours = &[(7.6, 21.2)];
const AWAKE: Hours = &[(6.6, 22.8)];
const AT_HOME: Hours = &[(6.6, 8.6), (16.2, 23.0)];
const NIGHT: Hours = &[(22.9, 30.6)];
const MUSIC: Hours = &[(18.2, 20.4)];
const VISITS: Hours = &[(9.0, 21.0)];

const fn lit(hours: Hours) -> Pattern {
    Routine { hours, inside: Truth(true), outside: Truth(false) }
}

const fn degrees(hours: Hours, inside: f64, outside: f64) -> Pattern {
    Routine { hours, inside: Number(inside), outside: Number(outside) }
}

const LIGHTS: &str = "com.example.lumen";
const CLIMATE: &str = "com.example.klima";
const SENSORS: &str = "com.example.senses";
const POWER: &str = "com.example.wattwerk";
const COMFORT: &str = "com.example.comfort";

/// The apps the drivers belong to, and one for scripts: id, name, version.
pub(crate) const APPS: [(&str, &str, &str); 6] = [
    (LIGHTS, "Lumen", "2.4.1"),
    (CLIMATE, "Klima", "1.9.0"),
    (SENSORS, "Senses", "3.0.2"),
    (POWER, "Wattwerk", "1.2.7"),
    (COMFORT, "Comfort", "4.1.0"),
    ("com.athom.homeyscript", "HomeyScript", "3.6.2"),
];

const CELL: Energy = Energy::Batteries(&["CR2450"]);
const TWO_AA: Energy = Energy::Batteries(&["AA", "AA"]);
const BULB: Energy = Energy::Approximated { on: 9.0, off: 0.3 };

/// The devices, so ordered that a small home of the first few has something of everything.
#[rustfmt::skip]
pub(super) const DEVICES: [Plan; 30] = [
    Plan { name: "Floor lamp", zone: 1, class: "light", app: LIGHTS, driver: "bulb_colour", energy: BULB, parts: &[
        ("onoff", lit(EVENING), Null),
        ("dim", Kept, Number(0.75)),
        ("light_hue", Kept, Number(0.12)),
        ("light_saturation", Kept, Number(0.6)),
        ("light_temperature", Kept, Number(0.7)),
        ("light_mode", Kept, Text("temperature")),
    ] },
    Plan { name: "Thermostat", zone: 1, class: "thermostat", app: CLIMATE, driver: "thermostat", energy: Energy::Mains, parts: &[
        ("target_temperature", degrees(AWAKE, 20.5, 17.0), Null),
        ("measure_temperature", Heading, Null),
        ("thermostat_mode", Kept, Text("auto")),
        ("measure_humidity", Daily { mean: 48.0, swing: 5.0, peak: 8.0, noise: 2.0 }, Null),
    ] },
    Plan { name: "Motion sensor", zone: 3, class: "sensor", app: SENSORS, driver: "motion", energy: CELL, parts: &[
        ("alarm_motion", Bursts { hours: AT_HOME, chance: 0.55 }, Null),
        ("measure_luminance", Sunlight { full: 420.0, dark: 4.0 }, Null),
        ("measure_temperature", Daily { mean: 18.6, swing: 1.2, peak: 17.0, noise: 0.5 }, Null),
        ("measure_battery", Battery { days: 540 }, Null),
    ] },
    Plan { name: "Coffee machine", zone: 2, class: "socket", app: POWER, driver: "plug", energy: Energy::Mains, parts: &[
        ("onoff", lit(COOKING), Null),
        ("measure_power", Draw { off: 0.6, on: 1180.0 }, Null),
        ("meter_power", Meter { start: 210.0, daily: 0.9 }, Null),
        ("measure_voltage", Daily { mean: 231.0, swing: 2.0, peak: 3.0, noise: 2.5 }, Null),
    ] },
    Plan { name: "Living room blinds", zone: 1, class: "blinds", app: COMFORT, driver: "blinds", energy: Energy::Mains, parts: &[
        ("windowcoverings_set", degrees(DAYTIME, 1.0, 0.0), Null),
        ("windowcoverings_state", Kept, Text("idle")),
    ] },
    Plan { name: "Solar panels", zone: 7, class: "solarpanel", app: POWER, driver: "inverter", energy: Energy::Generator, parts: &[
        ("measure_power", Sunlight { full: 4200.0, dark: 0.0 }, Null),
        ("meter_power", Meter { start: 14_820.0, daily: 9.6 }, Null),
    ] },
    Plan { name: "Front door lock", zone: 3, class: "lock", app: COMFORT, driver: "lock", energy: TWO_AA, parts: &[
        ("locked", lit(NIGHT), Null),
        ("measure_battery", Battery { days: 260 }, Null),
    ] },
    Plan { name: "Front door", zone: 3, class: "sensor", app: SENSORS, driver: "contact", energy: CELL, parts: &[
        ("alarm_contact", Bursts { hours: AT_HOME, chance: 0.12 }, Null),
        ("alarm_battery", Kept, Truth(false)),
    ] },
    Plan { name: "Ceiling lamp", zone: 2, class: "light", app: LIGHTS, driver: "bulb_dim", energy: BULB, parts: &[
        ("onoff", lit(COOKING), Null),
        ("dim", Kept, Number(1.0)),
    ] },
    Plan { name: "Speaker", zone: 1, class: "speaker", app: COMFORT, driver: "speaker", energy: Energy::Mains, parts: &[
        ("speaker_playing", lit(MUSIC), Null),
        ("volume_set", Kept, Number(0.35)),
        ("volume_mute", Kept, Truth(false)),
        ("speaker_next", Kept, Null),
        ("speaker_prev", Kept, Null),
        ("speaker_shuffle", Kept, Truth(false)),
        ("speaker_repeat", Kept, Text("none")),
        ("speaker_artist", Rotation { texts: &["The Pretenders of Dust", "Marsh & Mallow", "Low Tide Choir"], minutes: 60 }, Null),
        ("speaker_album", Rotation { texts: &["Attic Songs", "Second Helping", "Harbour Lights"], minutes: 60 }, Null),
        ("speaker_track", Rotation { texts: &["Nine Stairs", "Warm Copper", "Gulls", "Paper Boats", "Late Tram"], minutes: 4 }, Null),
    ] },
    Plan { name: "Doorbell", zone: 3, class: "doorbell", app: SENSORS, driver: "doorbell", energy: TWO_AA, parts: &[
        ("alarm_generic", Bursts { hours: VISITS, chance: 0.02 }, Null),
        ("measure_battery", Battery { days: 320 }, Null),
    ] },
    Plan { name: "Smart meter", zone: 0, class: "sensor", app: POWER, driver: "p1", energy: Energy::Cumulative, parts: &[
        ("measure_power", Daily { mean: 460.0, swing: 290.0, peak: 19.0, noise: 240.0 }, Null),
        ("measure_power.phase1", Daily { mean: 240.0, swing: 150.0, peak: 19.0, noise: 90.0 }, Null),
        ("measure_power.phase2", Daily { mean: 220.0, swing: 140.0, peak: 19.0, noise: 90.0 }, Null),
        ("meter_power.imported", Meter { start: 22_480.0, daily: 7.8 }, Null),
        ("meter_power.exported", Meter { start: 9_120.0, daily: 5.1 }, Null),
        ("meter_gas", Meter { start: 5_410.0, daily: 2.7 }, Null),
    ] },
    Plan { name: "Weather station", zone: 7, class: "sensor", app: CLIMATE, driver: "weather", energy: TWO_AA, parts: &[
        ("measure_temperature", Outdoor, Null),
        ("measure_humidity", Daily { mean: 74.0, swing: 14.0, peak: 5.0, noise: 6.0 }, Null),
        ("measure_pressure", Daily { mean: 1014.0, swing: 2.0, peak: 10.0, noise: 4.0 }, Null),
        ("measure_wind_strength", Daily { mean: 13.0, swing: 5.0, peak: 14.0, noise: 9.0 }, Null),
        ("measure_wind_angle", Daily { mean: 215.0, swing: 35.0, peak: 12.0, noise: 60.0 }, Null),
        ("measure_luminance", Sunlight { full: 82_000.0, dark: 0.0 }, Null),
        ("measure_battery", Battery { days: 400 }, Null),
    ] },
    Plan { name: "Bedroom lamp", zone: 5, class: "light", app: LIGHTS, driver: "bulb_colour", energy: BULB, parts: &[
        ("onoff", lit(&[(21.6, 23.2)]), Null),
        ("dim", Kept, Number(0.4)),
        ("light_temperature", Kept, Number(0.9)),
        ("light_mode", Kept, Text("temperature")),
    ] },
    Plan { name: "Bedroom radiator", zone: 5, class: "radiator", app: CLIMATE, driver: "valve", energy: TWO_AA, parts: &[
        ("target_temperature", degrees(AT_HOME, 18.5, 16.0), Null),
        ("measure_temperature", Heading, Null),
        ("measure_battery", Battery { days: 700 }, Null),
    ] },
    Plan { name: "Bathroom climate", zone: 6, class: "sensor", app: SENSORS, driver: "climate", energy: CELL, parts: &[
        ("measure_temperature", Daily { mean: 21.0, swing: 1.4, peak: 20.0, noise: 0.6 }, Null),
        ("measure_humidity", Daily { mean: 63.0, swing: 13.0, peak: 7.5, noise: 5.0 }, Null),
        ("measure_battery", Battery { days: 620 }, Null),
    ] },
    Plan { name: "Television", zone: 1, class: "tv", app: COMFORT, driver: "tv", energy: Energy::Mains, parts: &[
        ("onoff", lit(&[(19.6, 22.7)]), Null),
        ("volume_set", Kept, Number(0.22)),
        ("channel_up", Kept, Null),
        ("channel_down", Kept, Null),
        ("measure_power", Draw { off: 0.5, on: 96.0 }, Null),
    ] },
    Plan { name: "Washing machine", zone: 6, class: "socket", app: POWER, driver: "plug", energy: Energy::Mains, parts: &[
        ("onoff", lit(&[(10.2, 12.1)]), Null),
        ("measure_power", Draw { off: 0.9, on: 640.0 }, Null),
        ("meter_power", Meter { start: 488.0, daily: 0.7 }, Null),
    ] },
    Plan { name: "Garden lights", zone: 7, class: "light", app: LIGHTS, driver: "switch", energy: Energy::Approximated { on: 22.0, off: 0.2 }, parts: &[
        ("onoff", lit(DARK), Null),
    ] },
    Plan { name: "Smoke alarm", zone: 4, class: "smokealarm", app: SENSORS, driver: "smoke", energy: Energy::Batteries(&["CR123A"]), parts: &[
        ("alarm_smoke", Kept, Truth(false)),
        ("alarm_battery", Kept, Truth(false)),
        ("measure_temperature", Daily { mean: 19.8, swing: 0.9, peak: 18.0, noise: 0.4 }, Null),
    ] },
    Plan { name: "Air quality", zone: 1, class: "sensor", app: SENSORS, driver: "air", energy: Energy::Mains, parts: &[
        ("measure_co2", Daily { mean: 720.0, swing: 230.0, peak: 21.5, noise: 90.0 }, Null),
        ("measure_pm25", Daily { mean: 7.0, swing: 3.0, peak: 19.0, noise: 4.0 }, Null),
        ("measure_noise", Daily { mean: 41.0, swing: 8.0, peak: 19.5, noise: 6.0 }, Null),
    ] },
    Plan { name: "Bedroom curtain", zone: 5, class: "curtain", app: COMFORT, driver: "curtain", energy: Energy::Mains, parts: &[
        ("windowcoverings_closed", lit(NIGHT), Null),
    ] },
    Plan { name: "Bathroom lamp", zone: 6, class: "light", app: LIGHTS, driver: "bulb_dim", energy: BULB, parts: &[
        ("onoff", lit(BATHING), Null),
        ("dim", Kept, Number(0.9)),
    ] },
    Plan { name: "Bathroom fan", zone: 6, class: "fan", app: COMFORT, driver: "fan", energy: Energy::Approximated { on: 14.0, off: 0.1 }, parts: &[
        ("onoff", lit(BATHING), Null),
        ("fan_speed", Kept, Number(0.5)),
    ] },
    Plan { name: "Wall switch", zone: 3, class: "button", app: LIGHTS, driver: "button", energy: CELL, parts: &[
        ("button", Kept, Null),
        ("measure_battery", Battery { days: 900 }, Null),
    ] },
    Plan { name: "Fridge", zone: 2, class: "socket", app: POWER, driver: "plug", energy: Energy::Mains, parts: &[
        ("onoff", Kept, Truth(true)),
        ("measure_power", Draw { off: 0.0, on: 84.0 }, Null),
        ("meter_power", Meter { start: 1_130.0, daily: 1.1 }, Null),
    ] },
    Plan { name: "Water leak sensor", zone: 2, class: "sensor", app: SENSORS, driver: "leak", energy: CELL, parts: &[
        ("alarm_water", Kept, Truth(false)),
        ("measure_battery", Battery { days: 800 }, Null),
    ] },
    Plan { name: "Robot vacuum", zone: 1, class: "vacuumcleaner", app: COMFORT, driver: "vacuum", energy: Energy::Batteries(&["INTERNAL"]), parts: &[
        ("vacuumcleaner_state", Routine { hours: &[(10.1, 11.3)], inside: Text("cleaning"), outside: Text("docked") }, Null),
        ("measure_battery", Daily { mean: 78.0, swing: 18.0, peak: 4.0, noise: 2.0 }, Null),
    ] },
    Plan { name: "Alarm system", zone: 0, class: "homealarm", app: SENSORS, driver: "alarm", energy: Energy::Mains, parts: &[
        ("homealarm_state", Routine { hours: NIGHT, inside: Text("partially_armed"), outside: Text("disarmed") }, Null),
        ("alarm_tamper", Kept, Truth(false)),
    ] },
    Plan { name: "Charging station", zone: 7, class: "evcharger", app: POWER, driver: "charger", energy: Energy::Unknown, parts: &[
        ("evcharger_charging", lit(&[(23.2, 27.0)]), Null),
        ("evcharger_charging_state", Routine { hours: &[(23.2, 27.0)], inside: Text("plugged_in_charging"), outside: Text("plugged_out") }, Null),
        ("meter_power", Meter { start: 3_060.0, daily: 6.2 }, Null),
    ] },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_names_zones_apps_and_capabilities_that_exist() {
        for plan in &DEVICES {
            assert!(ZONES.get(plan.zone).is_some(), "{}", plan.name);
            assert!(APPS.iter().any(|(id, ..)| *id == plan.app), "{}", plan.name);
            assert!(super::super::class::ALL.contains(&plan.class), "{}", plan.class);
            assert!(!plan.parts.is_empty());
            for (capability, ..) in plan.parts {
                assert!(super::super::definition::of(capability).is_some(), "{capability}");
            }
        }
        let names: std::collections::BTreeSet<_> = DEVICES.iter().map(|plan| plan.name).collect();
        assert_eq!(names.len(), DEVICES.len(), "names are unique");
    }
}
