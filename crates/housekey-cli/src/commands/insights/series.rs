//! Makes a series that can be drawn of a log and its entries.

use housekey::model::{LogEntries, Measure, Time};
use housekey_chart::{Numbers, Point, Scale, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Number;

use super::named_log::NamedLog;

/// The series; a start, end or step that the Homey leaves out follows from the entries, and `now` is the end
/// of an empty one.
pub(super) fn series(
    called: &NamedLog,
    measure: Measure,
    entries: &LogEntries,
    resolution: &str,
    zone: TimeZone,
    now: Timestamp,
) -> Series {
    let log = &called.log;
    let scale = match log.kind.text() {
        Some("boolean") => Scale::Truth {
            yes: log.title_true.label().unwrap_or("yes").to_owned(),
            no: log.title_false.label().unwrap_or("no").to_owned(),
        },
        _ => Scale::Number(numbers(measure.clone())),
    };
    let scaled = |value: f64| match &scale {
        Scale::Number(_) => measure.scaled(value),
        Scale::Truth { .. } => value,
    };
    let mut points: Vec<_> =
        entries.points().map(|(at, value)| Point { at, value: value.map(scaled) }).collect();
    points.sort_by_key(|point| point.at);
    let step = entries.step.get().and_then(Number::as_f64).filter(|step| *step >= 1.0);
    let step = match step {
        Some(step) => SignedDuration::from_millis(step as i64),
        None => nearest(&points),
    };
    let (first, last) = (points.first().map(|point| point.at), points.last().map(|point| point.at));
    let after = |at: Timestamp| at.saturating_add(step).unwrap_or(at);
    let end = entries.end.get().and_then(Time::timestamp).or(last.map(after)).unwrap_or(now);
    let start = entries.start.get().and_then(Time::timestamp).or(first).unwrap_or(end);
    Series {
        title: log.title.label().unwrap_or(called.short()).to_owned(),
        source: called.owner(),
        resolution: resolution.to_owned(),
        scale,
        points,
        step,
        start: start.min(end),
        end,
        zone,
    }
}

/// Numbers that are written as in lists.
fn numbers(measure: Measure) -> Numbers {
    Numbers::new(measure.unit(), 2).with_text(move |value| measure.scaled_text(value))
}

/// The shortest time between two points.
fn nearest(points: &[Point]) -> SignedDuration {
    let apart = points.windows(2).map(|pair| pair[1].at.duration_since(pair[0].at));
    apart.filter(|apart| apart.is_positive()).min().unwrap_or(SignedDuration::from_secs(60))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(log: Value, entries: Value) -> Series {
        let called = NamedLog::new(serde_json::from_value(log).unwrap());
        let now = "2026-02-01T00:00:00Z".parse().unwrap();
        let (measure, entries) = (called.measure(None), serde_json::from_value(entries).unwrap());
        series(&called, measure, &entries, "today", TimeZone::UTC, now)
    }

    #[test]
    fn a_share_is_shown_in_per_cent_and_a_percentage_as_it_is() {
        for (id, want) in [("dim", 50.0), ("volume_set.kitchen", 50.0), ("measure_battery", 0.5)] {
            let log = json!({"uri": "homey:device:d", "id": id, "type": "number", "units": "%"});
            let entries = json!({"values": [{"t": "2026-01-30T00:00:00Z", "v": 0.5}]});
            assert_eq!(of(log, entries).points[0].value, Some(want), "{id}");
        }
    }

    #[test]
    fn what_the_homey_does_not_tell_follows_from_the_entries() {
        let log = json!({"uri": "homey:device:d", "id": "onoff", "type": "boolean"});
        let entries = json!({"values": [
            {"t": "2026-01-30T00:10:00Z", "v": true}, {"t": "2026-01-30T00:00:00Z", "v": false},
            {"t": "2026-01-30T00:15:00Z", "v": null}, {"t": "nonsense", "v": true},
        ]});
        let series = of(log.clone(), entries);
        let values: Vec<_> = series.points.iter().map(|point| point.value).collect();
        assert_eq!(values, [Some(0.0), Some(1.0), None]);
        assert_eq!(series.step, SignedDuration::from_mins(5));
        assert_eq!(series.start.to_string(), "2026-01-30T00:00:00Z");
        assert_eq!(series.end.to_string(), "2026-01-30T00:20:00Z");
        let Scale::Truth { yes, no } = &series.scale else { panic!("{:?}", series.scale) };
        assert_eq!((yes.as_str(), no.as_str(), series.title.as_str()), ("yes", "no", "onoff"));
        let nothing = of(log, json!({}));
        assert_eq!((nothing.start, nothing.points.len()), (nothing.end, 0));
        assert_eq!(nothing.end.to_string(), "2026-02-01T00:00:00Z");
    }
}
