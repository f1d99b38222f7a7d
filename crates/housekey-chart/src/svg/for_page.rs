//! Charts for a page that brings its own style: as wide as their place, with text that keeps its size.
//!
//! The lines lie in a picture that is stretched; labels lie beside it, at shares of the width.

use std::fmt::Write as _;

use super::{escaped, number, several::shares_axis};
use crate::scale::Scale;
use crate::series::Series;
use crate::time_axis;
use crate::value_axis::{ValueAxis, number_text};

/// The units of the stretched picture.
const WIDE: f64 = 1000.0;

/// The height of the plot, the room above it and below it, in pixels.
const HIGH: f64 = 180.0;
const LOW: f64 = 72.0;
const ABOVE: f64 = 16.0;
const BELOW: f64 = 24.0;

/// About how many steps the value axis gets, and how many ticks the time axis gets at most.
const VALUE_STEPS: usize = 4;
const TIME_TICKS: usize = 5;

/// Draws a bar for each value of one series, from zero; each says its value.
pub fn bars_for_page(series: &Series) -> String {
    let summary = series.summary();
    let (min, max) = summary.map_or((0.0, 1.0), |all| (all.min.1, all.max.1));
    let axis = ValueAxis::of_bars(min, max, VALUE_STEPS);
    let plot = PlotArea { frame: series, axis, high: HIGH };
    let mut inside = String::new();
    plot.bars(&mut inside, series);
    plot.around(&inside, &label(std::slice::from_ref(series)))
}

/// Draws lines as an `svg` element for the text of a page, without style: the page has rules for the classes `grid`,
/// `line`, `area`, `gap`, `bar`, `c0`, `c1`, …, and for text. Only those series are drawn that share the axis of the
/// first.
///
/// ```
/// # use housekey_chart::{Numbers, Point, Scale, Series};
/// # use jiff::{SignedDuration, Timestamp, tz::TimeZone};
/// # let (start, hour) = (Timestamp::UNIX_EPOCH, SignedDuration::from_hours(1));
/// # let point = |n: i32, value| Point { at: start + hour * n, value: Some(value) };
/// # let series = Series {
/// #     title: "Power".to_owned(), source: String::new(), resolution: String::new(),
/// #     scale: Scale::Number(Numbers::new(Some("W"), 0)), zone: TimeZone::UTC,
/// #     points: vec![point(0, 3.0), point(1, 1.0)], step: hour, start, end: start + hour * 2,
/// # };
/// let picture = housekey_chart::lines_for_page(&[series]);
/// assert!(picture.contains("class=\"line c0\"") && !picture.contains("style"));
/// ```
pub fn lines_for_page(series: &[Series]) -> String {
    let Some(first) = series.first() else { return String::new() };
    let drawn = || series.iter().filter(|one| shares_axis(one, first) || std::ptr::eq(*one, first));
    let (axis, high) = match &first.scale {
        Scale::Truth { yes, no } => (ValueAxis::truth(yes, no), LOW),
        Scale::Number(_) => {
            let all = || drawn().filter_map(Series::summary);
            let min = all().map(|one| one.min.1).fold(f64::INFINITY, f64::min);
            let max = all().map(|one| one.max.1).fold(f64::NEG_INFINITY, f64::max);
            let (min, max) = if min <= max { (min, max) } else { (0.0, 1.0) };
            // What is never negative and comes near zero is shown from zero on.
            let min = if min >= 0.0 && min < max / 2.0 { 0.0 } else { min };
            (ValueAxis::fit(min, max, VALUE_STEPS), HIGH)
        }
    };
    let plot = PlotArea { frame: first, axis, high };
    let mut inside = String::new();
    for (index, one) in drawn().enumerate() {
        if series.len() == 1 {
            plot.gaps(&mut inside, one);
        }
        match one.scale {
            Scale::Number(_) => plot.line(&mut inside, one, index, series.len() == 1),
            Scale::Truth { .. } => plot.steps(&mut inside, one, index),
        }
    }
    plot.around(&inside, &label(series))
}

/// What a screen reader says.
fn label(series: &[Series]) -> String {
    let one = |series: &Series| {
        let name = [series.source.as_str(), &series.title].map(str::trim).join(" ");
        match series.summary() {
            None => format!("{name}: no values"),
            Some(all) => format!(
                "{name}: from {} to {}, last {}",
                series.scale.text(all.min.1),
                series.scale.text(all.max.1),
                series.scale.text(all.last)
            ),
        }
    };
    series.iter().map(one).collect::<Vec<_>>().join("; ").trim().to_owned()
}

struct PlotArea<'a> {
    frame: &'a Series,
    axis: ValueAxis,
    high: f64,
}

impl PlotArea<'_> {
    fn x(&self, at: jiff::Timestamp) -> f64 {
        self.frame.share_of(at) * WIDE
    }

    fn y(&self, value: f64) -> f64 {
        (1.0 - self.axis.share_of(value)) * self.high
    }

    fn around(&self, inside: &str, label: &str) -> String {
        let Series { start, end, zone, .. } = self.frame;
        let (all, high) = (number(ABOVE + self.high + BELOW), number(self.high));
        let mut out = format!(
            "<svg class=\"chart\" height=\"{all}\" width=\"100%\" role=\"img\" aria-label=\"{}\">",
            escaped(label)
        );
        for (value, _) in &self.axis.ticks {
            let y = number(ABOVE + self.y(*value));
            let _ =
                write!(out, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>");
        }
        let _ = write!(
            out,
            "<svg y=\"{ABOVE}\" width=\"100%\" height=\"{high}\" viewBox=\"0 0 {WIDE} {high}\" \
             preserveAspectRatio=\"none\" aria-hidden=\"true\">{inside}</svg>"
        );
        for (value, label) in &self.axis.ticks {
            let y = number(ABOVE + self.y(*value) - 4.0);
            let _ = write!(out, "<text x=\"0\" y=\"{y}\">{}</text>", escaped(label));
        }
        for tick in time_axis::ticks(*start, *end, zone, TIME_TICKS) {
            let share = self.frame.share_of(tick.at);
            // Labels at an edge would be cut off.
            if (0.06..=0.94).contains(&share) {
                let (x, y) = (number_text(share * 100.0, 2), number(ABOVE + self.high + 17.0));
                let text = escaped(&tick.label);
                let _ = write!(
                    out,
                    "<text class=\"time\" x=\"{x}%\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
                );
            }
        }
        if self.frame.points.iter().all(|point| point.value.is_none()) {
            let y = number(ABOVE + self.high / 2.0);
            let _ = write!(
                out,
                "<text class=\"mark\" x=\"50%\" y=\"{y}\" text-anchor=\"middle\">no values</text>"
            );
        }
        out + "</svg>"
    }

    fn gaps(&self, out: &mut String, series: &Series) {
        for (from, to) in series.gaps() {
            let (left, right) = (self.x(from), self.x(to));
            let (x, wide, high) =
                (number(left), number((right - left).max(1.0)), number(self.high));
            let _ =
                write!(out, "<rect class=\"gap\" x=\"{x}\" width=\"{wide}\" height=\"{high}\"/>");
        }
    }

    fn line(&self, out: &mut String, series: &Series, colour: usize, shaded: bool) {
        for run in series.runs() {
            let places = run.iter().map(|(at, value)| (self.x(series.middle(*at)), self.y(*value)));
            let places: Vec<_> = places.collect();
            let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
            let mut line = String::new();
            for (index, (x, y)) in places.iter().enumerate() {
                let sign = if index == 0 { 'M' } else { 'L' };
                let _ = write!(line, "{sign}{} {}", number(*x), number(*y));
            }
            if places.len() == 1 {
                // A single value is a short stroke.
                line += "h3";
            } else if shaded && self.axis.low == 0.0 {
                let (from, to, bottom) = (number(first.0), number(last.0), number(self.high));
                let _ = write!(
                    out,
                    "<path class=\"area c{colour}\" d=\"{line}L{to} {bottom}L{from} {bottom}Z\"/>"
                );
            }
            let _ = write!(out, "<path class=\"line c{colour}\" d=\"{line}\"/>");
        }
    }

    fn steps(&self, out: &mut String, series: &Series, colour: usize) {
        for run in series.runs() {
            let Some((first, _)) = run.first() else { continue };
            let (start, mut end) = (self.x(*first), self.x(*first));
            let mut line = String::new();
            for (index, (at, value)) in run.iter().enumerate() {
                let y = number(self.y(*value));
                let _ = match index {
                    0 => write!(line, "M{} {y}", number(end)),
                    _ => write!(line, "H{}V{y}", number(self.x(*at))),
                };
                end = self.x(series.until(*at));
            }
            let (from, to, bottom) = (number(start), number(end), number(self.high));
            let _ = write!(
                out,
                "<path class=\"area c{colour}\" d=\"{line}H{to}V{bottom}H{from}Z\"/>\
                 <path class=\"line c{colour}\" d=\"{line}H{to}\"/>"
            );
        }
    }

    fn bars(&self, out: &mut String, series: &Series) {
        for point in &series.points {
            let Some(value) = point.value.filter(|value| *value != 0.0) else { continue };
            let (x, until) = (self.x(point.at), self.x(series.until(point.at)));
            let room = (until - x) * 0.12;
            let (zero, y) = (self.y(0.0_f64.max(self.axis.low)), self.y(value));
            let (x, wide) = (number(x + room), number(until - x - 2.0 * room));
            let (y, high) = (number(y.min(zero)), number((zero - y).abs().max(1.0)));
            let label = format!("{}: {}", series.moment(point.at), series.scale.text(value));
            let _ = write!(
                out,
                "<rect class=\"bar\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"><title>{}</title></rect>",
                escaped(&label)
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Numbers;
    use crate::test_series::hours;

    #[test]
    fn a_picture_for_a_page_has_no_style_and_escaped_text() {
        let mut one = hours(&[Some(1.0), Some(2.0), None, None, Some(3.0)]);
        one.title = "</svg><script>".to_owned();
        one.scale = Scale::Number(Numbers::new(Some("W"), 1));
        let mut other = hours(&[Some(9.0); 5]);
        other.scale = Scale::Number(Numbers::new(Some("V"), 1));
        for picture in [lines_for_page(&[one.clone()]), bars_for_page(&one)] {
            assert!(!picture.contains("style") && !picture.contains("<script"), "{picture}");
            assert_eq!(picture.matches("<svg").count(), picture.matches("</svg>").count());
        }
        assert_eq!(lines_for_page(&[one.clone()]).matches("class=\"line c0\"").count(), 2);
        assert_eq!(bars_for_page(&one).matches("class=\"bar\"").count(), 3);
        // Volts have no place on an axis of watts.
        assert!(!lines_for_page(&[one.clone(), other]).contains("c1"));
        // Bars begin at zero, also where all are of one height.
        one.points.truncate(1);
        assert!(bars_for_page(&one).contains(">0</text>"));
    }

    #[test]
    fn truth_values_are_steps_and_nothing_says_so() {
        let mut series = hours(&[Some(0.0), Some(1.0)]);
        series.scale = Scale::Truth { yes: "open".to_owned(), no: "closed".to_owned() };
        assert!(lines_for_page(&[series.clone()]).contains("M0 72H500V0H1000"));
        series.points.clear();
        assert!(lines_for_page(&[series]).contains(">no values</text>"));
    }
}
