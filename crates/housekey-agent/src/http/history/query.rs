//! The query of a request for recorded values.

use housekey_history::export::ExportFormat;
use housekey_history::reading::Function;
use housekey_history::series::Series;
use housekey_history::step::{DAY, Step};
use jiff::Timestamp;

/// From which number on a time is in milliseconds: as seconds it would be in the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

/// The query, checked.
#[derive(Debug, Default)]
pub(super) struct HistoryQuery {
    series: Vec<i64>,
    device: Option<String>,
    zone: Option<String>,
    capability: Option<String>,
    words: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    /// `None` for the automatic step.
    pub(super) step: Option<Step>,
    pub(super) function: Option<Function>,
    pub(super) tz: Option<String>,
    pub(super) format: Option<ExportFormat>,
}

impl HistoryQuery {
    pub(super) fn parse(text: Option<&str>) -> Result<Self, String> {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()) {
            let value = value.trim();
            let wrong = |error: &dyn std::fmt::Display| format!("`{name}`: {error}");
            match &*name {
                "series" => {
                    for id in value.split(',').filter(|id| !id.is_empty()) {
                        let id = id
                            .trim()
                            .parse::<i64>()
                            .map_err(|_| wrong(&"write the ids of `series`"))?;
                        query.series.push(id);
                    }
                }
                "device" => query.device = Some(value.to_lowercase()),
                "zone" => query.zone = Some(value.to_lowercase()),
                "capability" => query.capability = Some(value.to_lowercase()),
                "q" => query.words = Some(value.to_lowercase()),
                "from" => query.from = Some(time(value).map_err(|error| wrong(&error))?),
                "to" => query.to = Some(time(value).map_err(|error| wrong(&error))?),
                "step" if value == "auto" => {}
                "step" => query.step = Some(value.parse::<Step>().map_err(|error| wrong(&error))?),
                "fn" => {
                    query.function = Some(value.parse::<Function>().map_err(|error| wrong(&error))?)
                }
                "format" => {
                    query.format =
                        Some(value.parse::<ExportFormat>().map_err(|error| wrong(&error))?)
                }
                "tz" => query.tz = Some(value.to_owned()),
                other => {
                    return Err(format!(
                        "there is no `{other}`; there is: series, device, zone, capability, q, from, to, step, \
                         fn, format, tz"
                    ));
                }
            }
        }
        Ok(query)
    }

    /// Whether it names series.
    pub(super) fn is_narrowed(&self) -> bool {
        !self.series.is_empty() || self.device.is_some() || self.capability.is_some()
    }

    /// Whether a series is meant.
    pub(super) fn matches(&self, series: &Series) -> bool {
        let names = &series.names;
        let is = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| *wanted == name.to_lowercase())
        };
        let device = self.device.is_none()
            || [&names.device, &series.place(), &series.key.item]
                .into_iter()
                .any(|name| is(&self.device, name));
        let text = series.to_string().to_lowercase();
        (self.series.is_empty() || self.series.contains(&series.id))
            && device
            && is(&self.zone, &names.zone)
            && is(&self.capability, &series.key.key)
            && self
                .words
                .as_ref()
                .is_none_or(|words| words.split_whitespace().all(|word| text.contains(word)))
    }

    /// From when to when; the last day where nothing is said, and nothing of the future.
    pub(super) fn window(&self, now: i64) -> Result<(i64, i64), String> {
        let to = self.to.unwrap_or(now).min(now.saturating_add(1));
        let from = self.from.unwrap_or_else(|| to.saturating_sub(DAY));
        if to <= from {
            Err("`to` is not after `from`, or lies ahead".to_owned())
        } else {
            Ok((from, to))
        }
    }

    /// The same where nothing said means everything.
    pub(super) fn window_or_all(&self, now: i64) -> Result<(i64, i64), String> {
        match (self.from, self.to) {
            (None, None) => Ok((i64::MIN, i64::MAX)),
            (None, Some(to)) => Ok((i64::MIN, to)),
            _ => self.window(now),
        }
    }
}

/// RFC 3339, or seconds or milliseconds of the epoch.
fn time(text: &str) -> Result<i64, &'static str> {
    if let Ok(number) = text.parse::<i64>() {
        let ms = if number.abs() >= MILLISECONDS { number } else { number * 1000 };
        return Timestamp::from_millisecond(ms).map(|_| ms).map_err(|_| "this is no time");
    }
    // A plus sign of the zone may have become a space.
    let time = text.replace(' ', "+").parse::<Timestamp>();
    time.map(Timestamp::as_millisecond)
        .map_err(|_| "write RFC 3339, or seconds or milliseconds of the epoch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_windows() {
        let now = 1_764_000_000_000;
        for (query, want) in [
            ("", Ok((now - DAY, now))),
            ("from=1763900000&to=1763910000", Ok((1_763_900_000_000, 1_763_910_000_000))),
            ("from=1763900000000", Ok((1_763_900_000_000, now))),
            (
                "from=2025-11-23T13:20:00%2B01:00&to=2025-11-23T12:30:00Z",
                Ok((1_763_900_400_000, 1_763_901_000_000)),
            ),
            (
                "from=2026-11-23T13:20:00Z",
                Err("`to` is not after `from`, or lies ahead".to_owned()),
            ),
        ] {
            let query = HistoryQuery::parse(Some(query)).unwrap();
            assert_eq!(query.window(now), want);
        }
        for (query, want) in [
            ("from=soon", "`from`: write RFC 3339, or seconds or milliseconds of the epoch"),
            ("fn=median", "`fn`: there is mean, min, max, last, inc, integral and states"),
            ("series=a", "`series`: write the ids of `series`"),
            (
                "steps=1h",
                "there is no `steps`; there is: series, device, zone, capability, q, from, to, step, fn, format, tz",
            ),
        ] {
            assert_eq!(HistoryQuery::parse(Some(query)).unwrap_err(), want);
        }
    }
}
