//! The value axis, with round numbers.

/// The range of the axis and its labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueAxis {
    /// The lower end.
    pub(crate) low: f64,
    /// The upper end.
    pub(crate) high: f64,
    /// Each labelled value with its label, smallest first.
    pub(crate) ticks: Vec<(f64, String)>,
}

/// Numbers that need more decimals are written with an exponent.
const MOST_DECIMALS: i32 = 9;

impl ValueAxis {
    /// The axis for values from `min` to `max` with about `wanted` steps, each of 1, 2 or 5 times a
    /// power of ten; it begins and ends at a whole step. Values that are all the same get an axis
    /// around them.
    pub(crate) fn fit(min: f64, max: f64, wanted: usize) -> Self {
        let (min, max) = if max > min {
            (min, max)
        } else {
            let around = if min == 0.0 { 1.0 } else { min.abs() / 10.0 };
            (min - around, max + around)
        };
        let step = round_step((max - min) / wanted.max(1) as f64);
        // A hair less, so that 0.3 / 0.1 does not begin a step of its own.
        let hair = 1e-9;
        let first = (min / step + hair).floor();
        let last = (max / step - hair).ceil();
        let decimals = u8::try_from((-step.log10().floor()).clamp(0.0, 9.0) as i32).unwrap_or(0);
        let count = (last - first).clamp(1.0, 1000.0) as u32;
        let at = |index: u32| (first + f64::from(index)) * step;
        let ticks = (0..=count).map(|index| (at(index), number_text(at(index), decimals)));
        Self { low: at(0), high: at(count), ticks: ticks.collect() }
    }

    /// The axis of bars, which begin at zero.
    pub(crate) fn of_bars(min: f64, max: f64, wanted: usize) -> Self {
        let max = if max > 0.0 || min < 0.0 { max.max(0.0) } else { 1.0 };
        Self::fit(min.min(0.0), max, wanted)
    }

    /// The axis of truth values.
    pub(crate) fn truth(yes: &str, no: &str) -> Self {
        Self { low: 0.0, high: 1.0, ticks: vec![(0.0, no.to_owned()), (1.0, yes.to_owned())] }
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper.
    pub(crate) fn share_of(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not smaller.
fn round_step(rough: f64) -> f64 {
    // What is too small to tell apart is one step.
    let rough = rough.max(f64::MIN_POSITIVE.sqrt());
    let power = 10_f64.powf(rough.log10().floor());
    let of = rough / power;
    let steps = [1.0, 2.0, 5.0];
    // A hair more, for what is 2 but for the last bit.
    steps.into_iter().find(|step| of <= step * (1.0 + 1e-9)).unwrap_or(10.0) * power
}

/// A number with at most that many decimals: `21.4`, `-0.05`, `1180`, `2.5e9`.
pub(crate) fn number_text(value: f64, decimals: u8) -> String {
    let size = value.abs();
    let smallest = 10_f64.powi(-MOST_DECIMALS);
    if value != 0.0 && !(smallest..1e9).contains(&size) {
        return format!("{value:.1e}").replace(".0e", "e");
    }
    let text = format!("{value:.*}", usize::from(decimals));
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    };
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(min: f64, max: f64, wanted: usize) -> String {
        let texts: Vec<_> =
            ValueAxis::fit(min, max, wanted).ticks.into_iter().map(|(_, text)| text).collect();
        texts.join(" ")
    }

    #[test]
    fn steps_are_round_and_cover_every_value() {
        for (min, max, want) in [
            (18.2, 24.1, "18 20 22 24 26"),
            (0.0, 1180.0, "0 500 1000 1500"),
            (0.0, 1.0, "0 0.2 0.4 0.6 0.8 1"),
            (0.1, 0.3, "0.1 0.15 0.2 0.25 0.3"),
            (-7.0, 3.0, "-8 -6 -4 -2 0 2 4"),
            (1013.2, 1013.4, "1013.2 1013.25 1013.3 1013.35 1013.4"),
            (0.0, 82_000.0, "0 20000 40000 60000 80000 100000"),
            (0.0, 5e12, "0 1e12 2e12 3e12 4e12 5e12"),
            (-0.000_02, 0.000_02, "-0.00002 -0.00001 0 0.00001 0.00002"),
        ] {
            assert_eq!(labels(min, max, 5), want, "{min} to {max}");
            let axis = ValueAxis::fit(min, max, 5);
            assert!(axis.low <= min + 1e-9 && axis.high >= max - 1e-9, "{axis:?}");
        }
    }

    #[test]
    fn bars_begin_at_zero() {
        for (min, max, low, high) in [
            (3.0, 8.0, 0.0, 8.0),
            (0.0, 0.0, 0.0, 1.0),
            (-3.0, 2.0, -3.0, 2.0),
            (-5.0, -5.0, -5.0, 0.0),
        ] {
            let axis = ValueAxis::of_bars(min, max, 5);
            assert_eq!((axis.low, axis.high), (low, high), "{min} to {max}");
        }
    }

    #[test]
    fn equal_values_lie_inside_the_axis() {
        for (value, want) in [
            (21.5, "19 20 21 22 23 24"),
            (0.0, "-1 -0.5 0 0.5 1"),
            (-60.0, "-70 -65 -60 -55 -50"),
            (1e300, "9e299 9.5e299 1e300 1.1e300 1.1e300"),
            (5e-324, "0 0 0"),
        ] {
            let axis = ValueAxis::fit(value, value, 5);
            assert!(axis.ticks.len() < 20, "{axis:?}");
            let share = axis.share_of(value);
            assert!((0.0..=1.0).contains(&share), "{share}");
            if value.abs() > 1e-200 {
                assert_eq!(labels(value, value, 5), want, "{value}");
                assert!((0.1..=0.9).contains(&share), "{value} at {share}");
            }
        }
    }

    #[test]
    fn numbers_have_no_more_decimals_than_they_need() {
        for (value, decimals, want) in [
            (21.40, 2, "21.4"),
            (21.456, 1, "21.5"),
            (-0.001, 1, "0"),
            (100.0, 0, "100"),
            (1180.0, 2, "1180"),
            (2.5e9, 2, "2.5e9"),
            (0.0, 3, "0"),
        ] {
            assert_eq!(number_text(value, decimals), want, "{value}");
        }
    }
}
