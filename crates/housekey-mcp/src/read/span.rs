//! Stretches of time in arguments.

use jiff::{SignedDuration, Timestamp};

use crate::answer::{Outcome, Refused};
use crate::quote::quoted;
use crate::view::Moment;

/// The longest stretch, in days.
const LONGEST: i64 = 3_700;

/// The beginning and the end that are meant; `usual` hours back where nothing is said.
pub(crate) fn span(
    now: &Moment,
    from: Option<&str>,
    to: Option<&str>,
    usual: i64,
) -> Outcome<(Timestamp, Timestamp)> {
    let to = to.map_or(Ok(now.now), |text| moment(now, text))?;
    let from = match from {
        Some(text) => moment(now, text)?,
        None => to.checked_sub(SignedDuration::from_hours(usual)).unwrap_or(to),
    };
    if from >= to {
        return Err(Refused::new("`from` has to be before `to`."));
    }
    if to.duration_since(from).as_hours() > LONGEST * 24 {
        return Err(Refused::new("Read ten years at most."));
    }
    Ok((from, to))
}

/// RFC 3339, a local time, a date, or a length of time back: `24h`, `7d`, `90m`, `2w`.
fn moment(now: &Moment, text: &str) -> Outcome<Timestamp> {
    let text = text.trim();
    let wrong = || {
        Refused::new(format!(
            "{} is no time: write 2026-11-30, 2026-11-30T08:00, or 24h or 7d back.",
            quoted(text)
        ))
    };
    if let Some((unit, count)) = text.char_indices().next_back().and_then(|(place, unit)| {
        Some((
            unit,
            text[..place].parse::<i64>().ok().filter(|count| (0..100_000).contains(count))?,
        ))
    }) {
        let minutes = match unit {
            'm' => Some(1),
            'h' => Some(60),
            'd' => Some(24 * 60),
            'w' => Some(7 * 24 * 60),
            _ => None,
        };
        if let Some(minutes) = minutes {
            let back = SignedDuration::from_mins(count * minutes);
            return now.now.checked_sub(back).map_err(|_| wrong());
        }
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let civil = text.parse::<jiff::civil::DateTime>();
    let civil =
        civil.or_else(|_| text.parse::<jiff::civil::Date>().map(|date| date.at(0, 0, 0, 0)));
    let zoned = civil.map_err(|_| wrong())?.to_zoned(now.zone.clone());
    zoned.map(|zoned| zoned.timestamp()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn now() -> Moment {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        Moment { now: "2026-03-10T12:00:00Z".parse().unwrap(), zone }
    }

    #[test]
    fn times_are_those_of_the_home() {
        for (text, want) in [
            ("24h", "2026-03-09T12:00:00Z"),
            ("90m", "2026-03-10T10:30:00Z"),
            ("2w", "2026-02-24T12:00:00Z"),
            ("2026-03-09", "2026-03-08T23:00:00Z"),
            ("2026-03-09T08:00", "2026-03-09T07:00:00Z"),
            ("2026-03-09T08:00:00Z", "2026-03-09T08:00:00Z"),
        ] {
            let (from, to) = span(&now(), Some(text), None, 24).unwrap();
            assert_eq!((from, to), (want.parse().unwrap(), now().now), "{text}");
        }
        for text in ["", "yesterday", "-1h", "h", "2027-01-01", "1900-01-01", "99999999999d", "1ö"]
        {
            assert!(span(&now(), Some(text), None, 24).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_refused(text in "\\PC{0,30}") {
            let _ = span(&now(), Some(&text), Some(&text), 24);
        }
    }
}
