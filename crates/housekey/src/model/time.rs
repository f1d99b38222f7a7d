//! A point in time, a text or a number in answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// A time as it came; ISO 8601 text nearly everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Time {
    /// ISO 8601: `2026-01-31T08:00:00.000Z`.
    Text(String),
    /// Milliseconds since 1970 in images, seconds in weather forecasts.
    Number(Number),
}

impl Time {
    /// The point in time; `None` for text that is no ISO 8601 time with a zone, and for numbers out
    /// of range. Numbers from 10^11 up are milliseconds, smaller ones seconds: the limit is the year
    /// 5138 in seconds and 1973 in milliseconds.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Number(number) => {
                let whole = number.as_f64()? as i64;
                if whole.unsigned_abs() < 100_000_000_000 {
                    Timestamp::from_second(whole).ok()
                } else {
                    Timestamp::from_millisecond(whole).ok()
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_text_milliseconds_and_seconds() {
        let rows = [
            (r#""2026-01-31T08:00:00.000Z""#, Some("2026-01-31T08:00:00Z")),
            (r#""2026-01-31T09:00:00+01:00""#, Some("2026-01-31T08:00:00Z")),
            ("1769846400000", Some("2026-01-31T08:00:00Z")),
            ("1769846400", Some("2026-01-31T08:00:00Z")),
            ("1769846400500", Some("2026-01-31T08:00:00.5Z")),
            (r#""yesterday""#, None),
            (r#""""#, None),
            ("1769846400123.9", Some("2026-01-31T08:00:00.123Z")),
            ("1e300", None),
            ("-1e300", None),
        ];
        for (text, want) in rows {
            let time: Time = serde_json::from_str(text).unwrap();
            let got = time.timestamp().map(|timestamp| timestamp.to_string());
            assert_eq!(got.as_deref(), want, "{text}");
        }
    }
}
