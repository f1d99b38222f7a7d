//! A series as lines of text for a terminal of any width, good without colours too.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::canvas::Canvas;
use super::series::{Scale, Series, Summary};
use super::time_axis;
use super::value_axis::ValueAxis;
use crate::duration;
use crate::output::ink::Ink;
use crate::output::terminal::harmless_line;

/// How many lines of text numbers get.
const LINES: usize = 14;

/// How many lines of text a yes and a no get.
const TRUTH_LINES: usize = 4;

/// How wide a word beside the axis may be.
const WORD: usize = 14;

/// In fewer columns a drawing says nothing, and what is written beside it gives way.
const FEW: usize = 12;

/// The series with its axes, no line of it wider than that many columns.
pub(crate) fn plot(series: &Series, width: usize) -> String {
    let summary = series.summary();
    let (axis, lines) = match &series.scale {
        Scale::Number { .. } => {
            let (min, max) = summary.map_or((0.0, 1.0), |all| (all.min.1, all.max.1));
            (ValueAxis::fit(min, max, LINES / 3), LINES)
        }
        Scale::Truth { yes, no } => (ValueAxis::truth(yes, no), TRUTH_LINES),
    };
    let labels: Vec<_> = axis.ticks.iter().map(|(at, text)| (*at, cut(text, WORD))).collect();
    let beside = labels.iter().map(|(_, text)| text.width()).max().unwrap_or(0);
    let (beside, columns) = match width.checked_sub(beside + 2) {
        Some(columns) if columns >= FEW => (beside + 1, columns),
        _ => (0, width.saturating_sub(1).max(1)),
    };
    let mut text = head(series, width);
    let canvas = drawn(series, &axis, columns, lines);
    let row_of = |value: f64| row(&canvas, &axis, value) / 4;
    for (index, row) in canvas.rows().enumerate() {
        let label = labels.iter().find(|(at, _)| row_of(*at) == index);
        let sign = if label.is_some() { '┤' } else { '│' };
        let label = label.filter(|_| beside > 0).map_or("", |(_, text)| text.as_str());
        let blank = " ".repeat(beside.saturating_sub(label.width() + 1));
        let space = if beside > 0 { " " } else { "" };
        let frame = format!("{blank}{label}{space}{sign}");
        let row = match summary {
            None if index == lines / 2 => cut("no values", columns),
            _ => row.trim_end().to_owned(),
        };
        text += &line(&[(FRAME, &frame), (INK, &row)]);
    }
    let (axis, written) = below(series, columns);
    let margin = " ".repeat(beside);
    text += &line(&[(FRAME, &format!("{margin}└{axis}"))]);
    text += &line(&[(FRAME, format!("{margin} {written}").trim_end())]);
    for told in wrapped(&told(series, summary), width) {
        text += &line(&[(Ink::Plain, &told)]);
    }
    text
}

const FRAME: Ink = Ink::Dim;
const INK: Ink = Ink::Cyan;

/// A line of parts, each with its style; empty ones have none.
fn line(parts: &[(Ink, &str)]) -> String {
    let styled = |(style, part): &(Ink, &str)| match part.is_empty() {
        true => String::new(),
        false => format!("{style}{part}{style:#}"),
    };
    parts.iter().map(styled).collect::<String>() + "\n"
}

/// What it is, and which part of the past.
fn head(series: &Series, width: usize) -> String {
    let zone = series.zone.iana_name().unwrap_or("UTC");
    let parts = [series.heading(), series.source.clone()];
    let bold = Ink::Bold;
    let mut text: String =
        wrapped(&parts, width).iter().map(|told| line(&[(bold, told)])).collect();
    let parts = [series.resolution.clone(), series.stretch(), zone.to_owned()];
    text.extend(wrapped(&parts, width).iter().map(|told| line(&[(FRAME, told)])));
    text
}

/// How many dots below the upper edge a value lies.
fn row(canvas: &Canvas, axis: &ValueAxis, value: f64) -> usize {
    let lowest = canvas.height().saturating_sub(1);
    lowest - (axis.share_of(value) * lowest as f64).round() as usize
}

fn drawn(series: &Series, axis: &ValueAxis, columns: usize, lines: usize) -> Canvas {
    let mut canvas = Canvas::new(columns, lines);
    let last = canvas.width().saturating_sub(1);
    let column = |at| (series.share_of(at) * last as f64).round() as usize;
    for run in series.runs() {
        match &series.scale {
            Scale::Number { .. } => {
                let dots: Vec<_> = run
                    .iter()
                    .map(|(at, value)| (column(series.middle(*at)), row(&canvas, axis, *value)))
                    .collect();
                if let [(x, y)] = dots[..] {
                    // A single dot is easily overlooked.
                    canvas.line((x, y), (x + 1, y));
                }
                for pair in dots.windows(2) {
                    canvas.line(pair[0], pair[1]);
                }
            }
            // Filled from below, so that what was on can be told from what is not known.
            Scale::Truth { .. } => {
                let lowest = canvas.height().saturating_sub(1);
                for (at, value) in &run {
                    let (from, until) = (column(*at), column(series.until(*at)));
                    let top = row(&canvas, axis, *value);
                    for x in from..until.max(from + 1) {
                        canvas.line((x, top), (x, lowest));
                    }
                }
            }
        }
    }
    canvas
}

/// The axis of time, dashed where nothing is known, and what is written below it.
fn below(series: &Series, columns: usize) -> (String, String) {
    let column = |share: f64| ((share * columns as f64) as usize).min(columns.saturating_sub(1));
    let mut axis = vec!['─'; columns];
    for (from, to) in series.gaps() {
        let (from, to) = (column(series.share_of(from)), series.share_of(to) * columns as f64);
        let to = (to.ceil() as usize).clamp(from + 1, columns.max(from + 1));
        axis.iter_mut().take(to).skip(from).for_each(|sign| *sign = '╌');
    }
    let mut written = String::new();
    for tick in time_axis::ticks(series.start, series.end, &series.zone, columns / 9) {
        let at = column(series.share_of(tick.at));
        let width = tick.label.width();
        let begin = at.saturating_sub(width / 2).min(columns.saturating_sub(width));
        if let Some(sign) = axis.get_mut(at) {
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

/// What stands out, in words.
fn told(series: &Series, summary: Option<Summary>) -> Vec<String> {
    let gaps = series.gaps();
    let unknown = gaps.iter().map(|(from, to)| to.duration_since(*from)).sum();
    let missing =
        (!gaps.is_empty()).then(|| format!("╌ no values for {}", duration::show(unknown)));
    let Some(summary) = summary else { return Vec::new() };
    let value = |value| series.value_text(value);
    let at = |(at, found)| format!("{} ({})", value(found), series.moment(at));
    let last = format!("last {}", value(summary.last));
    let told = match &series.scale {
        _ if summary.min.1 == summary.max.1 => vec![format!("{} throughout", value(summary.last))],
        Scale::Number { .. } => vec![
            format!("min {}", at(summary.min)),
            format!("max {}", at(summary.max)),
            format!("mean {}", value(summary.mean)),
            last,
        ],
        Scale::Truth { yes, .. } => {
            vec![format!("{yes} {} % of the time", (summary.mean * 100.0).round()), last]
        }
    };
    told.into_iter().chain(missing).collect()
}

/// The parts in as few lines as they fit in, in their order; one that is too long by itself is cut.
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

/// A text that is no wider than that, without what would steer a terminal.
fn cut(text: &str, width: usize) -> String {
    let text = harmless_line(text);
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
