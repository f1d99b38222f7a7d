//! `--where`: one condition on a column or a value of an item.

use std::cmp::Ordering;
use std::str::FromStr;

use housekey::model::name::as_seen;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::cell::{Cell, CellValue};
use crate::natural::NaturalKey;
use crate::written_number::Written;

/// A condition as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) column: String,
    operator: Operator,
    pub(super) operand: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

/// The operators as they are typed, the longer first.
const OPERATORS: [(&str, Operator); 8] = [
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("==", Operator::Equal),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("~", Operator::Contains),
];

impl FromStr for Condition {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write COLUMN and VALUE with one of = != < <= > >= ~ between them, as `measure_battery<20`";
        let at = text.find(['=', '!', '<', '>', '~']).ok_or(FORM)?;
        let (column, rest) = text.split_at(at);
        let (sign, operator) =
            OPERATORS.into_iter().find(|(sign, _)| rest.starts_with(sign)).ok_or(FORM)?;
        let column = column.trim();
        if column.is_empty() {
            return Err(FORM);
        }
        let operand = rest[sign.len()..].trim();
        let quoted = |quote: char| operand.strip_prefix(quote)?.strip_suffix(quote);
        let operand = quoted('"').or_else(|| quoted('\'')).unwrap_or(operand);
        if operand.is_empty() && !matches!(operator, Operator::Equal | Operator::NotEqual) {
            return Err(FORM);
        }
        Ok(Self { column: column.to_owned(), operator, operand: operand.to_owned() })
    }
}

impl Condition {
    /// Whether it holds for a cell; `None` where the two cannot be compared, as a number with a word. What
    /// is missing equals nothing but the empty text, and is not compared otherwise.
    pub(super) fn holds(&self, cell: &Cell, zone: &TimeZone) -> Option<bool> {
        if self.operand.is_empty() {
            return Some(cell.is_missing() == (self.operator == Operator::Equal));
        }
        if self.operator == Operator::Contains {
            let operand = as_seen(&self.operand);
            let contains = |text: &str| as_seen(text).contains(&operand);
            return Some(!cell.is_missing() && (contains(cell.shown()) || contains(&cell.plain())));
        }
        let order = match cell.value() {
            CellValue::Missing => return Some(false),
            CellValue::Number(number, measure) => {
                let wanted = Written::read(&self.operand)?.in_measure(measure)?;
                number.as_f64()?.partial_cmp(&wanted)?
            }
            CellValue::Time(at) => at.cmp(&time(&self.operand, zone)?),
            CellValue::Truth(yes) => {
                let equal = *yes == truth(&self.operand)?;
                return self.of_equality(equal);
            }
            CellValue::Choice(id) => {
                let wanted = as_seen(&self.operand);
                return self.of_equality(as_seen(id) == wanted || as_seen(cell.shown()) == wanted);
            }
            CellValue::Text(text) => NaturalKey::of(text).cmp(&NaturalKey::of(&self.operand)),
        };
        Some(self.of_order(order))
    }

    fn of_order(&self, order: Ordering) -> bool {
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Contains => false,
        }
    }

    /// What has no order is the same or not.
    fn of_equality(&self, equal: bool) -> Option<bool> {
        match self.operator {
            Operator::Equal => Some(equal),
            Operator::NotEqual => Some(!equal),
            _ => None,
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "on" | "yes" => Some(true),
        "false" | "off" | "no" => Some(false),
        _ => None,
    }
}

/// A point in time as people write it: `2026-03-10`, `2026-03-10 08:00` on the clock of the zone, or with
/// a zone of its own.
fn time(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let of_zone = |time: DateTime| time.to_zoned(zone.clone()).ok().map(|time| time.timestamp());
    text.parse()
        .ok()
        .or_else(|| of_zone(text.parse().ok()?))
        .or_else(|| of_zone(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())))
}

#[cfg(test)]
mod tests {
    use housekey::model::{Capability, Time};
    use serde_json::json;

    use super::*;

    fn cell(capability: serde_json::Value) -> Cell {
        Cell::capability(&serde_json::from_value::<Capability>(capability).unwrap())
    }

    #[test]
    fn conditions_are_compared_by_the_type_of_the_value() {
        let dim = cell(json!({"id": "dim", "value": 0.4, "max": 1, "units": "%"}));
        let warmth = cell(json!({"id": "measure_temperature", "value": 20.5, "units": "°C"}));
        let onoff = cell(json!({"id": "onoff", "value": true}));
        let motion = cell(json!({"id": "alarm_motion", "value": false}));
        let mode = cell(json!({
            "id": "mode", "type": "enum", "value": "heat", "values": [{"id": "heat", "title": "Heizen"}],
        }));
        let time: Time = serde_json::from_value(json!("2026-03-10T12:00:00Z")).unwrap();
        let time = Cell::time(Some(&time), &TimeZone::UTC);
        let (lamp, none) = (Cell::text("Lamp 2"), Cell::MISSING);
        for (condition, cell, want) in [
            ("x<50%", &dim, Some(true)),
            ("x < 0.4", &dim, Some(false)),
            ("x<=0,4", &dim, Some(true)),
            ("x=40 %", &dim, Some(true)),
            ("x>=41%", &dim, Some(false)),
            ("x~40", &dim, Some(true)),
            ("x<20°F", &dim, None),
            ("x=20.5C", &warmth, Some(true)),
            ("x==20.5", &warmth, Some(true)),
            ("x!=20.5", &warmth, Some(false)),
            ("x>warm", &warmth, None),
            ("x=on", &onoff, Some(true)),
            ("x!=ON", &onoff, Some(false)),
            ("x=1", &onoff, None),
            ("x<on", &onoff, None),
            ("x=no", &motion, Some(true)),
            ("x=heat", &mode, Some(true)),
            ("x=heizen", &mode, Some(true)),
            ("x!=cool", &mode, Some(true)),
            ("x~EIZ", &mode, Some(true)),
            ("x<heat", &mode, None),
            ("x>2026-03-10", &time, Some(true)),
            ("x<2026-03-10 12:00", &time, Some(false)),
            ("x<=2026-03-10T13:00+01:00", &time, Some(true)),
            ("x>yesterday", &time, None),
            ("x=LAMP 2", &lamp, Some(true)),
            ("x='Lamp 2'", &lamp, Some(true)),
            ("x<Lamp 10", &lamp, Some(true)),
            ("x~amp", &lamp, Some(true)),
            ("x~lamps", &lamp, Some(false)),
            ("x=", &lamp, Some(false)),
            ("x!=", &lamp, Some(true)),
            ("x=", &none, Some(true)),
            ("x!=", &none, Some(false)),
            ("x=-", &none, Some(false)),
            ("x!=3", &none, Some(false)),
            ("x~-", &none, Some(false)),
        ] {
            let read: Condition = condition.parse().unwrap();
            assert_eq!(read.holds(cell, &TimeZone::UTC), want, "{condition} of {}", cell.shown());
        }
    }

    #[test]
    fn a_condition_has_a_column_an_operator_and_a_value() {
        for text in ["", "measure_battery", "=20", " < 20", "a<", "a~", "a!b"] {
            assert!(text.parse::<Condition>().is_err(), "{text:?}");
        }
        let read: Condition = " at home != a=b ".parse().unwrap();
        assert_eq!(
            (&*read.column, read.operator, &*read.operand),
            ("at home", Operator::NotEqual, "a=b")
        );
    }
}
