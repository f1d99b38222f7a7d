//! `where` of a search: `measure_battery<20`, `onoff=true and dim>0.5`.

use std::cmp::Ordering;

use housekey::model::{Capability, Device, Measure, name::as_seen};
use serde_json::Value;

use crate::answer::{Outcome, Refused};
use crate::quote::quoted;

/// Comparisons of capabilities, all of which must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Condition(Vec<Comparison>);

#[derive(Debug, Clone, PartialEq)]
struct Comparison {
    capability: String,
    sign: Sign,
    value: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    Number(f64),
    /// Of a capability that is a share of one: `50%`.
    Percent(f64),
    Flag(bool),
    Text(String),
}

/// Longer signs first: `<=` begins with `<`.
const SIGNS: &[(&str, Sign)] = &[
    ("<=", Sign::AtMost),
    (">=", Sign::AtLeast),
    ("!=", Sign::NotEqual),
    ("==", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("=", Sign::Equal),
];

/// The most comparisons.
const MOST: usize = 8;

impl Condition {
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let parts: Vec<_> = text.split(" and ").flat_map(|part| part.split(',')).collect();
        if parts.len() > MOST {
            return Err(Refused::new(format!("`where` takes at most {MOST} comparisons.")));
        }
        parts.into_iter().map(Comparison::parse).collect::<Outcome<_>>().map(Self)
    }

    /// The capabilities that it compares.
    pub(super) fn capabilities(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|one| one.capability.as_str())
    }

    pub(super) fn holds(&self, device: &Device) -> bool {
        self.0.iter().all(|one| {
            let is_meant = |capability: &&Capability| {
                capability.id == one.capability || capability.base() == one.capability
            };
            device.all_capabilities().filter(is_meant).any(|capability| one.holds(capability))
        })
    }
}

impl Comparison {
    fn parse(text: &str) -> Outcome<Self> {
        let wrong = || {
            Refused::new(format!(
                "`where` takes comparisons such as measure_battery<20 or onoff=true, not {}.",
                quoted(text)
            ))
        };
        let place = text.find(['<', '>', '=', '!']).ok_or_else(wrong)?;
        let (capability, rest) = text.split_at(place);
        let (sign, rest) = SIGNS
            .iter()
            .find_map(|(sign, meaning)| Some((*meaning, rest.strip_prefix(sign)?)))
            .ok_or_else(wrong)?;
        let (capability, value) = (capability.trim(), rest.trim());
        if capability.is_empty() || value.is_empty() || value.starts_with(['<', '>', '=']) {
            return Err(wrong());
        }
        let value = Wanted::parse(value);
        let is_order = !matches!(sign, Sign::Equal | Sign::NotEqual);
        match (is_order, &value) {
            (true, Wanted::Flag(_) | Wanted::Text(_)) => Err(wrong()),
            _ => Ok(Self { capability: capability.to_owned(), sign, value }),
        }
    }

    fn holds(&self, capability: &Capability) -> bool {
        let value = capability.value();
        if value.is_null() {
            return false;
        }
        let order = match (&self.value, value) {
            (Wanted::Number(wanted), Value::Number(number)) => {
                number.as_f64().and_then(|number| number.partial_cmp(wanted))
            }
            (Wanted::Percent(wanted), Value::Number(number)) => {
                let measure = Measure::of_capability(capability);
                number.as_f64().and_then(|number| measure.scaled(number).partial_cmp(wanted))
            }
            (Wanted::Flag(wanted), Value::Bool(flag)) => Some(flag.cmp(wanted)),
            (Wanted::Text(wanted), Value::String(text)) => {
                Some(as_seen(text).cmp(&as_seen(wanted)))
            }
            _ => return self.sign == Sign::NotEqual,
        };
        order.is_some_and(|order| match self.sign {
            Sign::Equal => order == Ordering::Equal,
            Sign::NotEqual => order != Ordering::Equal,
            Sign::Less => order == Ordering::Less,
            Sign::AtMost => order != Ordering::Greater,
            Sign::Greater => order == Ordering::Greater,
            Sign::AtLeast => order != Ordering::Less,
        })
    }
}

impl Wanted {
    fn parse(text: &str) -> Self {
        let bare = |text: &str| text.trim_matches(['"', '\'']).to_owned();
        match text {
            "true" | "on" => Self::Flag(true),
            "false" | "off" => Self::Flag(false),
            text => {
                let percent = text.strip_suffix('%').and_then(|number| number.trim().parse().ok());
                match (percent, text.parse::<f64>()) {
                    (Some(number), _) => Self::Percent(number),
                    (None, Ok(number)) if number.is_finite() => Self::Number(number),
                    _ => Self::Text(bare(text)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn device() -> Device {
        let capabilities = json!({
            "onoff": { "value": true },
            "dim": { "value": 0.4, "units": "%", "max": 1 },
            "measure_battery": { "value": 12, "units": "%", "max": 100 },
            "measure_power.phase1": { "value": 5.5 },
            "thermostat_mode": { "type": "enum", "value": "heat" },
            "measure_none": { "value": null },
        });
        serde_json::from_value(json!({ "id": "d", "capabilitiesObj": capabilities })).unwrap()
    }

    #[test]
    fn comparisons_are_those_of_the_values() {
        for (text, want) in [
            ("measure_battery<20", true),
            ("measure_battery < 12", false),
            ("measure_battery<=12", true),
            ("measure_battery>=12%", true),
            ("dim>=40%", true),
            ("dim>0.4", false),
            ("dim != 0.5", true),
            ("onoff=true and dim<0.5", true),
            ("onoff=on, dim>0.5", false),
            ("onoff=1", false),
            ("measure_power>5", true),
            ("measure_power.phase2>5", false),
            ("thermostat_mode=Heat", true),
            ("thermostat_mode==\"heat\"", true),
            ("thermostat_mode!=cool", true),
            ("measure_none<5", false),
            ("measure_none!=5", false),
        ] {
            assert_eq!(Condition::parse(text).unwrap().holds(&device()), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_comparison_is_refused() {
        for text in ["", "battery", "<20", "onoff=", "onoff<true", "dim=>3", "a=1,", "!x"] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            if let Ok(condition) = Condition::parse(&text) {
                condition.holds(&device());
            }
        }
    }
}
