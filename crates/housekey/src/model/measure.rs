//! Numbers for people: with their unit, without meaningless digits, and fractions in per cent. One
//! rule for lists, single devices, insights and charts.

use serde_json::{Number, Value};

use super::{Capability, Field, Log};

/// The vendor's capabilities that run from 0 to 1 although their unit is `%`, for where the capability
/// itself does not say its range.
const SHARES: [&str; 7] = [
    "dim",
    "light_hue",
    "light_saturation",
    "light_temperature",
    "volume_set",
    "windowcoverings_set",
    "windowcoverings_tilt_set",
];

/// The number of decimals where none is given.
const DECIMALS: u8 = 2;

/// More are never shown.
const MOST_DECIMALS: u8 = 9;

/// The format of the numbers of a capability or a log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measure {
    unit: Option<String>,
    is_share: bool,
    decimals: Option<u8>,
}

impl Measure {
    /// The format for a capability.
    pub fn of_capability(capability: &Capability) -> Self {
        let Capability { id, units, max, decimals, .. } = capability;
        Self::new(id, units.label(), number_of(max), count_of(decimals))
    }

    /// The format for a log. A log does not say the range of its values: the capability does, where it
    /// is known; else the vendor's capabilities are known by their ids.
    pub fn of_log(log: &Log, capability: Option<&Capability>) -> Self {
        let max = capability.and_then(|capability| number_of(&capability.max));
        let id = log.id();
        let id = id.rsplit(':').next().unwrap_or_default();
        Self::new(id, log.units.label(), max, count_of(&log.decimals))
    }

    /// The format for values of a capability whose range is not known: the vendor's capabilities are known by their
    /// ids.
    pub fn of_id(id: &str, unit: Option<&str>, decimals: Option<u8>) -> Self {
        Self::new(id, unit, None, decimals.map(u64::from))
    }

    fn new(id: &str, unit: Option<&str>, max: Option<f64>, decimals: Option<u64>) -> Self {
        let unit = unit.map(str::trim).filter(|unit| !unit.is_empty());
        let is_share = unit == Some("%")
            && match max {
                Some(max) => max <= 1.0,
                None => SHARES.contains(&id.split('.').next().unwrap_or_default()),
            };
        let decimals = decimals.map(|count| count.min(MOST_DECIMALS.into()) as u8);
        let decimals = match is_share {
            true => Some(decimals.unwrap_or(0).saturating_sub(2)),
            false => decimals,
        };
        Self { unit: unit.map(str::to_owned), is_share, decimals }
    }

    /// The unit of what [`Measure::scaled`] gives.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The number in its unit: a share of one times 100, all else as it is.
    pub fn scaled(&self, number: f64) -> f64 {
        // The last digits of 7.000000000000001 come from the multiplication.
        if self.is_share { (number * 1e12).round() / 1e10 } else { number }
    }

    /// A number as the Homey sends it, for people: `60 %`, `21.4 °C`.
    pub fn text(&self, number: f64) -> String {
        self.scaled_text(self.scaled(number))
    }

    /// The same of a number that is in its unit already.
    pub fn scaled_text(&self, number: f64) -> String {
        let number = number_text(number, self.decimals);
        match &self.unit {
            Some(unit) => format!("{number} {unit}"),
            None => number,
        }
    }

    /// A value that may be a number, for people; of anything else `None`.
    pub fn value_text(&self, value: &Value) -> Option<String> {
        let Value::Number(number) = value else { return None };
        // Large whole numbers would lose digits.
        if !self.is_share && (number.is_i64() || number.is_u64()) {
            let unit = self.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
            return Some(format!("{number}{unit}"));
        }
        Some(number.as_f64().map_or_else(|| number.to_string(), |number| self.text(number)))
    }
}

fn number_of(field: &Field<Number>) -> Option<f64> {
    field.get().and_then(Number::as_f64)
}

fn count_of(field: &Field<Number>) -> Option<u64> {
    field.get().and_then(Number::as_u64)
}

/// A number with at most that many decimals; where that is not known two, and for small numbers two
/// digits that say something: `21.4`, `99.17`, `0.0012`, `1180`.
pub fn number_text(number: f64, decimals: Option<u8>) -> String {
    let size = number.abs();
    if !(size == 0.0 || (1e-9..1e15).contains(&size)) {
        return format!("{number:.1e}").replace(".0e", "e");
    }
    let decimals = decimals.unwrap_or_else(|| match size {
        size if size > 0.0 && size < 0.1 => (1.0 - size.log10().floor()) as u8,
        _ => DECIMALS,
    });
    let text = format!("{number:.*}", usize::from(decimals.min(MOST_DECIMALS)));
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    };
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_capability_and_its_log_are_written_alike() {
        // What the capability says, what its log says, a value, how it is written.
        for (capability, log, value, want) in [
            (
                json!({"id": "dim", "min": 0, "max": 1, "units": "%"}),
                json!({"units": "%"}),
                0.5,
                "50 %",
            ),
            (json!({"id": "dim", "units": "%", "decimals": 2}), json!({"units": "%"}), 0.07, "7 %"),
            (json!({"id": "dim.left", "units": "%"}), json!({"units": "%"}), 0.5, "50 %"),
            (json!({"id": "dim", "max": 100, "units": "%"}), json!({"units": "%"}), 50.0, "50 %"),
            (
                json!({"id": "fan_level", "max": 1, "units": "%"}),
                json!({"units": "%"}),
                0.25,
                "25 %",
            ),
            (
                json!({"id": "fan_level", "max": 1, "units": "%", "decimals": 3}),
                json!({"units": "%", "decimals": 3}),
                0.1234,
                "12.3 %",
            ),
            (json!({"id": "measure_battery", "units": "%"}), json!({"units": "%"}), 0.5, "0.5 %"),
            (
                json!({"id": "light_hue", "max": 1, "units": null}),
                json!({"units": null}),
                0.5,
                "0.5",
            ),
            (
                json!({"id": "measure_temperature", "units": {"en": "°C", "nl": "graden"}}),
                json!({"units": {"en": "°C", "nl": "graden"}}),
                21.4,
                "21.4 °C",
            ),
            (
                json!({"id": "measure_humidity", "max": 100, "units": "%"}),
                json!({"units": "%"}),
                99.166_666_666_666_67,
                "99.17 %",
            ),
            (
                json!({"id": "x", "units": "W", "decimals": 0}),
                json!({"units": "W", "decimals": 0}),
                99.5,
                "100 W",
            ),
        ] {
            let capability: Capability = serde_json::from_value(capability).unwrap();
            let mut log = log;
            log["id"] = format!("homey:device:d:{}", capability.id).into();
            let log: Log = serde_json::from_value(log).unwrap();
            assert_eq!(Measure::of_capability(&capability).text(value), want, "{capability:?}");
            assert_eq!(Measure::of_log(&log, Some(&capability)).text(value), want, "{log:?}");
        }
        let dim: Log = serde_json::from_value(json!({"id": "dim", "units": "%"})).unwrap();
        assert_eq!(Measure::of_log(&dim, None).text(0.5), "50 %", "known by its id");
    }

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        for (number, decimals, want) in [
            (99.166_666_666_666_67, None, "99.17"),
            (99.166_666_666_666_67, Some(1), "99.2"),
            (21.40, None, "21.4"),
            (1180.0, None, "1180"),
            (0.001_234, None, "0.0012"),
            (0.000_000_12, None, "0.00000012"),
            (0.001_234, Some(2), "0"),
            (-0.001, Some(2), "0"),
            (0.0, None, "0"),
            (-0.5, None, "-0.5"),
            (1e300, None, "1e300"),
            (5e-324, None, "4.9e-324"),
            (123_456_789.0, None, "123456789"),
        ] {
            assert_eq!(number_text(number, decimals), want, "{number} {decimals:?}");
        }
        let whole = json!(9_007_199_254_740_993_u64);
        assert_eq!(Measure::default().value_text(&whole).unwrap(), "9007199254740993");
        assert_eq!(Measure::default().value_text(&json!("21")), None);
    }
}
