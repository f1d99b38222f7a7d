//! Points in time as people read them: on the clock of the place where they sit.

use housekey::model::Time;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `2026-11-23 07:58 CET`, on the clock of a zone; what is no time as it came.
pub(crate) fn in_zone(time: &Time, zone: &TimeZone) -> String {
    match (time.timestamp(), time) {
        (Some(at), _) => minute(at, zone),
        (None, Time::Text(text)) => text.clone(),
        (None, Time::Number(number)) => number.to_string(),
    }
}

/// `07:58:12`, on the clock of a zone: for live output.
pub(crate) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_stand_on_the_clock_of_the_place() {
        let amsterdam = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (came, want) in [
            (json!("2026-01-31T08:00:59.999Z"), "2026-01-31 09:00 CET"),
            (json!("2026-07-31T22:30:00Z"), "2026-08-01 00:30 CEST"),
            (json!(1_769_846_400), "2026-01-31 09:00 CET"),
            (json!("yesterday"), "yesterday"),
            (json!(1e300), "1e+300"),
        ] {
            let time: Time = serde_json::from_value(came.clone()).unwrap();
            assert_eq!(in_zone(&time, &amsterdam), want, "{came}");
        }
        let at = "2026-07-31T22:30:05Z".parse().unwrap();
        assert_eq!(clock(at, &amsterdam), "00:30:05");
    }
}
