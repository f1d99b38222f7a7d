//! Several series in one picture: numbers of one unit as lines on one axis, everything else below each other.

use std::fmt::Write as _;

use super::{
    BELOW, Drawing, LETTER, NUMBERS, RIGHT, TOP, TRUTHS, VALUE_STEPS, WIDTH, number, svg, text,
};
use crate::scale::Scale;
use crate::series::Series;
use crate::value_axis::ValueAxis;

/// The colours of the lines, for light and dark pictures.
const COLOURS: [(&str, &str); 6] = [
    ("#0969da", "#58a6ff"),
    ("#bc4c00", "#f0883e"),
    ("#1a7f37", "#3fb950"),
    ("#8250df", "#bc8cff"),
    ("#cf222e", "#ff7b72"),
    ("#6e7781", "#b1bac4"),
];

/// Draws several series as one SVG document, with a legend where they share an axis.
///
/// ```
/// use housekey_chart::{Numbers, Point, Scale, Series};
/// use jiff::{SignedDuration, Timestamp, tz::TimeZone};
///
/// let start = Timestamp::UNIX_EPOCH;
/// let hour = SignedDuration::from_hours(1);
/// let room = |source: &str, value| Series {
///     title: "Temperature".to_owned(),
///     source: source.to_owned(),
///     resolution: String::new(),
///     scale: Scale::Number(Numbers::new(Some("°C"), 1)),
///     points: vec![Point { at: start, value: Some(value) }],
///     step: hour,
///     start,
///     end: start + hour,
///     zone: TimeZone::UTC,
/// };
/// let picture = housekey_chart::svg_of(&[room("Kitchen", 21.0), room("Hall", 18.5)]);
/// assert!(picture.contains(">Kitchen</text>") && picture.contains(">Hall</text>"));
/// ```
pub fn svg_of(series: &[Series]) -> String {
    match series {
        [one] => svg(one),
        [first, ..] if series.iter().all(|one| shares_axis(one, first)) => {
            on_one_axis(series, first)
        }
        several => below_each_other(several),
    }
}

/// Whether both are numbers of one unit, drawn as lines.
pub(super) fn shares_axis(one: &Series, other: &Series) -> bool {
    match (&one.scale, &other.scale) {
        (Scale::Number(one), Scale::Number(other)) => {
            one.unit() == other.unit() && !one.are_bars && !other.are_bars
        }
        _ => false,
    }
}

/// What distinguishes the series of a legend: where they were measured, or else what.
fn legend(series: &[Series], first: &Series) -> Vec<String> {
    let same_title = series.iter().all(|one| one.title == first.title);
    let same_source = series.iter().all(|one| one.source == first.source);
    let label = |one: &Series| match (same_title, same_source) {
        (true, _) => one.source.clone(),
        (false, true) => one.title.clone(),
        (false, false) => format!("{} {}", one.source, one.title),
    };
    series.iter().map(label).collect()
}

fn on_one_axis(series: &[Series], first: &Series) -> String {
    let summaries: Vec<_> = series.iter().filter_map(Series::summary).collect();
    let min = summaries.iter().map(|all| all.min.1).fold(f64::INFINITY, f64::min);
    let max = summaries.iter().map(|all| all.max.1).fold(f64::NEG_INFINITY, f64::max);
    let axis = match min <= max {
        true => ValueAxis::fit(min, max, VALUE_STEPS),
        false => ValueAxis::fit(0.0, 1.0, VALUE_STEPS),
    };
    let mut frame = Series { points: Vec::new(), ..first.clone() };
    frame.start = series.iter().map(|one| one.start).min().unwrap_or(first.start);
    frame.end = series.iter().map(|one| one.end).max().unwrap_or(first.end);
    if series.iter().any(|one| one.title != first.title) {
        let titles: Vec<_> = series.iter().map(|one| one.title.as_str()).collect();
        frame.title = titles.join(", ");
    }
    if series.iter().any(|one| one.source != first.source) {
        frame.source = String::new();
    }
    let widest = axis.ticks.iter().map(|(_, label)| label.chars().count()).max().unwrap_or(0);
    let left = 28.0 + widest as f64 * LETTER;
    let drawing = Drawing { series: &frame, axis, left, bottom: TOP + NUMBERS };
    let mut out = String::new();
    drawing.head(&mut out);
    let _ = writeln!(out, "<style>{}</style>", colours(series.len()));
    drawing.grid(&mut out);
    for (index, one) in series.iter().enumerate() {
        line(&mut out, &drawing, one, index % COLOURS.len());
    }
    let mut x = left;
    let y = drawing.bottom + BELOW - 8.0;
    for (index, label) in legend(series, first).iter().enumerate() {
        let colour = index % COLOURS.len();
        let _ = writeln!(
            out,
            "<path class=\"line c{colour}\" d=\"M{} {}h16\"/>",
            number(x),
            number(y - 4.0)
        );
        text(&mut out, "", (x + 22.0, y), "start", label);
        x += 46.0 + label.chars().count() as f64 * LETTER;
        if x > RIGHT {
            break;
        }
    }
    out + "</svg>\n"
}

/// The lines of one series, one for each run: a gap stays open.
fn line(out: &mut String, drawing: &Drawing<'_>, series: &Series, colour: usize) {
    for run in series.runs() {
        let mut path = String::new();
        for (index, (at, value)) in run.iter().enumerate() {
            let (x, y) = (drawing.x(series.middle(*at)), drawing.y(*value));
            let sign = if index == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{sign}{} {}", number(x), number(y));
        }
        if run.len() == 1 {
            // A single value is a short stroke.
            path += "h3";
        }
        let _ = writeln!(out, "<path class=\"line c{colour}\" d=\"{path}\"/>");
    }
}

fn colours(count: usize) -> String {
    let used = COLOURS.iter().take(count).enumerate();
    let rule = |(index, colour): (usize, &str)| format!(".c{index}{{stroke:{colour}}}");
    let light: String = used.clone().map(|(index, (light, _))| rule((index, light))).collect();
    let dark: String = used.map(|(index, (_, dark))| rule((index, dark))).collect();
    format!("{light}@media (prefers-color-scheme:dark){{{dark}}}")
}

fn below_each_other(series: &[Series]) -> String {
    let mut inside = String::new();
    let mut y = 0.0;
    for one in series {
        let high = match one.scale {
            Scale::Number(_) => NUMBERS,
            Scale::Truth { .. } => TRUTHS,
        };
        inside += &svg(one).replacen("<svg ", &format!("<svg y=\"{}\" ", number(y)), 1);
        y += TOP + high + BELOW;
    }
    let high = number(y);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {high}\" width=\"{WIDTH}\" \
         height=\"{high}\" role=\"img\">\n{inside}</svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_series::hours;

    fn count(picture: &str, what: &str) -> usize {
        picture.matches(what).count()
    }

    #[test]
    fn one_unit_shares_an_axis_and_a_gap_stays_open() {
        let one = hours(&[Some(20.0), Some(21.0), None, None, Some(22.0), Some(21.0)]);
        let mut other = hours(&[Some(5.0); 6]);
        other.source = "Hall".to_owned();
        let picture = svg_of(&[one.clone(), other.clone()]);
        // Two runs and a sign of the legend; one run and a sign.
        assert_eq!((count(&picture, "line c0"), count(&picture, "line c1")), (3, 2));
        assert!(
            picture.contains(">Hall</text>") && picture.contains(">Garden/Weather station</text>")
        );
        other.scale = Scale::Truth { yes: "on".to_owned(), no: "off".to_owned() };
        let picture = svg_of(&[one, other]);
        assert_eq!((count(&picture, "<svg "), count(&picture, "</svg>")), (3, 3));
        assert!(picture.contains("<svg y=\"400\" "), "{picture}");
    }
}
