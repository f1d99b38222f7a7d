//! The capabilities that the system defines, and the metric of each.
//!
//! What stands before the first dot of a capability decides: `measure_power.phase1` is a
//! `measure_power`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::quantity::Quantity::{self, *};

/// The value of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// 0 or 1.
    Boolean,
    /// 0 or 1 for each state.
    Enum,
    /// A number of that quantity, and the Homey's unit where a device names none.
    Number(Quantity, &'static str),
}

/// The metric of a capability.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CapabilityMetric {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) shape: Shape,
}

/// What is exported of a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Export {
    /// The metric at that place of [`METRICS`].
    Metric(usize),
    /// It has no value of its own, and is pressed.
    Button,
    /// It is none of the system's.
    Custom,
}

/// Whether a value changes each second of a song, so that it is left out by default.
pub(super) fn is_playback(capability: &str) -> bool {
    matches!(base(capability), "speaker_duration" | "speaker_position")
}

/// What a capability measures: its id up to the first dot.
pub(crate) fn base(capability: &str) -> &str {
    capability.split('.').next().unwrap_or(capability)
}

/// What is exported of a capability, by its id.
pub(super) fn export(capability: &str) -> Export {
    let base = base(capability);
    match BY_CAPABILITY.get(base) {
        Some(place) => Export::Metric(*place),
        None if BUTTONS.contains(&base) => Export::Button,
        None => Export::Custom,
    }
}

/// All of them, in the order of their names.
pub(super) static METRICS: LazyLock<Vec<CapabilityMetric>> = LazyLock::new(|| {
    CAPABILITIES.iter().map(|(capability, shape)| metric(capability, *shape)).collect()
});

static CAPABILITIES: LazyLock<Vec<(&str, Shape)>> = LazyLock::new(|| {
    let booleans = BOOLEANS.iter().map(|one| (*one, Shape::Boolean));
    let enums = ENUMS.iter().map(|one| (*one, Shape::Enum));
    let numbers = NUMBERS.iter().map(|(one, of, unit)| (*one, Shape::Number(*of, unit)));
    let mut all: Vec<_> = booleans.chain(enums).chain(numbers).collect();
    all.sort_by_cached_key(|(capability, shape)| metric(capability, *shape).name);
    all
});

static BY_CAPABILITY: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
    CAPABILITIES.iter().enumerate().map(|(place, (capability, _))| (*capability, place)).collect()
});

fn metric(capability: &str, shape: Shape) -> CapabilityMetric {
    let (suffix, help) = match shape {
        Shape::Boolean => ("", format!("Capability {capability}, 0 or 1")),
        Shape::Enum => ("", format!("Capability {capability}, 1 for the present state")),
        Shape::Number(quantity, _) => {
            (quantity.suffix(), format!("Capability {capability}{}", quantity.in_words()))
        }
    };
    CapabilityMetric { name: format!("homey_{capability}{suffix}"), help, shape }
}

const BOOLEANS: &[&str] = &[
    "onoff",
    "alarm_generic",
    "alarm_motion",
    "alarm_contact",
    "alarm_co",
    "alarm_co2",
    "alarm_pm25",
    "alarm_tamper",
    "alarm_smoke",
    "alarm_fire",
    "alarm_heat",
    "alarm_water",
    "alarm_battery",
    "alarm_night",
    "volume_mute",
    "locked",
    "garagedoor_closed",
    "windowcoverings_closed",
    "speaker_playing",
    "speaker_shuffle",
    "alarm_bin_full",
    "alarm_bin_missing",
    "alarm_cleaning_pad_missing",
    "alarm_cold",
    "alarm_connectivity",
    "alarm_door_fault",
    "alarm_gas",
    "alarm_light",
    "alarm_lost",
    "alarm_moisture",
    "alarm_noise",
    "alarm_occupancy",
    "alarm_pm01",
    "alarm_pm1",
    "alarm_pm10",
    "alarm_power",
    "alarm_presence",
    "alarm_problem",
    "alarm_pump_device",
    "alarm_pump_supply",
    "alarm_running",
    "alarm_safety",
    "alarm_stuck",
    "alarm_tank_empty",
    "alarm_tank_missing",
    "alarm_tank_open",
    "alarm_vibration",
    "docked",
    "oscillating",
    "evcharger_charging",
    "alarm_freeze_risk",
    "alarm_rain",
    "alarm_open",
    "power_boost",
];

const ENUMS: &[&str] = &[
    "light_mode",
    "vacuumcleaner_state",
    "thermostat_mode",
    "homealarm_state",
    "lock_mode",
    "windowcoverings_state",
    "speaker_repeat",
    "audio_output",
    "battery_charging_state",
    "dishwasher_program",
    "fan_mode",
    "heater_operation_mode",
    "hot_water_mode",
    "laundry_washer_cycles",
    "laundry_washer_program",
    "laundry_washer_speed",
    "level_aqi",
    "level_carbon_filter",
    "level_ch2o",
    "level_co",
    "level_co2",
    "level_nox",
    "level_o3",
    "level_pm1",
    "level_pm01",
    "level_pm10",
    "level_pm25",
    "level_radon",
    "level_so2",
    "level_tvoc",
    "level_hepa_filter",
    "media_input",
    "mower_state",
    "operational_state",
    "pump_mode",
    "refrigerator_mode",
    "swing_mode",
    "target_power_mode",
    "target_temperature_level",
    "vacuumcleaner_job_mode",
    "ev_charging_state",
    "evcharger_charging_state",
    "oven_mode",
    "microwave_mode",
    "laundry_dryer_dryness",
];

/// They have no state.
const BUTTONS: &[&str] = &[
    "volume_up",
    "volume_down",
    "channel_up",
    "channel_down",
    "windowcoverings_tilt_up",
    "windowcoverings_tilt_down",
    "button",
    "speaker_next",
    "speaker_prev",
    "speaker_stop",
];

const NUMBERS: &[(&str, Quantity, &str)] = &[
    ("dim", Share, "%"),
    ("light_hue", Share, ""),
    ("light_saturation", Share, ""),
    ("light_temperature", Share, ""),
    ("target_temperature", Celsius, "°C"),
    ("measure_temperature", Celsius, "°C"),
    ("measure_co", PartsPerMillion, "ppm"),
    ("measure_co2", PartsPerMillion, "ppm"),
    ("measure_pm25", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_humidity", Percent, "%"),
    ("measure_pressure", Pascals, "mbar"),
    ("measure_noise", Decibels, "dB"),
    ("measure_rain", Meters, "mm"),
    ("measure_wind_strength", MetersPerSecond, "km/h"),
    ("measure_wind_angle", Degrees, "°"),
    ("measure_gust_strength", MetersPerSecond, "km/h"),
    ("measure_gust_angle", Degrees, "°"),
    ("measure_battery", Percent, "%"),
    ("measure_power", Watts, "W"),
    ("measure_voltage", Volts, "V"),
    ("measure_current", Amperes, "A"),
    ("measure_luminance", Lux, "lx"),
    ("measure_ultraviolet", Index, "UVI"),
    ("measure_water", LitersPerMinute, "L/min"),
    ("meter_power", KilowattHours, "kWh"),
    ("meter_water", CubicMeters, "m³"),
    ("meter_gas", CubicMeters, "m³"),
    ("meter_rain", CubicMeters, "m³"),
    ("volume_set", Share, "%"),
    ("windowcoverings_tilt_set", Share, "%"),
    ("windowcoverings_set", Share, "%"),
    ("speaker_duration", Seconds, ""),
    ("speaker_position", Seconds, ""),
    ("fan_speed", Share, "%"),
    ("measure_hepa_filter", Percent, "%"),
    ("measure_aqi", Index, ""),
    ("measure_carbon_filter", Percent, "%"),
    ("measure_ch2o", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_content_volume", Liters, "L"),
    ("measure_data_rate", BytesPerSecond, "b/s"),
    ("measure_data_size", Bytes, "bytes"),
    ("measure_distance", Meters, "m"),
    ("measure_frequency", Hertz, "Hz"),
    ("measure_moisture", Percent, "%"),
    ("measure_monetary", Currency, "€"),
    ("measure_nox", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_o3", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_odor", OdorUnits, "OU"),
    ("measure_ph", Plain, ""),
    ("measure_pm1", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_pm01", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_pm10", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_radon", BecquerelsPerCubicMeter, "Bq/m³"),
    ("measure_rain_intensity", MetersPerHour, "mm/h"),
    ("measure_rotation", Degrees, "°"),
    ("measure_signal_strength", Decibels, "dB"),
    ("measure_so2", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_speed", MetersPerSecond, "m/s"),
    ("measure_tvoc", MicrogramsPerCubicMeter, "μg/m³"),
    ("measure_tvoc_index", Plain, ""),
    ("measure_weight", Grams, "g"),
    ("pump_setpoint", Share, "%"),
    ("target_humidity_max", Share, "%"),
    ("target_humidity_min", Share, "%"),
    ("target_humidity", Share, "%"),
    ("target_power", Watts, "W"),
    ("target_temperature_max", Celsius, "°C"),
    ("target_temperature_min", Celsius, "°C"),
    ("valve_position", Share, "%"),
    ("cooking_time", Seconds, "s"),
    ("power_level", Share, "%"),
    ("progress", Percent, "%"),
];
