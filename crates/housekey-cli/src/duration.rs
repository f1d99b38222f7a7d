//! Lengths of time as people write and read them.

use jiff::SignedDuration;

/// Reads `90` (seconds), `90s`, `10m`, `24h`, `1h 30m`, `7d` (of 24 h); not negative.
pub(crate) fn parse(text: &str) -> Result<SignedDuration, String> {
    let length = match (text.parse(), text.strip_suffix('d').map(str::parse)) {
        (Ok(seconds), _) => Some(SignedDuration::from_secs(seconds)),
        (_, Some(Ok(days))) => SignedDuration::from_hours(24).checked_mul(days),
        _ => text.parse().ok(),
    };
    match length {
        Some(length) if !length.is_negative() => Ok(length),
        Some(_) => Err("it cannot be negative".to_owned()),
        None => Err("write it as `90s`, `10m`, `24h` or `7d`".to_owned()),
    }
}

/// The length in its one or two largest units: `23 h 59 min`, `9 min`, `12 s`, `0.4 s`.
pub(crate) fn show(length: SignedDuration) -> String {
    let seconds = length.as_secs().unsigned_abs();
    let two = |big: u64, big_unit, small: u64, small_unit| match small {
        0 => format!("{big} {big_unit}"),
        _ => format!("{big} {big_unit} {small} {small_unit}"),
    };
    match seconds {
        0 => format!("{:.1} s", length.abs().as_secs_f64()),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let minutes = |m| Ok(SignedDuration::from_mins(m));
        for (text, want) in [
            ("90", Ok(SignedDuration::from_secs(90))),
            ("90s", Ok(SignedDuration::from_secs(90))),
            ("10m", minutes(10)),
            ("24h", minutes(24 * 60)),
            ("1h 30m", minutes(90)),
            ("7d", minutes(7 * 24 * 60)),
            ("0", minutes(0)),
        ] {
            assert_eq!(parse(text), want, "{text}");
        }
        assert!(parse("-1").is_err() && parse("-1h").is_err());
        assert!(parse("soon").is_err() && parse("").is_err() && parse("5 parsecs").is_err());
        assert!(parse("-1d").is_err() && parse("d").is_err() && parse("2000000000d").is_ok());
    }

    #[test]
    fn lengths_are_shown_in_their_largest_units() {
        for (ms, want) in [
            (0, "0.0 s"),
            (412, "0.4 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (3_599_000, "59 min"),
            (3_600_000, "1 h"),
            (86_340_000, "23 h 59 min"),
            (86_400_000, "24 h"),
            (172_800_000, "2 d"),
            (250_000_000, "2 d 21 h"),
        ] {
            assert_eq!(show(SignedDuration::from_millis(ms)), want, "{ms} ms");
        }
    }
}
