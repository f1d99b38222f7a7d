//! `homey_history`: values over time, as lines.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::history::HistoryReading;
use crate::lines::{MOST_TOKENS, fitted};
use crate::quote::{quoted_to, unit, word};
use crate::tools::STEPS;
use crate::view::Moment;

/// The most points of a series.
pub(crate) const MOST_POINTS: usize = 60;

/// The finest step by which a stretch of time has few enough points.
pub(crate) fn step_for((from, to): (Timestamp, Timestamp)) -> &'static str {
    let seconds = to.duration_since(from).as_secs();
    let most = i64::try_from(MOST_POINTS).unwrap_or(i64::MAX);
    let fits = |step: &&&str| length(step).is_some_and(|length| seconds <= length * most);
    STEPS.iter().find(fits).copied().unwrap_or("1mo")
}

/// The length of a step in seconds; none of `raw`.
fn length(step: &str) -> Option<i64> {
    Some(match step {
        "5m" => 300,
        "15m" => 900,
        "1h" => 3_600,
        "6h" => 6 * 3_600,
        "1d" => 86_400,
        "1mo" => 30 * 86_400,
        _ => return None,
    })
}

/// A series with what it is called.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NamedReading {
    /// `"Kitchen" / "Fridge" · e98fe6a3`.
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) reading: HistoryReading,
}

/// Values of several series as one: means added up, row by row. Rows that are no numbers are left out.
pub(crate) fn added_up(all: &[NamedReading]) -> NamedReading {
    let mut sums: BTreeMap<Timestamp, f64> = BTreeMap::new();
    for (at, value) in all.iter().flat_map(|one| &one.reading.rows) {
        if let Some(value) = value.as_f64() {
            *sums.entry(*at).or_default() += value;
        }
    }
    let number = |(at, sum): (Timestamp, f64)| (at, json!((sum * 1000.0).round() / 1000.0));
    let rows = sums.into_iter().map(number).collect();
    let first = all.first().map(|one| one.reading.clone()).unwrap_or_default();
    NamedReading {
        name: format!("{} devices together", all.len()),
        id: "all".to_owned(),
        reading: HistoryReading { rows, ..first },
    }
}

/// Entries of Insights within a stretch of time, by step: the mean of each, or what `function` says.
pub(crate) fn by_step(
    points: impl Iterator<Item = (Timestamp, Option<f64>)>,
    (from, to): (Timestamp, Timestamp),
    step: &str,
    function: &str,
) -> Vec<(Timestamp, Value)> {
    let mut buckets: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (at, value) in points.filter(|(at, _)| (from..to).contains(at)) {
        let Some(value) = value.filter(|value| value.is_finite()) else { continue };
        let place = match length(step) {
            Some(length) => at.duration_since(from).as_secs() / length,
            None => at.duration_since(from).as_secs(),
        };
        buckets.entry(place).or_default().push(value);
    }
    let length = length(step).unwrap_or(1);
    let of = |values: &[f64]| match function {
        "min" => values.iter().copied().fold(f64::INFINITY, f64::min),
        "max" => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "last" => values.last().copied().unwrap_or_default(),
        _ => values.iter().sum::<f64>() / values.len().max(1) as f64,
    };
    buckets
        .into_iter()
        .filter_map(|(place, values)| {
            let at = from.checked_add(SignedDuration::from_secs(place * length)).ok()?;
            Some((at, json!((of(&values) * 1000.0).round() / 1000.0)))
        })
        .collect()
}

/// The lines of an answer.
pub(crate) fn history(now: &Moment, capability: &str, step: &str, all: &[NamedReading]) -> Answer {
    let mut lines = Vec::new();
    let mut points = Vec::new();
    for NamedReading { name, id, reading } in all {
        let of = unit(reading.unit.as_deref().unwrap_or_default());
        let of = of.map(|unit| format!(" in {unit}")).unwrap_or_default();
        let count = reading.rows.len();
        let function = word(&reading.function);
        lines.push(format!("{name} · {} · {function} by {step}{of}", word(capability)));
        if count == 0 {
            lines.push("nothing is known of this time".to_owned());
        }
        let skipped = count.saturating_sub(MOST_POINTS);
        if skipped > 0 {
            lines.push(format!("{skipped} older points are left out: use a longer step"));
        }
        let shown = reading.rows.iter().skip(skipped);
        for (at, value) in shown.clone() {
            lines.push(format!("{} {}", now.minute(*at), shown_value(value)));
        }
        let shown: Vec<_> = shown.map(|(at, value)| json!([at.to_string(), value])).collect();
        points.push(json!({ "id": id, "points": shown }));
    }
    let text = fitted(lines.join("\n"), MOST_TOKENS / 2);
    let is_whole = lines.len() <= MOST_POINTS * 2 + 4;
    let answer = Answer::text(text);
    if is_whole { answer.with("series", points) } else { answer }
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted_to(text, 60),
        Value::Object(states) => {
            let state = |(name, share): (&String, &Value)| format!("{}={share}", word(name));
            states.iter().take(10).map(state).collect::<Vec<_>>().join(" ")
        }
        other => quoted_to(&other.to_string(), 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_step_fits_the_time() {
        for (hours, want) in [
            (1, "5m"),
            (5, "5m"),
            (6, "15m"),
            (24, "1h"),
            (60, "1h"),
            (200, "6h"),
            (1_000, "1d"),
            (20_000, "1mo"),
        ] {
            assert_eq!(step_for((at(0), at(hours * 3_600))), want, "{hours}");
        }
    }

    #[test]
    fn entries_become_buckets() {
        let points =
            [(10, Some(1.0)), (20, Some(3.0)), (400, None), (700, Some(5.0)), (9_000, Some(1.0))];
        let points = || points.into_iter().map(|(second, value)| (at(second), value));
        let span = (at(0), at(1_000));
        assert_eq!(
            by_step(points(), span, "5m", "mean"),
            [(at(0), json!(2.0)), (at(600), json!(5.0))]
        );
        assert_eq!(
            by_step(points(), span, "5m", "max"),
            [(at(0), json!(3.0)), (at(600), json!(5.0))]
        );
    }
}
