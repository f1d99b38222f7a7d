//! Values over time, with what follows from them: runs, gaps and the summary.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::scale::Scale;
use crate::time_axis::{self, Tick};
use crate::value_axis::ValueAxis;

/// Values over time, with what a chart writes beside them.
#[derive(Debug, Clone)]
pub struct Series {
    /// What was measured: `Temperature`.
    pub title: String,
    /// Where it was measured: `Garden/Weather station`. Left out of the chart where it is empty.
    pub source: String,
    /// The period that was requested, in the caller's words: `last24Hours`. Left out where it is empty.
    pub resolution: String,
    /// What the values mean.
    pub scale: Scale,
    /// The values, oldest first. No two may have the same time.
    pub points: Vec<Point>,
    /// How long a value holds: from the time of its point until this much later. Longer distances
    /// (by more than half a step) are gaps.
    pub step: SignedDuration,
    /// Where the chart begins, whether there are values or not.
    pub start: Timestamp,
    /// Where the chart ends; not before `start`.
    pub end: Timestamp,
    /// The time zone in which times are written.
    pub zone: TimeZone,
}

/// One value of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it begins to hold.
    pub at: Timestamp,
    /// The finite value, in the unit of the scale; `None` where nothing was recorded.
    pub value: Option<f64>,
}

/// From when to when.
pub type Interval = (Timestamp, Timestamp);

/// The figures below a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The smallest value, with the first time that it occurs.
    pub min: (Timestamp, f64),
    /// The largest value, with the first time that it occurs.
    pub max: (Timestamp, f64),
    /// The mean of the values, each counted once.
    pub mean: f64,
    /// Their sum.
    pub sum: f64,
    /// The newest value.
    pub last: f64,
}

impl Series {
    fn values(&self) -> impl Iterator<Item = (Timestamp, f64)> {
        self.points.iter().filter_map(|point| Some((point.at, point.value?)))
    }

    /// The axis of the values, with about `wanted` steps.
    pub(crate) fn value_axis(&self, wanted: usize) -> ValueAxis {
        let (min, max) = self.summary().map_or((0.0, 1.0), |all| (all.min.1, all.max.1));
        match &self.scale {
            Scale::Number(numbers) if numbers.are_bars => ValueAxis::of_bars(min, max, wanted),
            Scale::Number(_) => ValueAxis::fit(min, max, wanted),
            Scale::Truth { yes, no } => ValueAxis::truth(yes, no),
        }
    }

    /// When the value of a point ceases to hold.
    pub(crate) fn until(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.step).map_or(self.end, |over| over.min(self.end))
    }

    /// The bars: from when to when, and how high. One that ends a little before the next reaches to it, since the
    /// steps of a calendar are not all of one length.
    pub(crate) fn bars(&self) -> Vec<(Interval, f64)> {
        let next = |index: usize| self.points.get(index + 1).map(|next| next.at);
        let bar = |(index, point): (usize, &Point)| {
            let until = match next(index) {
                Some(next) if next.duration_since(point.at) <= self.near() => next,
                _ => self.until(point.at),
            };
            Some(((point.at, until), point.value?))
        };
        self.points.iter().enumerate().filter_map(bar).collect()
    }

    /// The middle of a bar of a day or longer that begins at a time.
    pub(crate) fn bar_of_day(&self, at: Timestamp) -> Option<Timestamp> {
        let is_bar = self.are_days() && self.points.iter().any(|point| point.at == at);
        is_bar.then(|| self.middle(at))
    }

    /// Whether it is bars of a day or longer, which are labelled below their middle.
    fn are_days(&self) -> bool {
        self.scale.are_bars() && self.step.as_hours() >= 23
    }

    /// At most that many ticks of the time axis; none at the end of the last day, where no bar begins.
    pub(crate) fn time_ticks(&self, most: usize) -> Vec<Tick> {
        let mut ticks = time_axis::ticks(self.start, self.end, &self.zone, most);
        ticks.retain(|tick| tick.at < self.end || !self.are_days());
        ticks
    }

    /// Up to which distance a value follows the one before.
    fn near(&self) -> SignedDuration {
        self.step + self.step / 2
    }

    /// The middle of the time for which a value holds.
    pub(crate) fn middle(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.until(at).duration_since(at) / 2).unwrap_or(at)
    }

    /// The values, split at the gaps.
    pub(crate) fn runs(&self) -> Vec<Vec<(Timestamp, f64)>> {
        // Some room, since the steps of a calendar are not all of one length.
        let near = self.near();
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

    /// The times without values, oldest first. A step that has not ended yet is no gap.
    ///
    /// ```
    /// # use housekey_chart::{Numbers, Point, Scale, Series};
    /// # use jiff::{SignedDuration, Timestamp, tz::TimeZone};
    /// # let at = |hour| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
    /// # let point = |hour| Point { at: at(hour), value: Some(1.0) };
    /// # let series = Series {
    /// #     title: String::new(), source: String::new(), resolution: String::new(),
    /// #     scale: Scale::Number(Numbers::new(None, 1)), zone: TimeZone::UTC,
    /// #     points: vec![point(0), point(1), point(5)],
    /// #     step: SignedDuration::from_hours(1), start: at(0), end: at(6),
    /// # };
    /// // A value each hour; those of hours 2 to 4 are missing.
    /// assert_eq!(series.gaps(), [(at(2), at(5))]);
    /// ```
    pub fn gaps(&self) -> Vec<Interval> {
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

    /// Smallest, largest, mean and newest value; `None` where there are no values.
    ///
    /// ```
    /// # use housekey_chart::{Numbers, Point, Scale, Series};
    /// # use jiff::{SignedDuration, Timestamp, tz::TimeZone};
    /// # let at = |hour| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
    /// # let point = |hour, value| Point { at: at(hour), value: Some(value) };
    /// # let series = Series {
    /// #     title: String::new(), source: String::new(), resolution: String::new(),
    /// #     scale: Scale::Number(Numbers::new(None, 1)), zone: TimeZone::UTC,
    /// #     points: vec![point(0, 3.0), point(1, 1.0), point(2, 2.0)],
    /// #     step: SignedDuration::from_hours(1), start: at(0), end: at(3),
    /// # };
    /// // The values 3, 1 and 2, an hour apart.
    /// let summary = series.summary().unwrap();
    /// assert_eq!((summary.min, summary.mean, summary.last), ((at(1), 1.0), 2.0, 2.0));
    /// ```
    pub fn summary(&self) -> Option<Summary> {
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
        Some(Summary { min, max, mean: sum / count, sum, last: last.1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Numbers;
    use crate::test_series::hours;

    fn hour(at: Timestamp) -> i64 {
        at.duration_since("2026-01-30T00:00:00Z".parse::<Timestamp>().unwrap()).as_hours()
    }

    #[test]
    fn runs_and_gaps_cover_the_whole_period() {
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
    fn missing_entries_make_a_gap() {
        let mut series = hours(&[Some(1.0); 8]);
        series.points.drain(3..5);
        let found: Vec<_> =
            series.gaps().iter().map(|(from, to)| (hour(*from), hour(*to))).collect();
        assert_eq!((series.runs().len(), found), (2, vec![(3, 5)]));
    }

    #[test]
    fn bars_reach_to_the_next_where_it_is_near() {
        let mut series = hours(&[Some(1.0), Some(2.0), None, Some(3.0), Some(4.0)]);
        // The clock is put forward, and a step is missing.
        series.points[1].at += SignedDuration::from_mins(20);
        series.points.remove(2);
        let found: Vec<_> = series
            .bars()
            .iter()
            .map(|((from, to), value)| (to.duration_since(*from).as_mins(), *value))
            .collect();
        assert_eq!(found, [(80, 1.0), (60, 2.0), (60, 3.0), (60, 4.0)]);
    }

    #[test]
    fn no_bar_is_named_after_the_last_day() {
        let mut series = hours(&[Some(1.0); 48]);
        let labels = |series: &Series| -> Vec<String> {
            series.time_ticks(9).into_iter().map(|tick| tick.label).collect()
        };
        let with_end = labels(&series).len();
        series.scale = Scale::Number(Numbers::new(Some("kWh"), 1).as_bars());
        assert_eq!(labels(&series).len(), with_end, "bars of an hour begin anywhere");
        series.step = SignedDuration::from_hours(24);
        assert_eq!(labels(&series).len(), with_end - 1);
    }

    #[test]
    fn the_summary_has_the_first_of_equal_values() {
        let series = hours(&[None, Some(2.0), Some(5.0), Some(2.0), Some(5.0), Some(3.0), None]);
        let summary = series.summary().unwrap();
        assert_eq!((hour(summary.min.0), summary.min.1), (1, 2.0));
        assert_eq!((hour(summary.max.0), summary.max.1), (2, 5.0));
        assert_eq!((summary.mean, summary.sum, summary.last), (3.4, 17.0, 3.0));
        assert_eq!(hours(&[None]).summary(), None);
    }
}
