//! Units as Home Assistant writes them, and which of them a device class takes.

/// A Homey's unit in the spelling of Home Assistant; empty for none.
pub(crate) fn unit(homey: &str) -> String {
    match homey.trim() {
        "℃" => "°C".to_owned(),
        "℉" => "°F".to_owned(),
        "UVI" => "UV index".to_owned(),
        "b/s" => "bit/s".to_owned(),
        "bytes" => "B".to_owned(),
        "€" => "EUR".to_owned(),
        "$" => "USD".to_owned(),
        "£" => "GBP".to_owned(),
        "RSSI" => "dBm".to_owned(),
        "l" => "L".to_owned(),
        "l/min" => "L/min".to_owned(),
        "m3" => "m³".to_owned(),
        "m3/h" => "m³/h".to_owned(),
        // Newer releases take the micro sign for the Greek letter; older ones know nothing else.
        unit => unit.replace('μ', "µ"),
    }
}

/// The units of the device classes that are strict about them, as far as all releases know them.
const UNITS: &[(&str, &[&str])] = &[
    ("apparent_power", &["VA"]),
    ("atmospheric_pressure", &["bar", "cbar", "hPa", "inHg", "kPa", "mbar", "mmHg", "Pa", "psi"]),
    ("battery", &["%"]),
    ("carbon_dioxide", &["ppm"]),
    ("carbon_monoxide", &["ppm"]),
    ("current", &["A", "mA"]),
    ("data_rate", &["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "B/s", "kB/s", "MB/s", "GB/s"]),
    ("data_size", &["bit", "kbit", "Mbit", "Gbit", "B", "kB", "MB", "GB", "TB"]),
    ("distance", &["cm", "ft", "in", "km", "m", "mi", "mm", "yd"]),
    ("duration", &["d", "h", "min", "s", "ms"]),
    ("energy", &["kWh", "MWh", "Wh"]),
    ("frequency", &["GHz", "Hz", "kHz", "MHz"]),
    ("gas", &["m³", "ft³"]),
    ("humidity", &["%"]),
    ("illuminance", &["lx"]),
    ("moisture", &["%"]),
    ("ozone", &["µg/m³"]),
    ("pm1", &["µg/m³"]),
    ("pm10", &["µg/m³"]),
    ("pm25", &["µg/m³"]),
    ("power", &["W", "kW"]),
    ("precipitation", &["cm", "in", "mm"]),
    ("precipitation_intensity", &["in/d", "in/h", "mm/d", "mm/h"]),
    ("pressure", &["bar", "cbar", "hPa", "inHg", "kPa", "mbar", "mmHg", "Pa", "psi"]),
    ("signal_strength", &["dB", "dBm"]),
    ("sound_pressure", &["dB", "dBA"]),
    ("speed", &["ft/s", "km/h", "kn", "m/s", "mph", "mm/d", "in/d", "in/h", "mm/h"]),
    ("sulphur_dioxide", &["µg/m³"]),
    ("temperature", &["°C", "°F", "K"]),
    ("volatile_organic_compounds", &["µg/m³"]),
    ("voltage", &["V", "mV"]),
    ("volume", &["L", "mL", "gal", "m³", "ft³"]),
    ("volume_flow_rate", &["L/min", "m³/h", "ft³/min", "gal/min"]),
    ("volume_storage", &["L", "mL", "gal", "m³", "ft³"]),
    ("water", &["L", "gal", "m³", "ft³"]),
    ("weight", &["kg", "g", "mg", "µg", "oz", "lb", "st"]),
    ("wind_speed", &["ft/s", "km/h", "kn", "m/s", "mph"]),
];

/// Whether a device class goes with a unit.
pub(crate) fn goes_with(class: &str, unit: &str) -> bool {
    match class {
        "aqi" | "ph" => unit.is_empty() || unit == "pH" && class == "ph",
        "monetary" => unit.len() == 3 && unit.chars().all(|letter| letter.is_ascii_uppercase()),
        "enum" => unit.is_empty(),
        class => UNITS
            .iter()
            .find(|(known, _)| *known == class)
            .is_none_or(|(_, all)| all.contains(&unit)),
    }
}

/// The device class of a unit that means one thing only.
pub(crate) fn class_of(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "°C" | "°F" => "temperature",
        "W" | "kW" => "power",
        "kWh" | "Wh" | "MWh" => "energy",
        "V" | "mV" => "voltage",
        "A" | "mA" => "current",
        "lx" => "illuminance",
        "Hz" | "kHz" => "frequency",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (homey, want) in [
            ("℃", "°C"),
            (" %", "%"),
            ("bytes", "B"),
            ("μg/m³", "µg/m³"),
            ("UVI", "UV index"),
            ("", ""),
        ] {
            assert_eq!(unit(homey), want);
        }
        assert!(goes_with("temperature", "°C") && !goes_with("temperature", "%"));
        assert!(goes_with("monetary", "EUR") && !goes_with("monetary", "ct"));
        assert!(goes_with("", "anything") && !goes_with("enum", "W"));
    }
}
