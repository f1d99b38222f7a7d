//! Entries of Insights as buckets: they are aggregates, and never points.

use housekey::model::{LogEntries, Time};
use serde_json::Number;

use crate::pieces::Bucket;
use crate::step::{DAY, HOUR};
use crate::value::Value;

/// The resolutions that a back-fill reads, coarse first, and the time that each covers.
pub const RESOLUTIONS: [(&str, i64); 10] = [
    ("last2Years", 730 * DAY),
    ("last6Months", 182 * DAY),
    ("last3Months", 91 * DAY),
    ("last31Days", 31 * DAY),
    ("last14Days", 14 * DAY),
    ("last7Days", 7 * DAY),
    ("last3Days", 3 * DAY),
    ("last24Hours", DAY),
    ("last6Hours", 6 * HOUR),
    ("lastHour", HOUR),
];

/// Those that say most in a third of the requests.
pub const USUAL: [&str; 3] = ["last2Years", "last31Days", "last24Hours"];

/// An answer that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableEntries {
    /// It has no step.
    #[error("the answer has no step")]
    NoStep,
    /// A Homey answers a resolution that it does not know with a window of its own choice.
    #[error("the answer covers another time than was requested")]
    OtherWindow,
}

/// The step and the buckets of an answer that was requested for that length of time: without those that have no
/// value, and without the newest where it is not finished.
///
/// # Errors
/// [`UnusableEntries`].
pub fn buckets(
    entries: &LogEntries,
    requested: i64,
    now: i64,
) -> Result<(i64, Vec<Bucket>), UnusableEntries> {
    let step = entries.step.get().and_then(Number::as_f64).filter(|step| *step >= 1000.0);
    let step = step.ok_or(UnusableEntries::NoStep)? as i64;
    let time = |time: Option<&Time>| time.and_then(Time::timestamp).map(|at| at.as_millisecond());
    if let (Some(start), Some(end)) = (time(entries.start.get()), time(entries.end.get())) {
        let covered = end - start;
        if covered > requested * 3 / 2 + step || covered < requested / 2 - step {
            return Err(UnusableEntries::OtherWindow);
        }
    }
    let bucket = |(at, value): (jiff::Timestamp, Option<f64>)| {
        let (t, value) = (at.as_millisecond(), value.filter(|value| value.is_finite())?);
        (t.checked_add(step)? <= now).then(|| Bucket {
            t,
            min: None,
            max: None,
            mean: Some(value),
            last: Value::Number(value),
            inc: None,
            n: 0,
            ms: step,
            integral: Some(value * step as f64 / HOUR as f64),
        })
    };
    Ok((step, entries.points().filter_map(bucket).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_that_are_kept() {
        let now = 1_764_000_000_000;
        let entries = |start: i64, step: serde_json::Value| {
            let values = json!([
                { "t": start, "v": 1.5 }, { "t": start + HOUR, "v": null }, { "t": now - 1000, "v": 3 },
            ]);
            serde_json::from_value::<LogEntries>(
                json!({ "values": values, "start": start, "end": now, "step": step }),
            )
            .unwrap()
        };
        let found = buckets(&entries(now - DAY, json!(HOUR)), DAY, now).unwrap();
        // Neither the one without a value, nor the one that is not finished.
        assert_eq!(
            found.1.iter().map(|one| (one.t, one.mean)).collect::<Vec<_>>(),
            [(now - DAY, Some(1.5))]
        );
        let wrong = |entries, requested| buckets(&entries, requested, now).unwrap_err();
        assert_eq!(wrong(entries(now - DAY, json!(0)), DAY), UnusableEntries::NoStep);
        assert_eq!(wrong(entries(now - DAY, json!(HOUR)), 730 * DAY), UnusableEntries::OtherWindow);
        assert_eq!(wrong(entries(now - 90 * DAY, json!(HOUR)), DAY), UnusableEntries::OtherWindow);
    }
}
