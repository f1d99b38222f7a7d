//! What each capability of the vendor becomes in Home Assistant when it stands alone: component, device class,
//! state class, unit.

/// A capability, and its component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) capability: &'static str,
    pub(crate) component: &'static str,
    /// The device class; empty for none.
    pub(crate) class: &'static str,
    /// The state class of a sensor; empty for none.
    pub(crate) state_class: &'static str,
    /// The unit; empty for none.
    pub(crate) unit: &'static str,
    /// `diagnostic`, `config`, or empty.
    pub(crate) category: &'static str,
    /// Whether Home Assistant shows it from the start.
    pub(crate) enabled: bool,
}

impl Row {
    const fn diagnostic(self) -> Self {
        Self { category: "diagnostic", ..self }
    }

    const fn config(self) -> Self {
        Self { category: "config", ..self }
    }

    const fn hidden(self) -> Self {
        Self { enabled: false, ..self }
    }
}

const fn row(capability: &'static str, component: &'static str, class: &'static str) -> Row {
    Row { capability, component, class, state_class: "", unit: "", category: "", enabled: true }
}

const fn sensor(
    capability: &'static str,
    class: &'static str,
    state_class: &'static str,
    unit: &'static str,
) -> Row {
    Row { state_class, unit, ..row(capability, "sensor", class) }
}

const fn level(capability: &'static str) -> Row {
    row(capability, "sensor", "enum")
}

const fn binary(capability: &'static str, class: &'static str) -> Row {
    row(capability, "binary_sensor", class)
}

const fn number(capability: &'static str, class: &'static str, unit: &'static str) -> Row {
    Row { unit, ..row(capability, "number", class) }
}

/// The row of a capability, by what stands before the dot of its id.
pub(crate) fn row_of(capability: &str) -> Option<&'static Row> {
    let base = capability.split('.').next().unwrap_or_default();
    ROWS.iter().find(|row| row.capability == base)
}

/// All rows.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    sensor("measure_temperature", "temperature", "measurement", "°C"),
    sensor("measure_co", "carbon_monoxide", "measurement", "ppm"),
    sensor("measure_co2", "carbon_dioxide", "measurement", "ppm"),
    sensor("measure_pm25", "pm25", "measurement", "µg/m³"),
    sensor("measure_humidity", "humidity", "measurement", "%"),
    sensor("measure_pressure", "atmospheric_pressure", "measurement", "mbar"),
    sensor("measure_noise", "sound_pressure", "measurement", "dB"),
    sensor("measure_rain", "precipitation", "measurement", "mm"),
    sensor("measure_wind_strength", "wind_speed", "measurement", "km/h"),
    sensor("measure_wind_angle", "wind_direction", "measurement_angle", "°"),
    sensor("measure_gust_strength", "wind_speed", "measurement", "km/h"),
    sensor("measure_gust_angle", "wind_direction", "measurement_angle", "°"),
    sensor("measure_battery", "battery", "measurement", "%").diagnostic(),
    sensor("measure_power", "power", "measurement", "W"),
    sensor("measure_voltage", "voltage", "measurement", "V"),
    sensor("measure_current", "current", "measurement", "A"),
    sensor("measure_luminance", "illuminance", "measurement", "lx"),
    sensor("measure_ultraviolet", "", "measurement", "UV index"),
    sensor("measure_water", "volume_flow_rate", "measurement", "L/min"),
    sensor("meter_power", "energy", "total_increasing", "kWh"),
    sensor("meter_water", "water", "total_increasing", "m³"),
    sensor("meter_gas", "gas", "total_increasing", "m³"),
    sensor("meter_rain", "volume", "total_increasing", "m³"),
    sensor("speaker_artist", "", "", ""),
    sensor("speaker_album", "", "", ""),
    sensor("speaker_track", "", "", ""),
    sensor("speaker_duration", "duration", "", "s").hidden(),
    sensor("speaker_position", "duration", "", "s").hidden(),
    level("battery_charging_state"),
    level("dishwasher_program"),
    sensor("measure_hepa_filter", "", "measurement", "%").diagnostic(),
    level("laundry_washer_program"),
    level("level_aqi"),
    level("level_carbon_filter"),
    level("level_ch2o"),
    level("level_co"),
    level("level_co2"),
    level("level_nox"),
    level("level_o3"),
    level("level_pm1"),
    level("level_pm01"),
    level("level_pm10"),
    level("level_pm25"),
    level("level_radon"),
    level("level_so2"),
    level("level_tvoc"),
    sensor("measure_aqi", "aqi", "measurement", ""),
    sensor("measure_carbon_filter", "", "measurement", "%").diagnostic(),
    sensor("measure_ch2o", "", "measurement", "µg/m³"),
    sensor("measure_content_volume", "volume_storage", "measurement", "L"),
    sensor("measure_data_rate", "data_rate", "measurement", "bit/s"),
    sensor("measure_data_size", "data_size", "measurement", "B"),
    sensor("measure_distance", "distance", "measurement", "m"),
    sensor("measure_frequency", "frequency", "measurement", "Hz"),
    level("level_hepa_filter"),
    sensor("measure_moisture", "moisture", "measurement", "%"),
    sensor("measure_monetary", "monetary", "", "EUR"),
    sensor("measure_nox", "", "measurement", "µg/m³"),
    sensor("measure_o3", "ozone", "measurement", "µg/m³"),
    sensor("measure_odor", "", "measurement", "OU"),
    sensor("measure_ph", "ph", "measurement", ""),
    sensor("measure_pm1", "pm1", "measurement", "µg/m³"),
    sensor("measure_pm01", "", "measurement", "µg/m³"),
    sensor("measure_pm10", "pm10", "measurement", "µg/m³"),
    sensor("measure_radon", "", "measurement", "Bq/m³"),
    sensor("measure_rain_intensity", "precipitation_intensity", "measurement", "mm/h"),
    sensor("measure_rotation", "", "measurement_angle", "°"),
    sensor("measure_signal_strength", "signal_strength", "measurement", "dB").diagnostic().hidden(),
    sensor("measure_so2", "sulphur_dioxide", "measurement", "µg/m³"),
    sensor("measure_speed", "speed", "measurement", "m/s"),
    sensor("measure_tvoc", "volatile_organic_compounds", "measurement", "µg/m³"),
    sensor("measure_tvoc_index", "", "measurement", ""),
    sensor("measure_weight", "weight", "measurement", "g"),
    level("operational_state"),
    level("ev_charging_state"),
    level("evcharger_charging_state"),
    sensor("progress", "", "measurement", "%"),
    binary("alarm_generic", ""),
    binary("alarm_motion", "motion"),
    binary("alarm_contact", "opening"),
    binary("alarm_co", "carbon_monoxide"),
    binary("alarm_co2", "problem"),
    binary("alarm_pm25", "problem"),
    binary("alarm_tamper", "tamper").diagnostic(),
    binary("alarm_smoke", "smoke"),
    binary("alarm_fire", "safety"),
    binary("alarm_heat", "heat"),
    binary("alarm_water", "moisture"),
    binary("alarm_battery", "battery").diagnostic(),
    binary("alarm_night", ""),
    binary("alarm_bin_full", "problem"),
    binary("alarm_bin_missing", "problem"),
    binary("alarm_cleaning_pad_missing", "problem"),
    binary("alarm_cold", "cold"),
    binary("alarm_connectivity", "problem").diagnostic(),
    binary("alarm_door_fault", "problem").diagnostic(),
    binary("alarm_gas", "gas"),
    binary("alarm_light", "light"),
    binary("alarm_lost", "problem"),
    binary("alarm_moisture", "moisture"),
    binary("alarm_noise", "sound"),
    binary("alarm_occupancy", "occupancy"),
    binary("alarm_pm01", "problem"),
    binary("alarm_pm1", "problem"),
    binary("alarm_pm10", "problem"),
    binary("alarm_power", "power"),
    binary("alarm_presence", "presence"),
    binary("alarm_problem", "problem").diagnostic(),
    binary("alarm_pump_device", "problem"),
    binary("alarm_pump_supply", "problem"),
    binary("alarm_running", "running"),
    binary("alarm_safety", "safety"),
    binary("alarm_stuck", "problem"),
    binary("alarm_tank_empty", "problem"),
    binary("alarm_tank_missing", "problem"),
    binary("alarm_tank_open", "problem"),
    binary("alarm_vibration", "vibration"),
    binary("docked", ""),
    binary("alarm_freeze_risk", "cold"),
    binary("alarm_rain", "moisture"),
    binary("alarm_open", "opening"),
    number("dim", "", "%"),
    number("light_hue", "", "°"),
    number("light_saturation", "", "%"),
    number("light_temperature", "", "%"),
    number("target_temperature", "temperature", "°C"),
    number("volume_set", "", "%"),
    number("windowcoverings_tilt_set", "", "%"),
    number("fan_speed", "", "%"),
    number("pump_setpoint", "", "%"),
    number("target_humidity_max", "humidity", "%"),
    number("target_humidity_min", "humidity", "%"),
    number("target_humidity", "humidity", "%"),
    number("target_power", "power", "W"),
    number("target_temperature_max", "temperature", "°C"),
    number("target_temperature_min", "temperature", "°C"),
    number("valve_position", "", "%"),
    number("cooking_time", "duration", "s"),
    number("power_level", "", "%"),
    row("light_mode", "select", ""),
    row("vacuumcleaner_state", "select", ""),
    row("thermostat_mode", "select", ""),
    row("lock_mode", "select", "").config(),
    row("speaker_repeat", "select", ""),
    row("audio_output", "select", ""),
    row("fan_mode", "select", ""),
    row("heater_operation_mode", "select", ""),
    row("hot_water_mode", "select", ""),
    row("laundry_washer_cycles", "select", ""),
    row("laundry_washer_speed", "select", ""),
    row("media_input", "select", ""),
    row("mower_state", "select", ""),
    row("pump_mode", "select", ""),
    row("refrigerator_mode", "select", ""),
    row("swing_mode", "select", ""),
    row("target_power_mode", "select", "").config(),
    row("target_temperature_level", "select", ""),
    row("vacuumcleaner_job_mode", "select", ""),
    row("oven_mode", "select", ""),
    row("microwave_mode", "select", ""),
    row("laundry_dryer_dryness", "select", ""),
    row("onoff", "switch", ""),
    row("volume_mute", "switch", ""),
    row("speaker_playing", "switch", ""),
    row("speaker_shuffle", "switch", ""),
    row("oscillating", "switch", ""),
    row("evcharger_charging", "switch", ""),
    row("power_boost", "switch", ""),
    row("volume_up", "button", ""),
    row("volume_down", "button", ""),
    row("channel_up", "button", ""),
    row("channel_down", "button", ""),
    row("windowcoverings_tilt_up", "button", ""),
    row("windowcoverings_tilt_down", "button", ""),
    row("button", "button", ""),
    row("speaker_next", "button", ""),
    row("speaker_prev", "button", ""),
    row("speaker_stop", "button", ""),
    row("garagedoor_closed", "cover", "garage"),
    row("windowcoverings_state", "cover", ""),
    row("windowcoverings_closed", "cover", ""),
    row("windowcoverings_set", "cover", ""),
    row("locked", "lock", ""),
    row("homealarm_state", "alarm_control_panel", ""),
];
