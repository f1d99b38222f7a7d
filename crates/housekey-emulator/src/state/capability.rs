//! A capability of a device, and whether a value fits it.

use jiff::Timestamp;
use serde_json::Value;

use super::definition::{self, Definition, ValueType};
use super::ids::thing;
use super::pattern::{Pattern, Sample};
use super::value::number;

/// One capability of one device.
#[derive(Debug, Clone)]
pub(crate) struct Capability {
    /// With its suffix: `measure_power.phase1`.
    pub(crate) id: String,
    pub(crate) definition: &'static Definition,
    pub(crate) title: String,
    pub(crate) value: Value,
    pub(crate) last_updated: Option<Timestamp>,
    pub(super) pattern: Pattern,
    pub(super) start: Value,
    /// What stands for this capability in the seed's noise.
    pub(super) thing: u64,
    pub(super) written: Vec<Sample>,
}

impl Capability {
    /// `None` for an id that no system capability has.
    pub(crate) fn new(device: &str, id: &str, pattern: Pattern, start: Value) -> Option<Self> {
        let definition = definition::of(id)?;
        Some(Self {
            id: id.to_owned(),
            definition,
            title: match id.split_once('.') {
                Some((_, suffix)) => format!("{} {suffix}", definition.title),
                None => definition.title.to_owned(),
            },
            value: Value::Null,
            last_updated: None,
            pattern,
            start,
            thing: thing(&format!("{device}/{id}")),
            written: Vec::new(),
        })
    }

    pub(crate) fn min(&self) -> Option<f64> {
        self.definition.min
    }

    pub(crate) fn max(&self) -> Option<f64> {
        self.definition.max
    }
}

/// Cuts a simulated number to the capability's decimals and range.
pub(crate) fn fit(value: Value, capability: &Capability) -> Value {
    let Some(exact) = value.as_f64() else { return value };
    let definition = capability.definition;
    let scale = 10_f64.powi(i32::from(definition.decimals.unwrap_or(2)));
    let rounded = (exact * scale).round() / scale;
    number(rounded.clamp(
        capability.min().unwrap_or(f64::NEG_INFINITY),
        capability.max().unwrap_or(f64::INFINITY),
    ))
}

/// Why a value cannot be written to a capability, in words; `None` when it can.
pub(crate) fn misfit(value: &Value, capability: &Capability) -> Option<String> {
    let id = &capability.id;
    let expected = |what: &str| Some(format!("Invalid Value for Capability {id}: expected {what}"));
    match (capability.definition.kind, value) {
        (ValueType::Boolean, Value::Bool(_)) | (ValueType::String, Value::String(_)) => None,
        (ValueType::Number, Value::Number(number)) => {
            let number = number.as_f64()?;
            let (min, max) = (capability.min(), capability.max());
            let low = min.is_some_and(|min| number < min);
            let high = max.is_some_and(|max| number > max);
            (low || high).then(|| {
                let edge =
                    |edge: Option<f64>| edge.map_or("any".to_owned(), |edge| edge.to_string());
                format!(
                    "Invalid Value for Capability {id}: {number} is out of range, min {}, max {}",
                    edge(min),
                    edge(max)
                )
            })
        }
        (ValueType::Enum, Value::String(text)) => {
            let values = &capability.definition.values;
            if values.contains(&text.as_str()) {
                return None;
            }
            expected(&format!("one of {}", values.join(", ")))
        }
        (ValueType::Enum, _) => expected("a string"),
        (kind, _) => expected(&format!("a {}", kind.as_str())),
    }
}
