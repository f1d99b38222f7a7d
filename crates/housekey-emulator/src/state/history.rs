//! The past: what a capability's value was, in buckets of time.
//!
//! Nothing is stored: values are functions of time, so the past is computed on request.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Home;
use super::device::Device;
use super::local_time::zone;
use super::pattern::Moment;
use super::value::number;

/// A stretch of time cut into steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) step: SignedDuration,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Windows that end now: name, length and step in seconds. The step of five minutes was seen; the others
/// are inferred.
const ROLLING: [(&str, i64, i64); 11] = [
    ("lastHour", HOUR, MINUTE),
    ("lastHourLowRes", HOUR, 5 * MINUTE),
    ("last6Hours", 6 * HOUR, 5 * MINUTE),
    ("last6HoursLowRes", 6 * HOUR, 15 * MINUTE),
    ("last3Days", 3 * DAY, 15 * MINUTE),
    ("last7Days", 7 * DAY, 30 * MINUTE),
    ("last14Days", 14 * DAY, HOUR),
    ("last31Days", 31 * DAY, 2 * HOUR),
    ("last3Months", 92 * DAY, 6 * HOUR),
    ("last6Months", 183 * DAY, 12 * HOUR),
    ("last2Years", 731 * DAY, 2 * DAY),
];

/// The window of a resolution. An unknown one gives the last 24 hours and no error, as measured.
pub(crate) fn window(resolution: &str, now: Timestamp) -> Window {
    if let Some(window) = calendar(resolution, now) {
        return window;
    }
    let rolling = ROLLING.iter().find(|(name, ..)| *name == resolution);
    let (length, step) = rolling.map_or((DAY, 5 * MINUTE), |(_, length, step)| (*length, *step));
    // Buckets begin at whole steps, and the one that is not yet over belongs to the window.
    let begun = now.as_second().div_euclid(step) * step;
    let start = Timestamp::from_second(begun + step - length).unwrap_or(now);
    Window { start, end: now, step: SignedDuration::from_secs(step) }
}

/// Windows of the calendar, cut in the home's time zone.
fn calendar(resolution: &str, now: Timestamp) -> Option<Window> {
    let today = now.to_zoned(zone()).date();
    let week =
        today.checked_sub(jiff::Span::new().days(today.weekday().to_monday_zero_offset())).ok()?;
    let month = today.first_of_month();
    let year = today.first_of_year();
    let back = |date: Date, span: jiff::Span| date.checked_sub(span).ok();
    let span = jiff::Span::new;
    let (from, to, step) = match resolution {
        "today" => (today, None, 5 * MINUTE),
        "yesterday" => (back(today, span().days(1))?, Some(today), 5 * MINUTE),
        "thisWeek" => (week, None, 30 * MINUTE),
        "lastWeek" => (back(week, span().weeks(1))?, Some(week), 30 * MINUTE),
        "thisMonth" => (month, None, 2 * HOUR),
        "lastMonth" => (back(month, span().months(1))?, Some(month), 2 * HOUR),
        "thisYear" => (year, None, DAY),
        "lastYear" => (back(year, span().years(1))?, Some(year), DAY),
        _ => return None,
    };
    let end = match to {
        Some(date) => midnight(date)?,
        None => now,
    };
    Some(Window { start: midnight(from)?, end, step: SignedDuration::from_secs(step) })
}

/// When a day begins at the home.
pub(crate) fn midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(zone()).ok().map(|zoned| zoned.timestamp())
}

impl Home {
    /// The values of a window, each with the start of its bucket. Nothing is known from before the
    /// device joined, of times that were deleted, and of the bucket that is not yet over. Yes and no
    /// come as 1 and 0, and as a share where a bucket has both.
    pub(crate) fn history(
        &self,
        device: &Device,
        index: usize,
        window: Window,
        cleared: Option<Timestamp>,
    ) -> Vec<(Timestamp, Option<Value>)> {
        let mut points = Vec::new();
        let mut at = window.start;
        // The bucket that begins just now is one of a window that ends now.
        while at < window.end || at == self.now {
            let Ok(over) = at.checked_add(window.step) else { break };
            let known = at >= device.paired
                && cleared.is_none_or(|cleared| at >= cleared)
                && over <= self.now;
            let value = known.then(|| self.bucket(device, index, at, window.step)).flatten();
            points.push((at, value));
            at = over;
        }
        points
    }

    fn bucket(
        &self,
        device: &Device,
        index: usize,
        start: Timestamp,
        step: SignedDuration,
    ) -> Option<Value> {
        const SAMPLES: i32 = 4;
        let decimals = device.capabilities.get(index)?.definition.decimals.unwrap_or(2);
        let mut sum = 0.0;
        for sample in 0..SAMPLES {
            let at = start.saturating_add(step / SAMPLES * sample).ok()?;
            sum += match self.value_at(device, index, at)? {
                Value::Bool(yes) => f64::from(u8::from(yes)),
                value => value.as_f64()?,
            };
        }
        let scale = 10_f64.powi(i32::from(decimals));
        Some(number((sum / f64::from(SAMPLES) * scale).round() / scale))
    }

    /// What a capability's value was.
    pub(crate) fn value_at(&self, device: &Device, index: usize, at: Timestamp) -> Option<Value> {
        device.sample(index, &self.seed, Moment::at(at)).map(|sample| sample.value)
    }

    /// How far a meter of a device has risen in a stretch of time, as far as it is past.
    pub(crate) fn metered(
        &self,
        device: &Device,
        meter: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<f64> {
        let index = device.capabilities.iter().position(|capability| capability.id == meter)?;
        let at = |at: Timestamp| {
            let at = at.clamp(device.paired.min(self.now), self.now);
            self.value_at(device, index, at)?.as_f64()
        };
        Some(at(to)? - at(from)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_cut_in_the_homes_time_zone() {
        let now: Timestamp = "2026-03-29T10:02:30Z".parse().unwrap();
        for (resolution, start, end, step) in [
            ("lastHour", "2026-03-29T09:03:00Z", "2026-03-29T10:02:30Z", 60),
            ("last24Hours", "2026-03-28T10:05:00Z", "2026-03-29T10:02:30Z", 300),
            ("nonsense", "2026-03-28T10:05:00Z", "2026-03-29T10:02:30Z", 300),
            ("", "2026-03-28T10:05:00Z", "2026-03-29T10:02:30Z", 300),
            // The night in which summer time begins.
            ("today", "2026-03-28T23:00:00Z", "2026-03-29T10:02:30Z", 300),
            ("yesterday", "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", 300),
            ("thisWeek", "2026-03-22T23:00:00Z", "2026-03-29T10:02:30Z", 1800),
            ("lastWeek", "2026-03-15T23:00:00Z", "2026-03-22T23:00:00Z", 1800),
            ("thisMonth", "2026-02-28T23:00:00Z", "2026-03-29T10:02:30Z", 7200),
            ("lastMonth", "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z", 7200),
            ("thisYear", "2025-12-31T23:00:00Z", "2026-03-29T10:02:30Z", 86_400),
            ("lastYear", "2024-12-31T23:00:00Z", "2025-12-31T23:00:00Z", 86_400),
        ] {
            let want = Window {
                start: start.parse().unwrap(),
                end: end.parse().unwrap(),
                step: SignedDuration::from_secs(step),
            };
            assert_eq!(window(resolution, now), want, "{resolution}");
        }
    }
}
