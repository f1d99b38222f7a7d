//! The home's time zone and times of day in it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The name of [`zone`].
pub(crate) const NAME: &str = "Europe/Amsterdam";

/// The rules of the home's time zone, written out so that no time zone database is needed.
pub(crate) fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC)
}

/// Reads `HH:MM`.
pub(crate) fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// The next time it is so late on a day that `fits`, within eight days.
pub(crate) fn next(time: Time, after: Timestamp, fits: impl Fn(Date) -> bool) -> Option<Timestamp> {
    let today = after.to_zoned(zone()).date();
    (0..=7).find_map(|ahead| {
        let date = today.checked_add(jiff::Span::new().days(ahead)).ok()?;
        let at = date.to_datetime(time).to_zoned(zone()).ok()?.timestamp();
        (at > after && fits(date)).then_some(at)
    })
}
