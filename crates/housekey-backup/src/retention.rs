//! Which snapshots are kept.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Which snapshots are kept: all of the last days, then the newest of each day, then the newest of each month.
///
/// A day or a month without a snapshot does not count, and the newest snapshot is always kept: what has not changed for
/// a year is still known.
///
/// ```
/// use housekey_backup::retention::Retention;
///
/// let retention: Retention = "7 days, 30 daily, 12 monthly".parse()?;
/// assert_eq!(retention, Retention::default());
/// # Ok::<_, housekey_backup::retention::RetentionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How many days all are kept.
    pub days: u16,
    /// The newest of that many days is kept.
    pub daily: u16,
    /// The newest of that many months is kept.
    pub monthly: u16,
}

/// A text that says no retention.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" does not say what is kept: write as in \"7 days, 30 daily, 12 monthly\"")]
pub struct RetentionError(String);

impl Default for Retention {
    fn default() -> Self {
        Self { days: 7, daily: 30, monthly: 12 }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, daily, monthly } = self;
        write!(f, "{days} days, {daily} daily, {monthly} monthly")
    }
}

impl FromStr for Retention {
    type Err = RetentionError;

    /// A part that is left out is 0.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || RetentionError(text.to_owned());
        let mut retention = Self { days: 0, daily: 0, monthly: 0 };
        for part in text.split(',') {
            let (number, unit) = part.trim().split_once(' ').ok_or_else(error)?;
            let count = match unit.trim() {
                "day" | "days" => &mut retention.days,
                "daily" => &mut retention.daily,
                "monthly" => &mut retention.monthly,
                _ => return Err(error()),
            };
            *count = number.parse().map_err(|_| error())?;
        }
        Ok(retention)
    }
}

impl Retention {
    /// Which of these snapshots are kept, in the same order. The zone decides when a day begins.
    pub fn kept(&self, times: &[Timestamp], now: Timestamp, zone: &TimeZone) -> Vec<bool> {
        let all_since = now.to_zoned(zone.clone()).checked_sub(i32::from(self.days).days());
        let all_since = all_since.map_or(Timestamp::MIN, |since| since.timestamp());
        let mut newest_first: Vec<usize> = (0..times.len()).collect();
        newest_first.sort_by_key(|&index| std::cmp::Reverse(times[index]));
        let mut kept = vec![false; times.len()];
        let (mut day, mut month) = (Period::new(self.daily), Period::new(self.monthly));
        for (rank, index) in newest_first.into_iter().enumerate() {
            let date = times[index].to_zoned(zone.clone()).date();
            // Each count goes on whatever the others say.
            let daily = day.keeps((date.year(), date.month(), date.day()));
            let monthly = month.keeps((date.year(), date.month(), 0));
            kept[index] = rank == 0 || times[index] >= all_since || daily || monthly;
        }
        kept
    }
}

/// Keeps the first of each period, up to a number of them.
struct Period {
    left: u16,
    last: Option<(i16, i8, i8)>,
}

impl Period {
    fn new(count: u16) -> Self {
        Self { left: count, last: None }
    }

    fn keeps(&mut self, period: (i16, i8, i8)) -> bool {
        if self.left == 0 || self.last == Some(period) {
            return false;
        }
        self.left -= 1;
        self.last = Some(period);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(retention: &str, now: &str, times: &[&str]) -> Vec<usize> {
        let retention: Retention = retention.parse().expect("a retention");
        let times: Vec<Timestamp> =
            times.iter().map(|time| time.parse().expect("a time")).collect();
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let kept = retention.kept(&times, now.parse().expect("a time"), &zone);
        (0..times.len()).filter(|&index| kept[index]).collect()
    }

    #[test]
    fn what_is_kept() {
        let times = [
            "2026-01-05T08:00:00Z",
            "2026-01-31T08:00:00Z",
            "2026-02-27T21:59:00Z",
            "2026-02-27T22:01:00Z", // the 28th in the home's zone
            "2026-03-01T07:00:00Z",
            "2026-03-01T09:00:00Z",
            "2026-03-08T09:00:00Z",
        ];
        let now = "2026-03-08T10:00:00Z";
        assert_eq!(kept("7 days", now, &times), [6]);
        assert_eq!(kept("8 days", now, &times), [4, 5, 6]);
        assert_eq!(kept("0 days, 3 daily", now, &times), [3, 5, 6]);
        assert_eq!(kept("0 days, 4 daily", now, &times), [2, 3, 5, 6]);
        assert_eq!(kept("0 days, 2 monthly", now, &times), [3, 6]);
        assert_eq!(kept("0 days, 9 monthly", now, &times), [1, 3, 6]);
        assert_eq!(kept("0 days", now, &times), [6], "the newest is always kept");
        assert_eq!(kept("0 days", now, &[]), [0; 0]);
        assert_eq!(kept("7 days, 30 daily, 12 monthly", now, &times), [0, 1, 2, 3, 5, 6]);
    }

    #[test]
    fn texts() {
        let retention = Retention { days: 1, daily: 2, monthly: 0 };
        assert_eq!("1 day, 2 daily".parse(), Ok(retention));
        assert_eq!(retention.to_string().parse(), Ok(retention));
        for wrong in ["", "7", "7 weeks", "-1 days", "7 days 30 daily", "70000 days"] {
            let error = wrong.parse::<Retention>().expect_err(wrong).to_string();
            assert!(error.contains("write as in"), "{error}");
        }
    }
}
