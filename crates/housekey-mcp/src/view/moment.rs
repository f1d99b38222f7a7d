//! Points in time, on the clock of the home.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The present, on the clock of the home.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
}

impl Moment {
    /// A point in time: `22:14` of today, `2026-03-09 22:14` of another day.
    pub(crate) fn at(&self, moment: Timestamp) -> String {
        let (then, now) =
            (moment.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        match then.date() == now.date() {
            true => then.strftime("%H:%M").to_string(),
            false => then.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// How long ago something was, where that is less than an hour; else when it was.
    pub(crate) fn age(&self, moment: Timestamp) -> String {
        match self.now.duration_since(moment).as_secs() {
            seconds @ 0..60 => format!("{seconds} s ago"),
            seconds @ 60..3600 => format!("{} min ago", seconds / 60),
            _ => self.at(moment),
        }
    }

    /// A time to the minute: `03-10 22:14`.
    pub(crate) fn minute(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.zone.clone()).strftime("%m-%d %H:%M").to_string()
    }

    /// A time to the second: `2026-03-10 22:14:05`.
    pub(crate) fn second(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The present in full: `2026-03-10 22:14 Europe/Amsterdam`.
    pub(crate) fn in_full(&self) -> String {
        let now = self.now.to_zoned(self.zone.clone());
        let zone =
            self.zone.iana_name().map_or_else(|| now.strftime("%:z").to_string(), str::to_owned);
        format!("{} {zone}", now.strftime("%A %Y-%m-%d %H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_home() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let moment = Moment { now: "2026-03-10T22:30:00Z".parse().unwrap(), zone };
        for (then, want) in [
            ("2026-03-10T22:29:48Z", "12 s ago"),
            ("2026-03-10T22:05:00Z", "25 min ago"),
            ("2026-03-10T21:14:00Z", "22:14"),
            ("2026-03-09T22:30:00Z", "2026-03-09 23:30"),
            // A clock that is ahead.
            ("2026-03-10T22:31:00Z", "23:31"),
        ] {
            assert_eq!(moment.age(then.parse().unwrap()), want, "{then}");
        }
        assert_eq!(moment.in_full(), "Tuesday 2026-03-10 23:30 +01:00");
    }
}
