//! Times, lengths and the heading of a chart as text.

use jiff::{SignedDuration, Timestamp};

use crate::scale::Scale;
use crate::series::Series;

impl Series {
    /// Where a time lies between start and end: 0 at the start, 1 at the end.
    pub(crate) fn share_of(&self, at: Timestamp) -> f64 {
        let part = |to: Timestamp| to.duration_since(self.start).as_secs_f64();
        let whole = part(self.end);
        if whole > 0.0 { (part(at) / whole).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// A time, as short as it is unambiguous in this chart: `04:15`, `12 Jan 04:15`, or the day alone
    /// where the chart covers months.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let format = match self.end.duration_since(self.start).as_hours() {
            ..=36 => "%H:%M",
            37..=1500 => "%-d %b %H:%M",
            _ => "%-d %b %Y",
        };
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// What a bar is called: the time at which it begins, or the day or the month that it is about.
    pub(crate) fn bar_name(&self, at: Timestamp) -> String {
        let format = match self.step.as_hours() {
            ..=22 => return self.moment(at),
            23..=600 => "%-d %b %Y",
            _ => "%b %Y",
        };
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// Start and end: `30 Jan 14:05 – 31 Jan 2026 14:02`.
    pub(crate) fn period(&self) -> String {
        let show = |at: Timestamp, format: &str| {
            at.to_zoned(self.zone.clone()).strftime(format).to_string()
        };
        let same = |format| show(self.start, format) == show(self.end, format);
        let from = match (same("%Y"), same("%Y %-j")) {
            (_, true) | (false, _) => show(self.start, "%-d %b %Y %H:%M"),
            (true, false) => show(self.start, "%-d %b %H:%M"),
        };
        let to = if same("%Y %-j") { "%H:%M" } else { "%-d %b %Y %H:%M" };
        format!("{from} – {}", show(self.end, to))
    }

    /// The title, with the unit.
    pub(crate) fn heading(&self) -> String {
        match &self.scale {
            Scale::Number(numbers) => match numbers.unit() {
                Some(unit) => format!("{} ({unit})", self.title),
                None => self.title.clone(),
            },
            Scale::Truth { .. } => self.title.clone(),
        }
    }
}

/// A length of time in its one or two largest units: `23 h 59 min`, `9 min`, `12 s`.
pub(crate) fn length(length: SignedDuration) -> String {
    let seconds = length.as_secs().unsigned_abs();
    let two = |big: u64, big_unit, small: u64, small_unit| match small {
        0 => format!("{big} {big_unit}"),
        _ => format!("{big} {big_unit} {small} {small_unit}"),
    };
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_series::hours;

    #[test]
    fn a_period_names_each_day_and_year_once() {
        for (start, end, want) in [
            ("2026-01-30T08:00:00Z", "2026-01-30T09:00:00Z", "30 Jan 2026 08:00 – 09:00"),
            ("2026-01-30T08:00:00Z", "2026-01-31T09:00:00Z", "30 Jan 08:00 – 31 Jan 2026 09:00"),
            (
                "2025-12-31T08:00:00Z",
                "2026-01-01T09:00:00Z",
                "31 Dec 2025 08:00 – 1 Jan 2026 09:00",
            ),
        ] {
            let mut series = hours(&[]);
            (series.start, series.end) = (start.parse().unwrap(), end.parse().unwrap());
            assert_eq!(series.period(), want);
        }
    }

    #[test]
    fn a_moment_is_as_short_as_it_is_unambiguous() {
        for (days, want) in [(1, "01:00"), (2, "30 Jan 01:00"), (90, "30 Jan 2026")] {
            let mut series = hours(&[Some(1.0)]);
            let at = series.end;
            series.end = series.start + SignedDuration::from_hours(24 * days);
            assert_eq!(series.moment(at), want, "in {days} days");
        }
    }

    #[test]
    fn lengths_are_written_in_their_largest_units() {
        for (seconds, want) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3600, "1 h"),
            (86_340, "23 h 59 min"),
            (86_400, "24 h"),
            (172_800, "2 d"),
            (250_000, "2 d 21 h"),
        ] {
            assert_eq!(length(SignedDuration::from_secs(seconds)), want, "{seconds} s");
        }
    }
}
