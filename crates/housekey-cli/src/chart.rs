//! Draws values over time: in the terminal and as an SVG picture. Pure: series in, text out.

mod canvas;
mod series;
mod svg;
mod terminal;
mod time_axis;
mod value_axis;

pub(crate) use series::{Point, Scale, Series};
pub(crate) use svg::svg;
pub(crate) use terminal::plot;

use jiff::Timestamp;

impl Series {
    /// Where a time lies in the stretch that is drawn: 0 at its start, 1 at its end.
    fn share_of(&self, at: Timestamp) -> f64 {
        let part = |to: Timestamp| to.duration_since(self.start).as_secs_f64();
        let whole = part(self.end);
        if whole > 0.0 { (part(at) / whole).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// When something was, as short as it stays clear in this chart: `04:15`, `12 Jan 04:15`, and the
    /// day alone in the course of months.
    fn moment(&self, at: Timestamp) -> String {
        let format = match self.end.duration_since(self.start).as_hours() {
            ..=36 => "%H:%M",
            37..=1500 => "%-d %b %H:%M",
            _ => "%-d %b %Y",
        };
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// The stretch of time in words: `30 Jan 14:05 – 31 Jan 2026 14:02`.
    fn stretch(&self) -> String {
        let show = |at: Timestamp, format: &str| {
            at.to_zoned(self.zone.clone()).strftime(format).to_string()
        };
        let same = |format| show(self.start, format) == show(self.end, format);
        let from = match (same("%Y"), same("%Y %-j")) {
            (_, true) | (false, _) => show(self.start, "%-d %b %Y %H:%M"),
            (true, false) => show(self.start, "%-d %b %H:%M"),
        };
        let to = if same("%Y %-j") { "%H:%M" } else { "%-d %b %Y %H:%M" };
        format!("{from} – {}", show(self.end, to))
    }

    /// What was measured, with its unit.
    fn heading(&self) -> String {
        match &self.scale {
            Scale::Number(measure) => match measure.unit() {
                Some(unit) => format!("{} ({unit})", self.title),
                None => self.title.clone(),
            },
            Scale::Truth { .. } => self.title.clone(),
        }
    }

    /// A value as people read it: `21.4 °C`, or one of the two words.
    pub(crate) fn value_text(&self, value: f64) -> String {
        match &self.scale {
            Scale::Number(measure) => measure.scaled_text(value),
            Scale::Truth { yes, no } => if value >= 0.5 { yes } else { no }.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::series::tests::hours;

    #[test]
    fn a_stretch_of_time_says_each_day_and_year_once() {
        for (start, end, want) in [
            ("2026-01-30T08:00:00Z", "2026-01-30T09:00:00Z", "30 Jan 2026 08:00 – 09:00"),
            ("2026-01-30T08:00:00Z", "2026-01-31T09:00:00Z", "30 Jan 08:00 – 31 Jan 2026 09:00"),
            (
                "2025-12-31T08:00:00Z",
                "2026-01-01T09:00:00Z",
                "31 Dec 2025 08:00 – 1 Jan 2026 09:00",
            ),
        ] {
            let mut series = hours(&[]);
            (series.start, series.end) = (start.parse().unwrap(), end.parse().unwrap());
            assert_eq!(series.stretch(), want);
        }
    }

    #[test]
    fn a_moment_is_told_as_shortly_as_it_is_clear() {
        for (days, want) in [(1, "01:00"), (2, "30 Jan 01:00"), (90, "30 Jan 2026")] {
            let mut series = hours(&[Some(1.0)]);
            let at = series.end;
            series.end = series.start + jiff::SignedDuration::from_hours(24 * days);
            assert_eq!(series.moment(at), want, "in {days} days");
        }
    }
}
