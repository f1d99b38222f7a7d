//! The time axis: round times of day, days, months or years in the calendar of a time zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

/// A labelled time on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    pub(crate) at: Timestamp,
    pub(crate) label: String,
}

/// The distance between ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Minutes(i64),
    Days(i64),
    /// From Monday to Monday.
    Week,
    Months(i64),
    Years(i64),
}

const STEPS: [Step; 24] = [
    Step::Minutes(1),
    Step::Minutes(5),
    Step::Minutes(10),
    Step::Minutes(15),
    Step::Minutes(30),
    Step::Minutes(60),
    Step::Minutes(120),
    Step::Minutes(180),
    Step::Minutes(360),
    Step::Minutes(720),
    Step::Days(1),
    Step::Days(2),
    Step::Days(5),
    Step::Week,
    Step::Days(10),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(100),
];

/// The ticks from `start` to `end`: as close together as `most` of them allow.
pub(crate) fn ticks(start: Timestamp, end: Timestamp, zone: &TimeZone, most: usize) -> Vec<Tick> {
    let all = STEPS.into_iter().map(|step| every(step, start, end, zone, most));
    all.flatten().next().unwrap_or_default()
}

/// The ticks at that step; none where there are more than `most`.
fn every(
    step: Step,
    start: Timestamp,
    end: Timestamp,
    zone: &TimeZone,
    most: usize,
) -> Option<Vec<Tick>> {
    let from = start.to_zoned(zone.clone()).datetime();
    let mut ticks: Vec<Tick> = Vec::new();
    let mut civil = step.first(from.date())?;
    loop {
        let zoned = civil.to_zoned(zone.clone()).ok()?;
        let at = zoned.timestamp();
        if at > end {
            return Some(ticks);
        }
        // Where the clock is put forward, two times of day are the same instant.
        if at >= start && ticks.last().is_none_or(|last| last.at < at) {
            ticks.push(Tick { at, label: step.label(zoned.datetime()) });
        }
        if ticks.len() > most {
            return None;
        }
        civil = step.next(civil)?;
    }
}

impl Step {
    /// A round time that is not after the beginning of that day.
    fn first(self, date: Date) -> Option<DateTime> {
        let back = |days: i64| date.checked_sub(days.days()).ok();
        let first = match self {
            Self::Minutes(_) | Self::Days(1) => date,
            // Days of the month, so that they stay where they are when the stretch moves on.
            Self::Days(_) | Self::Months(1) => date.first_of_month(),
            Self::Week => back(date.weekday().to_monday_zero_offset().into())?,
            Self::Months(_) => date.first_of_year(),
            Self::Years(years) => {
                let year = i64::from(date.year()).div_euclid(years) * years;
                Date::new(i16::try_from(year).ok()?, 1, 1).ok()?
            }
        };
        Some(first.at(0, 0, 0, 0))
    }

    fn next(self, civil: DateTime) -> Option<DateTime> {
        let span = match self {
            Self::Minutes(minutes) => Span::new().minutes(minutes),
            Self::Week => Span::new().weeks(1),
            Self::Days(days) => Span::new().days(days),
            Self::Months(months) => Span::new().months(months),
            Self::Years(years) => Span::new().years(years),
        };
        let next = civil.checked_add(span).ok()?;
        let Self::Days(days) = self else { return Some(next) };
        // Every month begins anew, and its last step is not a short one: no 30th before a 1st.
        let over = next.month() != civil.month();
        let left = i64::from(next.date().days_in_month() - next.day()) + 1;
        match days > 1 && (over || left < days) {
            true if over => Some(next.date().first_of_month().at(0, 0, 0, 0)),
            true => next.date().last_of_month().tomorrow().ok().map(|date| date.at(0, 0, 0, 0)),
            false => Some(next),
        }
    }

    /// `14:30`; a day at midnight; a month by its name, and a year in January.
    fn label(self, civil: DateTime) -> String {
        let midnight = civil.hour() == 0 && civil.minute() == 0;
        let format = match self {
            Self::Minutes(_) if !midnight => "%H:%M",
            Self::Minutes(_) | Self::Days(_) | Self::Week => "%-d %b",
            Self::Months(_) if civil.month() > 1 => "%b",
            Self::Months(_) | Self::Years(_) => "%Y",
        };
        civil.strftime(format).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(start: &str, end: &str, most: usize) -> String {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let ticks = ticks(start.parse().unwrap(), end.parse().unwrap(), &zone, most);
        assert!(ticks.len() <= most && ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
        ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join("  ")
    }

    #[test]
    fn ticks_are_round_in_the_calendar_of_the_zone() {
        for (start, end, most, want) in [
            (
                "2026-01-30T13:02:00Z",
                "2026-01-30T14:02:00Z",
                8,
                "14:10  14:20  14:30  14:40  14:50  15:00",
            ),
            (
                "2026-01-30T13:05:00Z",
                "2026-01-31T13:02:00Z",
                10,
                "15:00  18:00  21:00  31 Jan  03:00  06:00  09:00  12:00",
            ),
            (
                "2026-01-27T13:05:00Z",
                "2026-01-30T13:02:00Z",
                7,
                "28 Jan  12:00  29 Jan  12:00  30 Jan  12:00",
            ),
            ("2026-01-24T00:00:00Z", "2026-02-14T00:00:00Z", 6, "26 Jan  1 Feb  6 Feb  11 Feb"),
            (
                "2025-12-31T23:00:00Z",
                "2026-12-31T23:00:00Z",
                8,
                "2026  Mar  May  Jul  Sep  Nov  2027",
            ),
            (
                "2024-02-01T00:00:00Z",
                "2026-02-01T00:00:00Z",
                8,
                "Apr  Jul  Oct  2025  Apr  Jul  Oct  2026",
            ),
            ("2026-01-30T14:00:00Z", "2026-01-30T14:00:00Z", 5, "15:00"),
            ("2026-01-30T14:00:00Z", "2026-01-30T14:00:10Z", 5, "15:00"),
            ("2026-01-30T14:00:01Z", "2026-01-30T14:00:10Z", 5, ""),
        ] {
            assert_eq!(labels(start, end, most), want, "{start} to {end}");
        }
    }

    #[test]
    fn a_skipped_or_repeated_hour_has_no_tick_of_its_own() {
        let march = labels("2026-03-28T23:30:00Z", "2026-03-29T03:30:00Z", 6);
        assert_eq!(march, "01:00  03:00  04:00  05:00");
        let october = labels("2026-10-24T22:30:00Z", "2026-10-25T02:30:00Z", 6);
        assert_eq!(october, "01:00  02:00  03:00");
    }

    #[test]
    fn as_many_as_fit_and_no_more() {
        for most in 1..60 {
            let labels = labels("2024-03-01T00:00:00Z", "2026-02-01T00:00:00Z", most);
            assert!(most < 3 || !labels.is_empty(), "{most}");
        }
    }
}
