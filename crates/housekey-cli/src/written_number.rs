//! Numbers as people write and read them: `20,5`, `20.5°C`, `50 %`, `-3`.

use housekey::model::Measure;

/// A number with the unit it was written with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    pub(crate) number: f64,
    /// Empty where none was written.
    pub(crate) unit: String,
}

impl Written {
    /// Reads a number and its unit; `None` without a number at the start, or with a digit after the unit.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim().replace('\u{2212}', "-");
        let is_number = |(place, letter): &(usize, char)| {
            let after_e = *place > 0 && matches!(text.as_bytes()[place - 1], b'e' | b'E');
            let exponent = matches!(letter, 'e' | 'E')
                && text[place + 1..]
                    .trim_start_matches(['-', '+'])
                    .starts_with(|c: char| c.is_ascii_digit());
            letter.is_ascii_digit()
                || matches!(letter, '.' | ',')
                || exponent
                || matches!(letter, '-' | '+') && (*place == 0 || after_e)
        };
        let end =
            text.char_indices().find(|letter| !is_number(letter)).map_or(text.len(), |(at, _)| at);
        let (number, unit) = text.split_at(end);
        // One comma is that of decimals; thousands are not parted.
        let number = match number.contains('.') {
            true => number.to_owned(),
            false => number.replacen(',', ".", 1),
        };
        let number = number.parse().ok().filter(|number: &f64| number.is_finite())?;
        let unit = unit.trim().to_owned();
        Some(Self { number, unit })
    }

    /// The number as a Homey holds it: a share of one where per cent was written of it. `None` where
    /// the unit is another.
    pub(crate) fn in_measure(&self, measure: &Measure) -> Option<f64> {
        let own = measure.unit().unwrap_or_default();
        if self.unit.is_empty() {
            return Some(self.number);
        }
        match unit_key(&self.unit) == unit_key(own) {
            // The last digits of 0.07 would come from the multiplication.
            true if is_share(measure) => Some((self.number * 1e10).round() / 1e12),
            true => Some(self.number),
            false => None,
        }
    }
}

/// Whether it runs from 0 to 1 and is read in per cent.
pub(crate) fn is_share(measure: &Measure) -> bool {
    measure.scaled(1.0) != 1.0
}

/// What is compared of a unit: `C` is `°C`, and case does not count where no other unit differs by it.
fn unit_key(unit: &str) -> String {
    let unit: String = unit.chars().filter(|letter| !letter.is_whitespace()).collect();
    match unit.as_str() {
        "℃" | "°C" | "C" | "c" | "°c" => "°C".to_owned(),
        "℉" | "°F" | "F" | "f" | "°f" => "°F".to_owned(),
        "mw" | "mW" | "MW" => unit,
        unit => unit.to_lowercase().replace('^', "").replace('³', "3").replace('²', "2"),
    }
}

#[cfg(test)]
mod tests {
    use housekey::model::Capability;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_units() {
        for (text, want) in [
            ("20", Some((20.0, ""))),
            ("20.5", Some((20.5, ""))),
            ("20,5", Some((20.5, ""))),
            (" -3 ", Some((-3.0, ""))),
            ("−3", Some((-3.0, ""))),
            ("+10%", Some((10.0, "%"))),
            ("50 %", Some((50.0, "%"))),
            ("20.5°C", Some((20.5, "°C"))),
            ("1e3", Some((1000.0, ""))),
            ("1e-3 W", Some((0.001, "W"))),
            ("3 eur", Some((3.0, "eur"))),
            (".5", Some((0.5, ""))),
            ("1,234.5", None),
            ("1.2.3", None),
            ("1,2,3", None),
            ("%", None),
            ("warm", None),
            ("NaN", None),
            ("inf", None),
            ("1e999", None),
            ("-", None),
            ("", None),
            ("1-2", Some((1.0, "-2"))),
        ] {
            let want = want.map(|(number, unit)| Written { number, unit: unit.to_owned() });
            assert_eq!(Written::read(text), want, "{text}");
        }
    }

    #[test]
    fn a_unit_is_that_of_the_value() {
        let measure = |fields| {
            let capability: Capability = serde_json::from_value(fields).unwrap();
            Measure::of_capability(&capability)
        };
        let dim = measure(json!({"id": "dim", "units": "%", "min": 0, "max": 1}));
        let battery = measure(json!({"id": "measure_battery", "units": "%"}));
        let warmth = measure(json!({"id": "target_temperature", "units": "°C"}));
        let power = measure(json!({"id": "measure_power", "units": "W"}));
        for (text, measure, want) in [
            ("50%", &dim, Some(0.5)),
            ("7 %", &dim, Some(0.07)),
            ("0.5", &dim, Some(0.5)),
            ("50%", &battery, Some(50.0)),
            ("20 C", &warmth, Some(20.0)),
            ("20℃", &warmth, Some(20.0)),
            ("20%", &warmth, None),
            ("70°F", &warmth, None),
            ("20 w", &power, Some(20.0)),
            ("20 kW", &power, None),
            ("20 mW", &power, None),
            ("3 x", &Measure::default(), None),
        ] {
            assert_eq!(
                Written::read(text).unwrap().in_measure(measure),
                want,
                "{text} {measure:?}"
            );
        }
    }
}
