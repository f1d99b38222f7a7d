//! Steps of a reading, and where their buckets begin in the home's own time.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp};

/// 5 minutes in milliseconds.
pub const FIVE_MINUTES: i64 = 5 * 60 * 1000;

/// 1 hour in milliseconds.
pub const HOUR: i64 = 60 * 60 * 1000;

/// 1 day in milliseconds, where no zone changes its offset.
pub const DAY: i64 = 24 * HOUR;

/// How fine a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Every point.
    Raw,
    /// Buckets of that many milliseconds, which divide a day.
    Fixed(i64),
    /// Calendar days, of 23, 24 or 25 hours.
    Day,
    /// Calendar months.
    Month,
}

/// The steps that [`Step::automatic`] chooses from.
const AUTOMATIC: [Step; 8] = [
    Step::Fixed(5_000),
    Step::Fixed(30_000),
    Step::Fixed(60_000),
    Step::Fixed(FIVE_MINUTES),
    Step::Fixed(3 * FIVE_MINUTES),
    Step::Fixed(HOUR),
    Step::Fixed(6 * HOUR),
    Step::Day,
];

/// How many buckets the automatic step gives at most, below its longest.
const AUTOMATIC_BUCKETS: i64 = 1000;

/// The text is no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a step is raw, 1d, 1mo, or a length of time that divides a day, such as 5m or 1h")]
pub struct NoStep;

impl Step {
    /// The step for a chart of that time: about a thousand buckets.
    pub fn automatic(span: i64) -> Self {
        Self::finest(span, AUTOMATIC_BUCKETS)
    }

    /// The finest of the usual steps with at most that number of buckets.
    pub fn finest(span: i64, buckets: i64) -> Self {
        let fits = |step: &&Self| step.length() >= span / buckets.max(1);
        AUTOMATIC.iter().find(fits).copied().unwrap_or(Self::Day)
    }

    /// The usual length in milliseconds; 0 for raw.
    pub const fn length(self) -> i64 {
        match self {
            Self::Raw => 0,
            Self::Fixed(length) => length,
            Self::Day => DAY,
            Self::Month => 30 * DAY,
        }
    }

    /// The edges of the buckets that cover `from` to `to`: the first is not after `from`, the last not before
    /// `to`. Empty for raw.
    pub fn edges(self, from: i64, to: i64, zone: &TimeZone) -> Vec<i64> {
        if self == Self::Raw || from >= to {
            return Vec::new();
        }
        let mut edge = self.floor(from, zone);
        let mut edges = vec![edge];
        while edge < to {
            edge = self.next(edge, zone);
            edges.push(edge);
        }
        edges
    }

    /// The beginning of the bucket that a time is in.
    pub fn floor(self, t: i64, zone: &TimeZone) -> i64 {
        let civil = zone.to_datetime(timestamp(t));
        match self {
            Self::Raw => t,
            Self::Day => start_of(civil.date().to_datetime(jiff::civil::Time::midnight()), zone),
            Self::Month => start_of(
                civil.date().first_of_month().to_datetime(jiff::civil::Time::midnight()),
                zone,
            ),
            Self::Fixed(length) => {
                // Where no offset changes in between, it is arithmetic.
                let edge = t - (t + offset(t, zone)).rem_euclid(length);
                if offset(edge, zone) == offset(t, zone) {
                    return edge;
                }
                // Else walk there from the last midnight, which begins a bucket of every step.
                let mut edge = Self::Day.floor(t, zone);
                loop {
                    let next = next_fixed(edge, length, zone);
                    if next > t {
                        break;
                    }
                    edge = next;
                }
                edge
            }
        }
    }

    /// The beginning of the bucket after the one that begins at `edge`.
    pub fn next(self, edge: i64, zone: &TimeZone) -> i64 {
        let following = |span: Span| {
            let civil = zone.to_datetime(timestamp(edge));
            // Steps from a date on, since the day or month may begin after midnight.
            let date = civil.date();
            let date = if self == Self::Month { date.first_of_month() } else { date };
            let date = date.saturating_add(span);
            start_of(date.to_datetime(jiff::civil::Time::midnight()), zone)
        };
        match self {
            Self::Raw => edge + 1,
            Self::Day => following(Span::new().days(1)),
            Self::Month => following(Span::new().months(1)),
            Self::Fixed(length) => next_fixed(edge, length, zone),
        }
    }
}

/// The next time whose local clock shows a multiple of the step.
fn next_fixed(edge: i64, length: i64, zone: &TimeZone) -> i64 {
    let mut from = edge;
    loop {
        let before = offset(from, zone);
        let candidate = from + length - (from + before).rem_euclid(length);
        if offset(candidate - 1, zone) == before && offset(candidate, zone) == before {
            return candidate;
        }
        let Some(change) = change_after(from, candidate, zone) else { return candidate };
        let after = offset(change, zone);
        // A clock that goes forward at a multiple of the step begins a bucket, whatever it shows then.
        let is_edge =
            (after > before && change == candidate) || (change + after).rem_euclid(length) == 0;
        if is_edge {
            return change;
        }
        from = change;
    }
}

/// When the zone changes its offset, after `from` and not after `to`.
fn change_after(from: i64, to: i64, zone: &TimeZone) -> Option<i64> {
    let change = zone.following(timestamp(from)).find(|change| {
        let at = change.timestamp().as_millisecond();
        at > to || offset(at, zone) != offset(at - 1, zone)
    })?;
    let at = change.timestamp().as_millisecond();
    (at <= to).then_some(at)
}

fn start_of(civil: DateTime, zone: &TimeZone) -> i64 {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let offset = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
    };
    offset.to_timestamp(civil).map_or(0, |start| start.as_millisecond())
}

fn offset(t: i64, zone: &TimeZone) -> i64 {
    i64::from(zone.to_offset(timestamp(t)).seconds()) * 1000
}

fn timestamp(t: i64) -> Timestamp {
    let bounds = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
    Timestamp::from_millisecond(t.clamp(bounds.0, bounds.1)).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl FromStr for Step {
    type Err = NoStep;

    fn from_str(text: &str) -> Result<Self, NoStep> {
        let text = text.trim().to_ascii_lowercase();
        match &*text {
            "raw" => return Ok(Self::Raw),
            "1d" | "24h" | "day" => return Ok(Self::Day),
            "1mo" | "month" => return Ok(Self::Month),
            _ => {}
        }
        let length = text.parse::<jiff::SignedDuration>().map_err(|_| NoStep)?;
        let length = i64::try_from(length.as_millis()).map_err(|_| NoStep)?;
        let divides = (1000..DAY).contains(&length) && DAY % length == 0;
        if divides { Ok(Self::Fixed(length)) } else { Err(NoStep) }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw => f.write_str("raw"),
            Self::Day => f.write_str("1d"),
            Self::Month => f.write_str("1mo"),
            Self::Fixed(length) if length % HOUR == 0 => write!(f, "{}h", length / HOUR),
            Self::Fixed(length) if length % 60_000 == 0 => write!(f, "{}m", length / 60_000),
            Self::Fixed(length) => write!(f, "{}s", length / 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn edges_follow_the_local_clock() {
        let rows: &[(&str, Step, &str, &str, &[&str])] = &[
            (
                "Asia/Kolkata",
                Step::Fixed(HOUR),
                "2026-01-30T00:00:00Z",
                "2026-01-30T01:40:00Z",
                &[
                    "2026-01-29T23:30:00Z",
                    "2026-01-30T00:30:00Z",
                    "2026-01-30T01:30:00Z",
                    "2026-01-30T02:30:00Z",
                ],
            ),
            (
                "Europe/Amsterdam",
                Step::Day,
                "2026-03-28T23:00:00Z",
                "2026-03-30T22:00:00Z",
                &["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"],
            ),
            (
                "Europe/Amsterdam",
                Step::Fixed(6 * HOUR),
                "2026-03-28T23:00:00Z",
                "2026-03-29T12:00:00Z",
                &[
                    "2026-03-28T23:00:00Z",
                    "2026-03-29T04:00:00Z",
                    "2026-03-29T10:00:00Z",
                    "2026-03-29T16:00:00Z",
                ],
            ),
            (
                "Australia/Lord_Howe",
                Step::Fixed(HOUR),
                "2026-10-03T14:40:00Z",
                "2026-10-03T16:10:00Z",
                &[
                    "2026-10-03T14:30:00Z",
                    "2026-10-03T15:30:00Z",
                    "2026-10-03T16:00:00Z",
                    "2026-10-03T17:00:00Z",
                ],
            ),
            (
                "Europe/Amsterdam",
                Step::Month,
                "2026-02-10T00:00:00Z",
                "2026-04-01T00:00:00Z",
                &[
                    "2026-01-31T23:00:00Z",
                    "2026-02-28T23:00:00Z",
                    "2026-03-31T22:00:00Z",
                    "2026-04-30T22:00:00Z",
                ],
            ),
        ];
        for (zone, step, from, to, want) in rows {
            let found = step.edges(ms(from), ms(to), &TimeZone::get(zone).unwrap());
            let found: Vec<_> = found.iter().map(|t| timestamp(*t).to_string()).collect();
            assert_eq!(found, *want, "{zone} {step}");
        }
    }

    #[test]
    fn steps_as_people_write_them() {
        for (text, want) in [
            ("raw", "raw"),
            ("5m", "5m"),
            ("300s", "5m"),
            ("1h", "1h"),
            ("60m", "1h"),
            ("1d", "1d"),
            ("24h", "1d"),
            ("1mo", "1mo"),
            ("15 min", "15m"),
            ("7m", "-"),
            ("0s", "-"),
            ("2d", "-"),
            ("", "-"),
        ] {
            let found = text.parse::<Step>().map_or("-".to_owned(), |step| step.to_string());
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn the_automatic_step_has_about_a_thousand_buckets() {
        for (span, want) in [
            (HOUR, "5s"),
            (DAY, "5m"),
            (7 * DAY, "15m"),
            (30 * DAY, "1h"),
            (365 * DAY, "1d"),
            (0, "5s"),
        ] {
            assert_eq!(Step::automatic(span).to_string(), want);
        }
    }
}
