//! Bars in blocks, each an eighth of a line fine.

use crate::series::Series;
use crate::value_axis::ValueAxis;

/// Eighths of a line.
const EIGHTHS: usize = 8;

/// Blocks that are filled from below, by eighths.
const FROM_BELOW: [char; EIGHTHS + 1] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The same from above, as far as there are such characters.
const FROM_ABOVE: [char; EIGHTHS + 1] = [' ', '▔', '▔', '▀', '▀', '▀', '█', '█', '█'];

/// How many columns a bar has at least that leaves the last one free.
const WITH_SPACE: usize = 3;

/// The lines of text, from above.
pub(super) fn rows(series: &Series, axis: &ValueAxis, columns: usize, lines: usize) -> Vec<String> {
    let all = lines * EIGHTHS;
    let level = |value: f64| (axis.share_of(value) * all as f64).round() as usize;
    // Zero lies between two lines: no character has a space within.
    let zero = (level(0.0) + EIGHTHS / 2) / EIGHTHS * EIGHTHS;
    let column = |at| (series.share_of(at) * columns as f64).round() as usize;
    let mut levels = vec![zero; columns];
    for ((from, until), value) in series.bars() {
        let (from, until) = (column(from), column(until));
        let until = if until - from >= WITH_SPACE { until - 1 } else { until.max(from + 1) };
        let high = (zero + level(value)).saturating_sub(level(0.0)).min(all);
        // What is more than nothing is seen.
        let high = if high == zero && value > 0.0 { zero + 1 } else { high };
        for at in levels.iter_mut().take(until).skip(from) {
            // Of several bars in one column the longest.
            if high.abs_diff(zero) > at.abs_diff(zero) {
                *at = high;
            }
        }
    }
    let block = |line: usize, high: usize| {
        let below = (lines - 1 - line) * EIGHTHS;
        let inside = high.saturating_sub(below).min(EIGHTHS);
        match below >= zero {
            true => FROM_BELOW[inside],
            false => FROM_ABOVE[EIGHTHS - inside],
        }
    };
    (0..lines).map(|line| levels.iter().map(|high| block(line, *high)).collect()).collect()
}
