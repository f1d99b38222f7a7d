//! Values over a stretch of time, with what follows from them: runs, gaps, and the outstanding ones.

use housekey::model::Measure;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// What was measured: `Temperature`.
    pub(crate) title: String,
    /// Where: `Garden/Weather station`.
    pub(crate) source: String,
    /// Which part of the past it is, in the words of the API: `last24Hours`.
    pub(crate) resolution: String,
    /// What the values mean.
    pub(crate) scale: Scale,
    /// Oldest first.
    pub(crate) points: Vec<Point>,
    /// How long each value holds: it is that of the time from its own point to the next.
    pub(crate) step: SignedDuration,
    /// Where the stretch begins, whether there are values or not.
    pub(crate) start: Timestamp,
    /// Where it ends.
    pub(crate) end: Timestamp,
    /// Where times are read.
    pub(crate) zone: TimeZone,
}

/// What values mean.
#[derive(Debug, Clone)]
pub(crate) enum Scale {
    /// Numbers in their unit.
    Number(Measure),
    /// 1 and 0 are two words; what lies between was partly the one, partly the other.
    Truth {
        /// The word for 1.
        yes: String,
        /// The word for 0.
        no: String,
    },
}

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// Where its time begins.
    pub(crate) at: Timestamp,
    /// What it was; none where nothing was kept.
    pub(crate) value: Option<f64>,
}

/// A stretch of time.
pub(super) type Stretch = (Timestamp, Timestamp);

/// What stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    /// The smallest value, the first time it was there.
    pub(super) min: (Timestamp, f64),
    /// The largest value, the first time it was there.
    pub(super) max: (Timestamp, f64),
    /// The mean.
    pub(super) mean: f64,
    /// The newest value.
    pub(super) last: f64,
}

impl Series {
    fn values(&self) -> impl Iterator<Item = (Timestamp, f64)> {
        self.points.iter().filter_map(|point| Some((point.at, point.value?)))
    }

    /// Where the time of a value ends.
    pub(super) fn until(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.step).map_or(self.end, |over| over.min(self.end))
    }

    /// The middle of the time that a value stands for.
    pub(super) fn middle(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.until(at).duration_since(at) / 2).unwrap_or(at)
    }

    /// The values in runs without a gap.
    pub(super) fn runs(&self) -> Vec<Vec<(Timestamp, f64)>> {
        // Some room, since the steps of a calendar are not all of one length.
        let near = self.step + self.step / 2;
        let mut runs: Vec<Vec<(Timestamp, f64)>> = Vec::new();
        for (at, value) in self.values() {
            match runs.last_mut() {
                Some(run)
                    if run.last().is_some_and(|(last, _)| at.duration_since(*last) <= near) =>
                {
                    run.push((at, value));
                }
                _ => runs.push(vec![(at, value)]),
            }
        }
        runs
    }

    /// The stretches of which nothing is known. The last step counts only when it is over.
    pub(super) fn gaps(&self) -> Vec<Stretch> {
        let mut gaps = Vec::new();
        let mut known = self.start;
        for run in self.runs() {
            if let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) {
                if first.duration_since(known) >= self.step {
                    gaps.push((known, *first));
                }
                known = self.until(*last);
            }
        }
        if self.end.duration_since(known) > self.step {
            gaps.push((known, self.end));
        }
        gaps
    }

    /// What stands out; none where there are no values.
    pub(super) fn summary(&self) -> Option<Summary> {
        let (first, last) = (self.values().next()?, self.values().last()?);
        let (mut min, mut max, mut sum, mut count) = (first, first, 0.0, 0.0);
        for (at, value) in self.values() {
            if value < min.1 {
                min = (at, value);
            }
            if value > max.1 {
                max = (at, value);
            }
            sum += value;
            count += 1.0;
        }
        Some(Summary { min, max, mean: sum / count, last: last.1 })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Values an hour apart from midnight on, in a stretch that ends with the last of them.
    pub(in crate::chart) fn hours(values: &[Option<f64>]) -> Series {
        let start: Timestamp = "2026-01-30T00:00:00Z".parse().unwrap();
        let hour = SignedDuration::from_hours(1);
        let at = |index: usize| start + hour * i32::try_from(index).unwrap();
        Series {
            title: "Temperature".to_owned(),
            source: "Garden/Weather station".to_owned(),
            resolution: "last24Hours".to_owned(),
            scale: number("°C", 1),
            points: values
                .iter()
                .enumerate()
                .map(|(index, value)| Point { at: at(index), value: *value })
                .collect(),
            step: hour,
            start,
            end: at(values.len()),
            zone: TimeZone::UTC,
        }
    }

    /// Numbers with that unit and so many decimals.
    pub(in crate::chart) fn number(unit: &str, decimals: u8) -> Scale {
        let capability = serde_json::json!({"id": "x", "units": unit, "decimals": decimals});
        Scale::Number(Measure::of_capability(&serde_json::from_value(capability).unwrap()))
    }

    fn hour(at: Timestamp) -> i64 {
        at.duration_since("2026-01-30T00:00:00Z".parse::<Timestamp>().unwrap()).as_hours()
    }

    #[test]
    fn runs_and_gaps_are_what_is_known_and_what_is_not() {
        let (some, none) = (Some(1.0), None);
        for (values, runs, gaps) in [
            (&[][..], &[][..], &[][..]),
            (&[some, some], &[2], &[]),
            (&[none, some, none, none, some, some], &[1, 2], &[(0, 1), (2, 4)]),
            // The step that has just begun is no gap; two are.
            (&[some, none], &[1], &[]),
            (&[some, none, none], &[1], &[(1, 3)]),
            (&[none, none, none], &[], &[(0, 3)]),
        ] {
            let series = hours(values);
            let lengths: Vec<_> = series.runs().iter().map(Vec::len).collect();
            assert_eq!(lengths, runs, "{values:?}");
            let found: Vec<_> =
                series.gaps().iter().map(|(from, to)| (hour(*from), hour(*to))).collect();
            assert_eq!(found, gaps, "{values:?}");
        }
    }

    #[test]
    fn entries_that_are_left_out_make_a_gap_too() {
        let mut series = hours(&[Some(1.0); 8]);
        series.points.drain(3..5);
        let found: Vec<_> =
            series.gaps().iter().map(|(from, to)| (hour(*from), hour(*to))).collect();
        assert_eq!((series.runs().len(), found), (2, vec![(3, 5)]));
    }

    #[test]
    fn the_summary_tells_the_first_of_equal_values() {
        let series = hours(&[None, Some(2.0), Some(5.0), Some(2.0), Some(5.0), Some(3.0), None]);
        let summary = series.summary().unwrap();
        assert_eq!((hour(summary.min.0), summary.min.1), (1, 2.0));
        assert_eq!((hour(summary.max.0), summary.max.1), (2, 5.0));
        assert_eq!((summary.mean, summary.last), (3.4, 3.0));
        assert_eq!(hours(&[None]).summary(), None);
    }
}
