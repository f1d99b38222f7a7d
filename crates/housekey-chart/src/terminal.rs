//! A series as lines of text for a terminal of any width, readable without colours too.

mod bars;

use std::fmt;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::canvas::Canvas;
use crate::labels::length;
use crate::plain_text::one_line;
use crate::scale::Scale;
use crate::series::{Series, Summary};
use crate::value_axis::ValueAxis;

/// How many lines of text the plot area has for numbers.
const LINES: usize = 14;

/// How many lines of text the plot area has for truth values.
const TRUTH_LINES: usize = 4;

/// How wide a label beside the axis may be, in columns.
const WORD: usize = 14;

/// In fewer columns a plot shows too little, and the labels beside it are left out.
const FEW: usize = 12;

/// A chart as text, from [`plot`]. Its `Display` writes it without styles, each line with its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// The lines, from above.
    pub lines: Vec<Line>,
}

/// One line of a [`Plot`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its parts, from the left; none is empty.
    pub spans: Vec<Span>,
}

/// A part of a [`Line`], to be shown in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// Its text, without line breaks and control characters.
    pub text: String,
}

/// What a [`Span`] is; the caller chooses a style for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The heading.
    Title,
    /// Axes, their labels and the period.
    Frame,
    /// The plotted values, in Braille characters; bars in blocks.
    Values,
    /// The summary below the plot.
    Summary,
}

impl fmt::Display for Plot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            for span in &line.spans {
                f.write_str(&span.text)?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

/// Draws the series with its axes. No line is wider than `width` columns, at least 2; the height is
/// 14 lines (4 for [`Scale::Truth`]), the axis below them, heading and summary.
///
/// ```
/// use housekey_chart::{Point, Role, Scale, Series};
/// use jiff::{SignedDuration, Timestamp, tz::TimeZone};
///
/// let start = Timestamp::UNIX_EPOCH;
/// let door = Series {
///     title: "Contact".to_owned(),
///     source: "Front door".to_owned(),
///     resolution: String::new(),
///     scale: Scale::Truth { yes: "Open".to_owned(), no: "Closed".to_owned() },
///     points: vec![Point { at: start, value: Some(1.0) }],
///     step: SignedDuration::from_hours(1),
///     start,
///     end: start + SignedDuration::from_hours(1),
///     zone: TimeZone::UTC,
/// };
/// let plot = housekey_chart::plot(&door, 40);
/// assert!(plot.to_string().ends_with("Open throughout\n"));
/// // Each part with a style of the caller's.
/// for span in plot.lines.iter().flat_map(|line| &line.spans) {
///     let _colour = match span.role {
///         Role::Title => "bold",
///         Role::Values => "cyan",
///         _ => "dim",
///     };
/// }
/// ```
pub fn plot(series: &Series, width: usize) -> Plot {
    let summary = series.summary();
    let axis = series.value_axis(LINES / 3);
    let height = match &series.scale {
        Scale::Number(_) => LINES,
        Scale::Truth { .. } => TRUTH_LINES,
    };
    let labels: Vec<_> = axis.ticks.iter().map(|(at, text)| (*at, cut(text, WORD))).collect();
    let beside = labels.iter().map(|(_, text)| text.width()).max().unwrap_or(0);
    let (beside, columns) = match width.checked_sub(beside + 2) {
        Some(columns) if columns >= FEW => (beside + 1, columns),
        _ => (0, width.saturating_sub(1).max(1)),
    };
    let mut lines = head(series, width);
    let rows = match series.scale.are_bars() {
        true => bars::rows(series, &axis, columns, height),
        false => drawn(series, &axis, columns, height).rows().collect(),
    };
    let row_of = |value: f64| row(height * 4, &axis, value) / 4;
    for (index, row) in rows.iter().enumerate() {
        let label = labels.iter().find(|(at, _)| row_of(*at) == index);
        let sign = if label.is_some() { '┤' } else { '│' };
        let label = label.filter(|_| beside > 0).map_or("", |(_, text)| text.as_str());
        let blank = " ".repeat(beside.saturating_sub(label.width() + 1));
        let space = if beside > 0 { " " } else { "" };
        let frame = format!("{blank}{label}{space}{sign}");
        let row = match summary {
            None if index == height / 2 => cut("no values", columns),
            _ => row.trim_end().to_owned(),
        };
        lines.push(line([(Role::Frame, frame), (Role::Values, row)]));
    }
    let (axis, labels) = below(series, columns);
    let margin = " ".repeat(beside);
    lines.push(line([(Role::Frame, format!("{margin}└{axis}"))]));
    lines.push(line([(Role::Frame, format!("{margin} {labels}").trim_end().to_owned())]));
    let texts = wrapped(&summary_texts(series, summary), width);
    lines.extend(texts.into_iter().map(|text| line([(Role::Summary, text)])));
    Plot { lines }
}

/// A line of these parts, without the empty ones.
fn line<const N: usize>(parts: [(Role, String); N]) -> Line {
    let spans = parts.into_iter().filter(|(_, text)| !text.is_empty());
    Line { spans: spans.map(|(role, text)| Span { role, text }).collect() }
}

/// The heading and the period.
fn head(series: &Series, width: usize) -> Vec<Line> {
    let zone = series.zone.iana_name().unwrap_or("UTC");
    let title = wrapped(&[series.heading(), series.source.clone()], width);
    let period = [series.resolution.clone(), series.period(), zone.to_owned()];
    let title = title.into_iter().map(|text| line([(Role::Title, text)]));
    let period = wrapped(&period, width).into_iter().map(|text| line([(Role::Frame, text)]));
    title.chain(period).collect()
}

/// How many dots below the upper edge a value lies.
fn row(dots: usize, axis: &ValueAxis, value: f64) -> usize {
    let lowest = dots.saturating_sub(1);
    lowest - (axis.share_of(value) * lowest as f64).round() as usize
}

fn drawn(series: &Series, axis: &ValueAxis, columns: usize, lines: usize) -> Canvas {
    let mut canvas = Canvas::new(columns, lines);
    let last = canvas.width().saturating_sub(1);
    let column = |at| (series.share_of(at) * last as f64).round() as usize;
    for run in series.runs() {
        match &series.scale {
            Scale::Number(_) => {
                let dots: Vec<_> = run
                    .iter()
                    .map(|(at, value)| {
                        (column(series.middle(*at)), row(canvas.height(), axis, *value))
                    })
                    .collect();
                if let [(x, y)] = dots[..] {
                    // A single dot is easily overlooked.
                    canvas.line((x, y), (x + 1, y));
                }
                for pair in dots.windows(2) {
                    canvas.line(pair[0], pair[1]);
                }
            }
            // Filled from below, so that `no` differs from a gap.
            Scale::Truth { .. } => {
                let lowest = canvas.height().saturating_sub(1);
                for (at, value) in &run {
                    let (from, until) = (column(*at), column(series.until(*at)));
                    let top = row(canvas.height(), axis, *value);
                    for x in from..until.max(from + 1) {
                        canvas.line((x, top), (x, lowest));
                    }
                }
            }
        }
    }
    canvas
}

/// The time axis, dashed in gaps, and the labels below it.
fn below(series: &Series, columns: usize) -> (String, String) {
    let column = |share: f64| ((share * columns as f64) as usize).min(columns.saturating_sub(1));
    let mut axis = vec!['─'; columns];
    for (from, to) in series.gaps() {
        let (from, to) = (column(series.share_of(from)), series.share_of(to) * columns as f64);
        let to = (to.ceil() as usize).clamp(from + 1, columns.max(from + 1));
        axis.iter_mut().take(to).skip(from).for_each(|sign| *sign = '╌');
    }
    let mut written = String::new();
    for tick in series.time_ticks(columns / 9) {
        let bar = series.bar_of_day(tick.at);
        let at = column(series.share_of(bar.unwrap_or(tick.at)));
        let width = tick.label.width();
        let begin = at.saturating_sub(width / 2).min(columns.saturating_sub(width));
        if let Some(sign) = axis.get_mut(at).filter(|_| bar.is_none()) {
            *sign = if *sign == '╌' { '╷' } else { '┬' };
        }
        let used = written.width();
        if width <= columns && (used == 0 || begin >= used + 2) {
            written += &" ".repeat(begin - used);
            written += &tick.label;
        }
    }
    (axis.into_iter().collect(), written)
}

/// The summary and the length of all gaps, each part as text.
fn summary_texts(series: &Series, summary: Option<Summary>) -> Vec<String> {
    let Some(summary) = summary else { return Vec::new() };
    let gaps = series.gaps();
    let unknown = gaps.iter().map(|(from, to)| to.duration_since(*from)).sum();
    let missing = (!gaps.is_empty()).then(|| format!("╌ no values for {}", length(unknown)));
    let value = |value| series.scale.text(value);
    let at = |(at, found)| format!("{} ({})", value(found), series.moment(at));
    let last = format!("last {}", value(summary.last));
    let texts = match &series.scale {
        Scale::Number(numbers) if numbers.are_bars => {
            let (at, most) = summary.max;
            let most = format!("max {} ({})", value(most), series.bar_name(at));
            vec![
                format!("total {}", value(summary.sum)),
                most,
                format!("mean {}", value(summary.mean)),
            ]
        }
        _ if summary.min.1 == summary.max.1 => vec![format!("{} throughout", value(summary.last))],
        Scale::Number(_) => vec![
            format!("min {}", at(summary.min)),
            format!("max {}", at(summary.max)),
            format!("mean {}", value(summary.mean)),
            last,
        ],
        Scale::Truth { yes, .. } => {
            vec![format!("{yes} {} % of the time", (summary.mean * 100.0).round()), last]
        }
    };
    texts.into_iter().chain(missing).collect()
}

/// The parts in order on as few lines as possible; one that is wider than a line is cut.
fn wrapped(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let part = cut(part, width);
        match lines.last_mut() {
            Some(line) if line.width() + 2 + part.width() <= width => {
                *line += "  ";
                *line += &part;
            }
            _ => lines.push(part),
        }
    }
    lines
}

/// The text cut to `width` columns, without control characters.
fn cut(text: &str, width: usize) -> String {
    let text = one_line(text);
    if text.width() <= width {
        return text;
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < width
    };
    text.chars().take_while(fits).chain((width > 0).then_some('…')).collect()
}

#[cfg(test)]
mod tests;
