//! Physical quantities: the unit of the metric, and the units of Homeys converted to it.

/// A quantity that metrics have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// A share that Homeys write from 0 to 1, whatever unit stands beside it.
    Share,
    /// A share that Homeys write from 0 to 100.
    Percent,
    Celsius,
    PartsPerMillion,
    MicrogramsPerCubicMeter,
    Pascals,
    Decibels,
    Meters,
    MetersPerSecond,
    MetersPerHour,
    Degrees,
    Watts,
    KilowattHours,
    Volts,
    Amperes,
    Hertz,
    Lux,
    /// A number of an index, such as that of ultraviolet light.
    Index,
    LitersPerMinute,
    Liters,
    CubicMeters,
    Seconds,
    Bytes,
    BytesPerSecond,
    Grams,
    BecquerelsPerCubicMeter,
    OdorUnits,
    /// The currency of the home.
    Currency,
    /// A number whose name says what it is.
    Plain,
}

/// How a number of the Homey becomes that of the metric: `(number - zero) * times / per`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Conversion {
    zero: f64,
    times: f64,
    /// Divided by, since a hundredth is no binary number.
    per: f64,
}

impl Conversion {
    pub(super) const NONE: Self = Self { zero: 0.0, times: 1.0, per: 1.0 };

    const fn times(times: f64) -> Self {
        Self { times, ..Self::NONE }
    }

    const fn per(per: f64) -> Self {
        Self { per, ..Self::NONE }
    }

    /// The number of the metric.
    pub(super) fn apply(self, number: f64) -> f64 {
        (number - self.zero) * self.times / self.per
    }
}

impl Quantity {
    /// The end of a metric's name.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Share | Self::Percent => "_ratio",
            Self::Celsius => "_celsius",
            Self::PartsPerMillion => "_parts_per_million",
            Self::MicrogramsPerCubicMeter => "_ug_per_m3",
            Self::Pascals => "_pascals",
            Self::Decibels => "_decibels",
            Self::Meters => "_meters",
            Self::MetersPerSecond => "_meters_per_second",
            Self::MetersPerHour => "_meters_per_hour",
            Self::Degrees => "_degrees",
            Self::Watts => "_watts",
            Self::KilowattHours => "_kilowatthours",
            Self::Volts => "_volts",
            Self::Amperes => "_amperes",
            Self::Hertz => "_hertz",
            Self::Lux => "_lux",
            Self::Index => "_index",
            Self::LitersPerMinute => "_liters_per_minute",
            Self::Liters => "_liters",
            Self::CubicMeters => "_cubic_meters",
            Self::Seconds => "_seconds",
            Self::Bytes => "_bytes",
            Self::BytesPerSecond => "_bytes_per_second",
            Self::Grams => "_grams",
            Self::BecquerelsPerCubicMeter => "_becquerels_per_cubic_meter",
            Self::OdorUnits => "_odor_units",
            Self::Currency => "_currency",
            Self::Plain => "",
        }
    }

    /// The unit in a description: ` in watts`; empty for plain numbers.
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Share | Self::Percent => ", from 0 to 1".to_owned(),
            Self::Index | Self::Plain => String::new(),
            Self::Currency => " in the currency of the home".to_owned(),
            unit => format!(" in{}", unit.suffix().replace('_', " ")),
        }
    }

    /// The conversion from a unit as devices write it. `max` is the largest value of the device.
    /// `None` for a unit that is not known here, or of another quantity.
    pub(super) fn conversion_of(self, unit: &str, max: Option<f64>) -> Option<Conversion> {
        use Conversion as C;
        let found = match (self, unit.trim()) {
            (Self::Share | Self::Percent, "%" | "") => match max {
                Some(1.0) => C::NONE,
                Some(100.0) => C::per(100.0),
                _ if self == Self::Share => C::NONE,
                _ => C::per(100.0),
            },
            (Self::Celsius, "°C" | "C" | "℃") => C::NONE,
            (Self::Celsius, "°F" | "F" | "℉") => C { zero: 32.0, times: 5.0, per: 9.0 },
            (Self::Celsius, "K") => C { zero: 273.15, ..C::NONE },
            (Self::PartsPerMillion, "ppm") => C::NONE,
            (Self::PartsPerMillion, "ppb") => C::per(1000.0),
            // Both letters that look like a mu.
            (Self::MicrogramsPerCubicMeter, "μg/m³" | "µg/m³" | "ug/m3" | "μg/m3" | "µg/m3") => {
                C::NONE
            }
            (Self::MicrogramsPerCubicMeter, "mg/m³" | "mg/m3") => C::times(1000.0),
            (Self::Pascals, "Pa") => C::NONE,
            (Self::Pascals, "mbar" | "hPa" | "mBar") => C::times(100.0),
            (Self::Pascals, "kPa") => C::times(1000.0),
            (Self::Pascals, "bar") => C::times(100_000.0),
            (Self::Pascals, "psi") => C::times(6_894.757_293_168),
            (Self::Pascals, "mmHg") => C::times(133.322_387_415),
            (Self::Pascals, "inHg") => C::times(3_386.388_64),
            (Self::Decibels, "dB" | "dBA" | "dB(A)" | "dBm") => C::NONE,
            (Self::Meters, "m") => C::NONE,
            (Self::Meters, "km") => C::times(1000.0),
            (Self::Meters, "cm") => C::per(100.0),
            (Self::Meters, "mm") => C::per(1000.0),
            (Self::Meters, "in" | "inch") => C::times(0.0254),
            (Self::Meters, "ft") => C::times(0.3048),
            (Self::MetersPerSecond, "m/s") => C::NONE,
            (Self::MetersPerSecond, "km/h" | "kph" | "kmh") => C::per(3.6),
            (Self::MetersPerSecond, "mph") => C::times(0.447_04),
            (Self::MetersPerSecond, "kn" | "kt" | "knots") => {
                C { times: 1852.0, per: 3600.0, zero: 0.0 }
            }
            (Self::MetersPerHour, "m/h") => C::NONE,
            (Self::MetersPerHour, "mm/h") => C::per(1000.0),
            (Self::MetersPerHour, "in/h") => C::times(0.0254),
            (Self::Degrees, "°" | "deg" | "degrees") => C::NONE,
            (Self::Watts, "W") => C::NONE,
            (Self::Watts, "kW") => C::times(1000.0),
            (Self::Watts, "mW") => C::per(1000.0),
            (Self::KilowattHours, "kWh") => C::NONE,
            (Self::KilowattHours, "Wh") => C::per(1000.0),
            (Self::KilowattHours, "MWh") => C::times(1000.0),
            (Self::KilowattHours, "MJ") => C::per(3.6),
            (Self::KilowattHours, "GJ") => C { times: 1000.0, per: 3.6, zero: 0.0 },
            (Self::Volts, "V") | (Self::Amperes, "A") => C::NONE,
            (Self::Volts, "mV") | (Self::Amperes, "mA") => C::per(1000.0),
            (Self::Volts, "kV") => C::times(1000.0),
            (Self::Hertz, "Hz") => C::NONE,
            (Self::Hertz, "kHz") => C::times(1000.0),
            (Self::Hertz, "MHz") => C::times(1_000_000.0),
            (Self::Lux, "lx" | "lux" | "Lux") => C::NONE,
            (Self::Index, "UVI" | "UV index" | "AQI" | "") => C::NONE,
            (Self::LitersPerMinute, "L/min" | "l/min") => C::NONE,
            (Self::LitersPerMinute, "L/h" | "l/h") => C::per(60.0),
            (Self::LitersPerMinute, "m³/h" | "m3/h") => C { times: 1000.0, per: 60.0, zero: 0.0 },
            (Self::Liters, "L" | "l") => C::NONE,
            (Self::Liters, "mL" | "ml") => C::per(1000.0),
            (Self::Liters, "m³" | "m3") => C::times(1000.0),
            (Self::CubicMeters, "m³" | "m3") => C::NONE,
            (Self::CubicMeters, "L" | "l" | "dm³" | "dm3") => C::per(1000.0),
            (Self::CubicMeters, "ft³" | "ft3") => C::times(0.028_316_846_592),
            (Self::CubicMeters, "gal") => C::times(0.003_785_411_784),
            (Self::Seconds, "s" | "") => C::NONE,
            (Self::Seconds, "ms") => C::per(1000.0),
            (Self::Seconds, "min") => C::times(60.0),
            (Self::Seconds, "h") => C::times(3600.0),
            (Self::Bytes, "bytes" | "B") => C::NONE,
            (Self::Bytes, "kB" | "KB") => C::times(1e3),
            (Self::Bytes, "MB") => C::times(1e6),
            (Self::Bytes, "GB") => C::times(1e9),
            (Self::BytesPerSecond, "B/s") => C::NONE,
            (Self::BytesPerSecond, "b/s" | "bit/s" | "bps") => C::per(8.0),
            (Self::BytesPerSecond, "kb/s" | "kbit/s" | "kbps") => C::times(125.0),
            (Self::BytesPerSecond, "Mb/s" | "Mbit/s" | "Mbps") => C::times(125_000.0),
            (Self::BytesPerSecond, "kB/s" | "KB/s") => C::times(1e3),
            (Self::BytesPerSecond, "MB/s") => C::times(1e6),
            (Self::Grams, "g") => C::NONE,
            (Self::Grams, "kg") => C::times(1000.0),
            (Self::Grams, "mg") => C::per(1000.0),
            (Self::Grams, "lb" | "lbs") => C::times(453.592_37),
            (Self::BecquerelsPerCubicMeter, "Bq/m³" | "Bq/m3") => C::NONE,
            (Self::BecquerelsPerCubicMeter, "pCi/L") => C::times(37.0),
            (Self::OdorUnits, "OU") => C::NONE,
            // Whatever the currency is.
            (Self::Currency, _) => C::NONE,
            (Self::Plain, "" | "pH") => C::NONE,
            _ => return None,
        };
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity::*;

    #[test]
    fn units_of_devices_are_converted() {
        for (quantity, unit, max, number, want) in [
            (Share, "%", None, 0.4, Some(0.4)),
            (Share, "%", Some(1.0), 0.4, Some(0.4)),
            (Share, "%", Some(100.0), 40.0, Some(0.4)),
            (Share, "%", Some(0.9), 0.4, Some(0.4)),
            (Share, "", Some(1.0), 0.4, Some(0.4)),
            (Share, "W", None, 0.4, None),
            (Percent, "%", None, 57.0, Some(0.57)),
            (Percent, "%", Some(1.0), 0.57, Some(0.57)),
            (Percent, "ppm", None, 57.0, None),
            (Celsius, "°F", None, 212.0, Some(100.0)),
            (Celsius, "°F", None, 32.0, Some(0.0)),
            (Celsius, "K", None, 273.15, Some(0.0)),
            (Celsius, " °C ", None, 21.3, Some(21.3)),
            (Pascals, "mbar", None, 1013.25, Some(101_325.0)),
            (Pascals, "bar", None, 1.5, Some(150_000.0)),
            (Pascals, "psi", None, 1.0, Some(6_894.757_293_168)),
            (Meters, "mm", None, 12.0, Some(0.012)),
            (MetersPerSecond, "km/h", None, 36.0, Some(10.0)),
            (MetersPerSecond, "mph", None, 100.0, Some(44.704)),
            (MetersPerSecond, "kn", None, 3600.0, Some(1852.0)),
            (MicrogramsPerCubicMeter, "µg/m³", None, 7.0, Some(7.0)),
            (MicrogramsPerCubicMeter, "μg/m³", None, 7.0, Some(7.0)),
            (MicrogramsPerCubicMeter, "mg/m³", None, 0.5, Some(500.0)),
            (KilowattHours, "Wh", None, 1234.0, Some(1.234)),
            (KilowattHours, "MJ", None, 36.0, Some(10.0)),
            (CubicMeters, "L", None, 1500.0, Some(1.5)),
            // A height of rain is no volume.
            (CubicMeters, "mm", None, 3.0, None),
            (BytesPerSecond, "b/s", None, 8.0, Some(1.0)),
            (BytesPerSecond, "Mb/s", None, 8.0, Some(1e6)),
            (BecquerelsPerCubicMeter, "pCi/L", None, 2.0, Some(74.0)),
            (Currency, "¥", None, 2.5, Some(2.5)),
            (Watts, "VA", None, 1.0, None),
            (Watts, "", None, 1.0, None),
        ] {
            let found =
                quantity.conversion_of(unit, max).map(|conversion| conversion.apply(number));
            assert_eq!(found, want, "{number} {unit:?} as {quantity:?}");
        }
    }
}
