//! Charts of recorded values: the ranges to choose from, and series as charts draw them.

pub use housekey_chart::Point as ChartPoint;
use housekey_chart::{Numbers, Point, Scale, Series};
use jiff::{SignedDuration, Timestamp};

use super::when::Now;

/// A recorded series of values.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedSeries {
    /// Its number in the store.
    pub id: i64,
    /// The kind of item it belongs to: `device`, `variable`, …
    pub kind: String,
    /// The id of the item.
    pub item: String,
    /// The id of the capability, or `value`.
    pub capability: String,
    /// The name of the item.
    pub name: String,
    /// The name of its zone; empty where it has none.
    pub zone: String,
    /// What is measured.
    pub title: String,
    /// The unit.
    pub unit: Option<String>,
    /// How many decimals are shown.
    pub decimals: Option<u8>,
    /// What its values are.
    pub values: Values,
}

/// What the values of a series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Numbers.
    Numbers,
    /// A counter, of which the increase is shown.
    Meter,
    /// True or false.
    Truth,
    /// Words, which have no chart.
    Words,
}

/// How far back a chart reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

/// What is read of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The beginning.
    pub from: Timestamp,
    /// The end.
    pub to: Timestamp,
    /// For how long a value holds; whole days follow the calendar of the home.
    pub step: SignedDuration,
}

impl Range {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its name in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
        }
    }

    /// The range of that name; else the shortest.
    pub fn of(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|one| Some(one.as_str()) == name).unwrap_or(Self::Day)
    }

    /// The time it covers, up to now.
    pub fn window(self, now: Timestamp, is_meter: bool) -> Window {
        let minutes = SignedDuration::from_mins;
        let (hours, step, of_meter) = match self {
            Self::Day => (24, minutes(5), minutes(60)),
            Self::Week => (7 * 24, minutes(30), minutes(24 * 60)),
            Self::Month => (30 * 24, minutes(120), minutes(24 * 60)),
        };
        let length = SignedDuration::from_hours(hours);
        let from = now.checked_sub(length).unwrap_or(Timestamp::MIN);
        Window { from, to: now, step: if is_meter { of_meter } else { step } }
    }
}

impl RecordedSeries {
    /// Whether it can be drawn.
    pub fn has_chart(&self) -> bool {
        self.values != Values::Words
    }

    /// `Kitchen / Fridge`.
    pub fn place(&self) -> String {
        match self.zone.is_empty() {
            true => self.name.clone(),
            false => format!("{} / {}", self.zone, self.name),
        }
    }

    /// The series as a chart draws it.
    pub fn chart(&self, points: Vec<Point>, window: Window, now: &Now) -> Series {
        let scale = match self.values {
            Values::Truth => {
                let (yes, no) = super::phrase::truth_words(&self.capability);
                Scale::Truth { yes: yes.to_owned(), no: no.to_owned() }
            }
            _ => Scale::Number(Numbers::new(self.unit.as_deref(), self.decimals.unwrap_or(2))),
        };
        Series {
            title: self.title.clone(),
            source: self.place(),
            resolution: String::new(),
            scale,
            points,
            step: window.step,
            start: window.from,
            end: window.to,
            zone: now.zone.clone(),
        }
    }
}

/// The values of a chart as lines of text, for spreadsheets.
pub fn csv(series: &[Series]) -> String {
    let mut out = "time,series,value\r\n".to_owned();
    for one in series {
        let name = quoted(&format!("{} {}", one.source, one.title));
        for point in &one.points {
            if let Some(value) = point.value {
                out += &format!("{},{name},{value}\r\n", point.at);
            }
        }
    }
    out
}

/// A cell. Spreadsheets take a text that begins with certain signs for a formula.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_by_name_and_cells_without_formulas() {
        for (name, want) in
            [(Some("7d"), Range::Week), (Some("1y"), Range::Day), (None, Range::Day)]
        {
            assert_eq!(Range::of(name), want, "{name:?}");
        }
        for (text, want) in
            [("Hall \"A\"", "\"Hall \"\"A\"\"\""), ("=1+1", "\"'=1+1\""), ("a,b", "\"a,b\"")]
        {
            assert_eq!(quoted(text), want, "{text}");
        }
    }

    #[test]
    fn no_chart_has_more_points_than_pixels() {
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        for range in Range::ALL {
            let window = range.window(now, false);
            let count = window.to.duration_since(window.from).as_secs() / window.step.as_secs();
            assert!((280..=400).contains(&count), "{range:?}: {count}");
        }
    }
}
