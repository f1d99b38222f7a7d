//! Points in time as people say them: `22:14`, `yesterday 22:14`, `Mon 22:14`, `12 Mar`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The clock of a page: its moment, on the clock of the home.
#[derive(Debug, Clone, PartialEq)]
pub struct Now {
    /// The moment.
    pub at: Timestamp,
    /// The time zone of the home.
    pub zone: TimeZone,
}

impl Now {
    /// The day, by which texts such as `yesterday` change.
    pub fn day(&self) -> jiff::civil::Date {
        self.at.to_zoned(self.zone.clone()).date()
    }

    /// A moment, as short as it is clear.
    pub fn say(&self, moment: Timestamp) -> String {
        let then = moment.to_zoned(self.zone.clone());
        let days = (self.day() - then.date()).get_days();
        match days {
            0 => then.strftime("%H:%M").to_string(),
            -1 => then.strftime("tomorrow %H:%M").to_string(),
            1 => then.strftime("yesterday %H:%M").to_string(),
            2..=6 => then.strftime("%a %H:%M").to_string(),
            _ if then.year() == self.at.to_zoned(self.zone.clone()).year() => {
                then.strftime("%-d %b").to_string()
            }
            _ => then.strftime("%-d %b %Y").to_string(),
        }
    }

    /// A moment to the second, for a time line of one day.
    pub fn second(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_shorter() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let now = Now { at: "2026-03-10T12:00:00Z".parse().unwrap(), zone };
        for (moment, want) in [
            ("2026-03-10T10:41:00Z", "11:41"),
            ("2026-03-09T23:05:00Z", "00:05"),
            ("2026-03-09T21:14:00Z", "yesterday 22:14"),
            ("2026-03-05T21:14:00Z", "Thu 22:14"),
            ("2026-03-02T21:14:00Z", "2 Mar"),
            ("2025-12-31T22:14:00Z", "31 Dec 2025"),
            ("2026-03-11T05:12:00Z", "tomorrow 06:12"),
            // A clock that is ahead.
            ("2026-03-10T12:01:00Z", "13:01"),
        ] {
            assert_eq!(now.say(moment.parse().unwrap()), want, "{moment}");
        }
    }
}
