//! The system capabilities: type, unit, range and look of each, from `capabilities.csv`.
//!
//! Facts as the vendor's library lists them; the titles are our own. `dim` and its like run from 0
//! to 1 although their unit is `%`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What kind of value a capability has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    Boolean,
    Number,
    String,
    Enum,
}

impl ValueType {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Enum => "enum",
        }
    }
}

/// One system capability.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) id: &'static str,
    pub(crate) kind: ValueType,
    pub(crate) units: Option<&'static str>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) step: Option<f64>,
    pub(crate) decimals: Option<u8>,
    pub(crate) getable: bool,
    pub(crate) setable: bool,
    /// The ids of an enum, in the order shown.
    pub(crate) values: Vec<&'static str>,
    pub(crate) chart: Option<&'static str>,
    /// Whether its values are kept as an Insights log.
    pub(crate) insights: bool,
    /// The user-interface component that shows it.
    pub(crate) component: &'static str,
    /// Whether a tap on the device's tile switches it.
    pub(crate) quick: bool,
    pub(crate) colour: &'static str,
    /// Whether `true` makes the device's zone active.
    pub(crate) activates_zone: bool,
    pub(crate) title: &'static str,
}

static DEFINITIONS: LazyLock<Vec<Definition>> =
    LazyLock::new(|| include_str!("capabilities.csv").lines().skip(1).filter_map(read).collect());

static BY_ID: LazyLock<HashMap<&'static str, &'static Definition>> =
    LazyLock::new(|| DEFINITIONS.iter().map(|definition| (definition.id, definition)).collect());

/// All system capabilities.
pub(crate) fn all() -> &'static [Definition] {
    &DEFINITIONS
}

/// The definition a capability id belongs to: `measure_power` for `measure_power.phase1`.
pub(crate) fn of(capability: &str) -> Option<&'static Definition> {
    let base = capability.split_once('.').map_or(capability, |(base, _)| base);
    BY_ID.get(base).copied()
}

fn read(line: &'static str) -> Option<Definition> {
    let cells: Vec<&'static str> = line.split(',').collect();
    #[rustfmt::skip]
    let &[
        id, kind, units, min, max, step, decimals, access, values, chart, insights, component, quick, colour,
        active, title,
    ] = cells.as_slice() else { return None };
    let text = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    Some(Definition {
        id,
        kind: match kind {
            "boolean" => ValueType::Boolean,
            "number" => ValueType::Number,
            "enum" => ValueType::Enum,
            _ => ValueType::String,
        },
        units: text(units),
        min: min.parse().ok(),
        max: max.parse().ok(),
        step: step.parse().ok(),
        decimals: decimals.parse().ok(),
        getable: access.contains('g'),
        setable: access.contains('s'),
        values: values.split('|').filter(|value| !value.is_empty()).collect(),
        chart: text(chart),
        insights: !insights.is_empty(),
        component,
        quick: !quick.is_empty(),
        colour,
        activates_zone: !active.is_empty(),
        title,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(all().len(), include_str!("capabilities.csv").lines().count() - 1);
        assert_eq!(BY_ID.len(), all().len(), "ids are unique");
        let dim = of("dim").unwrap();
        assert_eq!(
            (dim.kind, dim.min, dim.max, dim.units),
            (ValueType::Number, Some(0.0), Some(1.0), Some("%"))
        );
        assert_eq!(of("measure_power.phase1").unwrap().id, "measure_power");
        assert!(of("made_up").is_none());
        for definition in all() {
            assert_eq!(
                definition.kind == ValueType::Enum,
                !definition.values.is_empty(),
                "{}",
                definition.id
            );
        }
    }
}
