//! A series as a self-contained SVG picture: no script, no font, no external resource, and colours for
//! light and dark.

mod bars;
mod for_page;
mod several;

use std::fmt::Write as _;

pub use self::for_page::{bars_for_page, lines_for_page};
pub use self::several::svg_of;

use crate::scale::Scale;
use crate::series::{Series, Summary};
use crate::value_axis::{ValueAxis, number_text};

/// How wide the picture is, in its own units.
const WIDTH: f64 = 960.0;

/// How high the plot area is, for numbers and for truth values.
const NUMBERS: f64 = 268.0;
const TRUTHS: f64 = 108.0;

/// The other edges of the plot area; the left one depends on the labels of the axis.
const TOP: f64 = 84.0;
const RIGHT: f64 = WIDTH - 32.0;

/// The height below it.
const BELOW: f64 = 48.0;

/// About the largest width of a letter of 13 units.
const LETTER: f64 = 7.6;

/// About how many steps the value axis gets, and how many ticks the time axis gets at most.
const VALUE_STEPS: usize = 5;
const TIME_TICKS: usize = 10;

/// Viewers that do not know the last rule show the light picture.
const STYLE: &str = "\
text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#57606a}\
.paper{fill:#fff}\
.title{font-size:18px;font-weight:600;fill:#1f2328}\
.mark{font-weight:600;fill:#1f2328;stroke:#fff;stroke-width:4px;stroke-linejoin:round;paint-order:stroke}\
.grid{stroke:#e4e8ec}\
.axis{stroke:#8c959f}\
.line{fill:none;stroke:#0969da;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
.area{fill:#0969da;fill-opacity:.12}\
.bar{fill:#0969da}\
.dot{fill:#0969da;stroke:#fff;stroke-width:1.5}\
.gap{fill:#f0f2f5}\
.hatch{stroke:#c9d1d9}\
@media (prefers-color-scheme:dark){\
text{fill:#9198a1}\
.paper{fill:#0d1117}\
.title{fill:#f0f6fc}\
.mark{fill:#f0f6fc;stroke:#0d1117}\
.grid{stroke:#262c36}\
.axis{stroke:#656c76}\
.line{stroke:#58a6ff}\
.area{fill:#58a6ff;fill-opacity:.18}\
.bar{fill:#58a6ff}\
.dot{fill:#58a6ff;stroke:#0d1117}\
.gap{fill:#161b22}\
.hatch{stroke:#373e47}\
}";

/// Draws the series as an SVG document, 960 units wide and 400 high (240 for [`Scale::Truth`]).
///
/// Text is escaped, so names may hold anything. The style sheet inside is not scoped: load the picture
/// as a file or as an image, where it follows the colour scheme (light or dark) of the reader and is
/// not subject to the content security policy of the page; do not paste several into one document.
///
/// ```
/// use housekey_chart::{Numbers, Scale, Series};
/// use jiff::{SignedDuration, Timestamp, tz::TimeZone};
///
/// let empty = Series {
///     title: "Power".to_owned(),
///     source: "Kitchen/Fridge".to_owned(),
///     resolution: String::new(),
///     scale: Scale::Number(Numbers::new(Some("W"), 0)),
///     points: Vec::new(),
///     step: SignedDuration::from_mins(5),
///     start: Timestamp::UNIX_EPOCH,
///     end: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1),
///     zone: TimeZone::UTC,
/// };
/// let picture = housekey_chart::svg(&empty);
/// assert!(picture.contains("Power (W)") && picture.contains("no values"));
/// ```
pub fn svg(series: &Series) -> String {
    let summary = series.summary();
    let axis = series.value_axis(VALUE_STEPS);
    let high = match &series.scale {
        Scale::Number(_) => NUMBERS,
        Scale::Truth { .. } => TRUTHS,
    };
    let letters = axis.ticks.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
    let left = (28.0 + letters as f64 * LETTER).clamp(52.0, WIDTH / 4.0);
    let drawing = Drawing { series, axis, left, bottom: TOP + high };
    let mut out = String::new();
    drawing.head(&mut out);
    drawing.grid(&mut out);
    drawing.gaps(&mut out);
    match (summary, &series.scale) {
        (Some(summary), Scale::Number(numbers)) if numbers.are_bars => {
            drawing.bars(&mut out, summary);
        }
        (Some(summary), Scale::Number(_)) => {
            drawing.numbers(&mut out);
            drawing.marks(&mut out, summary);
        }
        (Some(_), Scale::Truth { .. }) => drawing.truths(&mut out),
        (None, _) => {
            let (x, y) = ((left + RIGHT) / 2.0, TOP + high / 2.0);
            text(&mut out, "mark", (x, y), "middle", "no values");
        }
    }
    out + "</svg>\n"
}

/// The picture while it is drawn.
struct Drawing<'a> {
    series: &'a Series,
    axis: ValueAxis,
    left: f64,
    bottom: f64,
}

impl Drawing<'_> {
    fn x(&self, at: jiff::Timestamp) -> f64 {
        self.left + self.series.share_of(at) * (RIGHT - self.left)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.axis.share_of(value) * (self.bottom - TOP)
    }

    fn head(&self, out: &mut String) {
        let Series { source, resolution, zone, .. } = self.series;
        let title = self.series.heading();
        let height = self.bottom + BELOW;
        let zone = zone.iana_name().unwrap_or("UTC");
        let below = [source, resolution.as_str(), &self.series.period(), zone];
        let below: Vec<_> = below.into_iter().filter(|part| !part.is_empty()).collect();
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">\n\
             <style>{STYLE}</style>\n\
             <defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V8\"/></pattern></defs>\n\
             <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n",
            escaped(&format!("{title}, {}", below.join(", "))),
        );
        text(out, "title", (24.0, 34.0), "start", &title);
        text(out, "", (24.0, 56.0), "start", &below.join(" · "));
    }

    fn grid(&self, out: &mut String) {
        let (left, right, bottom) = (number(self.left), number(RIGHT), number(self.bottom));
        for (at, label) in &self.axis.ticks {
            let y = self.y(*at);
            let _ = writeln!(out, "<path class=\"grid\" d=\"M{left} {}H{right}\"/>", number(y));
            text(out, "", (self.left - 10.0, y + 4.5), "end", label);
        }
        for tick in self.series.time_ticks(TIME_TICKS) {
            if let Some(bar) = self.series.bar_of_day(tick.at) {
                text(out, "", (self.x(bar), self.bottom + 22.0), "middle", &tick.label);
                continue;
            }
            let x = self.x(tick.at);
            let _ = writeln!(out, "<path class=\"axis\" d=\"M{} {bottom}v6\"/>", number(x));
            text(out, "", (x, self.bottom + 22.0), "middle", &tick.label);
        }
        let _ = writeln!(out, "<path class=\"axis\" d=\"M{left} {bottom}H{right}\"/>");
    }

    fn gaps(&self, out: &mut String) {
        let (top, high) = (number(TOP), number(self.bottom - TOP));
        for (from, to) in self.series.gaps() {
            let (x, until) = (self.x(from), self.x(to));
            // A gap narrower than a line would not be seen.
            let (x, wide) = (number(x), number((until - x).max(1.0)));
            let label =
                format!("no values: {} – {}", self.series.moment(from), self.series.moment(to));
            let _ = writeln!(
                out,
                "<g><title>{}</title>\
                 <rect class=\"gap\" x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\"/>\
                 <rect fill=\"url(#hatch)\" x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\"/></g>",
                escaped(&label)
            );
        }
    }

    /// A line for each run, with the area below it shaded; a single value is a dot.
    fn numbers(&self, out: &mut String) {
        let bottom = number(self.bottom);
        for run in self.series.runs() {
            let places: Vec<_> = run
                .iter()
                .map(|(at, value)| (self.x(self.series.middle(*at)), self.y(*value)))
                .collect();
            let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
            if places.len() == 1 {
                dot(out, *first);
                continue;
            }
            let mut line = String::new();
            for (index, (x, y)) in places.iter().enumerate() {
                let sign = if index == 0 { 'M' } else { 'L' };
                let _ = write!(line, "{sign}{} {}", number(*x), number(*y));
            }
            let (from, to) = (number(first.0), number(last.0));
            let _ = writeln!(
                out,
                "<path class=\"area\" d=\"{line}L{to} {bottom}L{from} {bottom}Z\"/>\n\
                 <path class=\"line\" d=\"{line}\"/>"
            );
        }
    }

    /// Steps for each run, with the area below them shaded.
    fn truths(&self, out: &mut String) {
        let bottom = number(self.bottom);
        for run in self.series.runs() {
            let Some((first, _)) = run.first() else { continue };
            let mut line = String::new();
            let mut end = self.x(*first);
            for (index, (at, value)) in run.iter().enumerate() {
                let y = number(self.y(*value));
                let _ = match index {
                    0 => write!(line, "M{} {y}", number(end)),
                    _ => write!(line, "H{}V{y}", number(self.x(*at))),
                };
                end = self.x(self.series.until(*at));
            }
            let (from, to) = (number(self.x(*first)), number(end));
            let _ = writeln!(
                out,
                "<path class=\"area\" d=\"{line}H{to}V{bottom}H{from}Z\"/>\n\
                 <path class=\"line\" d=\"{line}H{to}\"/>"
            );
        }
    }

    /// The smallest and the largest value, each with its label.
    fn marks(&self, out: &mut String, summary: Summary) {
        let Summary { min, max, .. } = summary;
        let mark = |out: &mut String, (at, value), below: f64| {
            let (x, y) = (self.x(self.series.middle(at)), self.y(value));
            dot(out, (x, y));
            let label = self.series.scale.text(value);
            // Labels at an edge move inwards.
            let half = label.chars().count() as f64 * LETTER / 2.0;
            let x = x.clamp(self.left + half + 4.0, RIGHT - half - 4.0);
            text(out, "mark", (x, y + below), "middle", &label);
        };
        if max.1 > min.1 {
            // The label goes below the lowest value, or above it where the axis is too near.
            let room = self.bottom - self.y(min.1) > 24.0;
            mark(out, min, if room { 20.0 } else { -10.0 });
        }
        mark(out, max, -10.0);
    }
}

fn dot(out: &mut String, (x, y): (f64, f64)) {
    let (x, y) = (number(x), number(y));
    let _ = writeln!(out, "<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
}

fn text(out: &mut String, class: &str, (x, y): (f64, f64), anchor: &str, words: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let (x, y) = (number(x), number(y));
    let anchor = match anchor {
        "start" => String::new(),
        anchor => format!(" text-anchor=\"{anchor}\""),
    };
    let _ = writeln!(out, "<text{class} x=\"{x}\" y=\"{y}\"{anchor}>{}</text>", escaped(words));
}

/// A coordinate, rounded to what can be seen.
fn number(place: f64) -> String {
    number_text(place, 1)
}

/// Text escaped for XML, which allows no control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Numbers;
    use crate::test_series::hours;

    /// Fails unless every element that is opened is closed, in order.
    fn assert_whole(svg: &str) {
        let mut open = Vec::new();
        for tag in svg.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let name = tag.trim_start_matches('/').split(|c: char| !c.is_alphanumeric()).next();
            match (tag.starts_with('/'), tag.ends_with('/')) {
                (true, _) => assert_eq!(open.pop(), name, "{tag}"),
                (false, true) => {}
                (false, false) => open.push(name.unwrap()),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    fn count(svg: &str, what: &str) -> usize {
        svg.matches(what).count()
    }

    #[test]
    fn each_run_is_a_line_and_each_gap_is_marked() {
        let (some, none) = (Some(20.5), None);
        for (values, lines, dots, gaps) in [
            (&[Some(20.0), Some(21.0), none, none, Some(22.0), some][..], 2, 2, 1),
            (&[Some(20.0), none, Some(21.0), Some(19.0)], 1, 3, 1),
            (&[some, some, some], 1, 1, 0),
            (&[some], 0, 2, 0),
            (&[none, none], 0, 0, 1),
            (&[], 0, 0, 0),
        ] {
            let svg = svg(&hours(values));
            assert_whole(&svg);
            let found =
                ["class=\"line\"", "<circle", "class=\"gap\""].map(|what| count(&svg, what));
            assert_eq!(found, [lines, dots, gaps], "{values:?}");
            assert_eq!(svg.contains("no values</text>"), !values.iter().any(Option::is_some));
        }
    }

    #[test]
    fn truth_values_are_steps() {
        let mut series = hours(&[Some(0.0), Some(1.0), Some(0.5), None, Some(1.0)]);
        series.scale = Scale::Truth { yes: "Open".to_owned(), no: "Shut".to_owned() };
        let svg = svg(&series);
        assert_whole(&svg);
        let lines: Vec<_> = svg
            .lines()
            .filter(|line| line.contains("class=\"line\""))
            .map(|line| line.split('"').nth(3).unwrap())
            .collect();
        assert_eq!(lines, ["M58.4 192H232.3V84H406.2V138H580.2", "M754.1 84H928"]);
        assert!(svg.contains(">Open</text>") && svg.contains(">Shut</text>"), "{svg}");
    }

    #[test]
    fn names_are_escaped() {
        let mut series = hours(&[Some(1.0), Some(2.0)]);
        series.title = "</text><script>alert(1)</script>".to_owned();
        series.source = "\"'&\u{1b}[2J\u{0}".to_owned();
        series.scale = Scale::Number(Numbers::new(Some("<b>"), 1));
        let svg = svg(&series);
        assert_whole(&svg);
        assert!(!svg.contains("<script") && !svg.contains("<b>"), "{svg}");
        assert!(!svg.contains(|c: char| c.is_control() && c != '\n'), "{svg}");
    }

    #[test]
    fn a_picture_has_no_external_resources() {
        let svg = svg(&hours(&[Some(1.0), None, None, Some(2.0)]));
        let links = ["href", "@import", "@font-face", "http", "<script", "<image"]
            .map(|what| count(&svg, what));
        assert_eq!(links, [0, 0, 0, 1, 0, 0], "the one is the name of the format");
        assert!(svg.contains("prefers-color-scheme:dark"));
    }
}
