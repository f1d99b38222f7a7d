//! Bars from zero, with their sum.

use std::fmt::Write as _;

use super::{Drawing, LETTER, RIGHT, TOP, escaped, number, text};
use crate::series::Summary;

/// How much of its room a bar leaves free, in all and at most.
const FREE: f64 = 0.28;
const MOST_FREE: f64 = 14.0;

/// The radius of the corners at most.
const CORNER: f64 = 4.0;

impl Drawing<'_> {
    /// A bar for each value, labelled where there is room, else the largest alone; the sum beside the title.
    pub(super) fn bars(&self, out: &mut String, summary: Summary) {
        let bars: Vec<_> = self.series.bars();
        let scale = &self.series.scale;
        let zero = self.y(0.0);
        let room = |((from, until), value): &(_, f64)| {
            let label = scale.text(*value).chars().count() as f64 * LETTER + 6.0;
            *value == 0.0 || self.x(*until) - self.x(*from) >= label
        };
        let all_are_labelled = bars.iter().all(room);
        for ((from, until), value) in &bars {
            let (x, end) = (self.x(*from), self.x(*until));
            let free = ((end - x) * FREE).min(MOST_FREE);
            let (x, wide) = (x + free / 2.0, (end - x - free).max(0.5));
            let high = zero - self.y(*value);
            // What is not zero is seen.
            let high = if *value == 0.0 { 0.0 } else { high.abs().max(1.0).copysign(*value) };
            let name = self.series.bar_name(*from);
            let label = escaped(&format!("{name}: {}", scale.text(*value)));
            let path = outline((x, zero), wide, high);
            let _ = writeln!(out, "<path class=\"bar\" d=\"{path}\"><title>{label}</title></path>");
            let is_largest = (*from, *value) == summary.max && *value > 0.0;
            if *value != 0.0 && (all_are_labelled || is_largest) {
                let label = scale.text(*value);
                let half = label.chars().count() as f64 * LETTER / 2.0;
                let x = (x + wide / 2.0).clamp(self.left + half, RIGHT - half);
                let y = zero - high + if high > 0.0 { -7.0 } else { 17.0 };
                text(out, "mark", (x, y.max(TOP - 4.0)), "middle", &label);
            }
        }
        if self.axis.low < 0.0 {
            let (left, right, zero) = (number(self.left), number(RIGHT), number(zero));
            let _ = writeln!(out, "<path class=\"axis\" d=\"M{left} {zero}H{right}\"/>");
        }
        text(out, "title", (RIGHT, 34.0), "end", &scale.text(summary.sum));
        let mean = format!("in total · mean {}", scale.text(summary.mean));
        text(out, "", (RIGHT, 56.0), "end", &mean);
    }
}

/// A bar that stands on a line, or hangs from it where its height is negative, with round corners at its end.
fn outline((x, zero): (f64, f64), wide: f64, high: f64) -> String {
    let corner = CORNER.min(wide / 3.0).min(high.abs());
    let down = corner.copysign(high);
    let (to, straight) = (number(wide - 2.0 * corner), number(down - high));
    let (x, zero, back) = (number(x), number(zero), number(high - down));
    let (corner, up, down) = (number(corner), number(-down), number(down));
    format!("M{x} {zero}v{straight}q0 {up} {corner} {up}h{to}q{corner} 0 {corner} {down}v{back}z")
}

#[cfg(test)]
mod tests {
    use crate::scale::{Numbers, Scale};
    use crate::test_series::hours;
    use crate::{svg, svg_of};

    #[test]
    fn bars_are_labelled_where_there_is_room_and_summed_up() {
        let amounts = |values: &[f64]| {
            let values: Vec<_> = values.iter().copied().map(Some).collect();
            let mut series = hours(&values);
            series.scale = Scale::Number(Numbers::new(Some("kWh"), 1).as_bars());
            series
        };
        let marks = |picture: &str| picture.matches("class=\"mark\"").count();
        let few = svg(&amounts(&[1.5, 0.0, 4.0]));
        assert_eq!((few.matches("class=\"bar\"").count(), marks(&few)), (3, 2));
        assert!(few.contains("text-anchor=\"end\">5.5 kWh</text>"), "{few}");
        assert!(few.contains("<title>02:00: 4 kWh</title>"), "{few}");
        let many = svg(&amounts(&[1.0; 60]));
        assert_eq!((many.matches("class=\"bar\"").count(), marks(&many)), (60, 1));
        let below = svg(&amounts(&[2.0, -1.0]));
        assert!(below.contains("class=\"axis\" d=\"M52 262.7H928\""), "the line of zero: {below}");
        // Bars of one unit do not share an axis.
        let two = svg_of(&[amounts(&[1.0]), amounts(&[2.0])]);
        assert_eq!(two.matches("<svg ").count(), 3);
    }
}
