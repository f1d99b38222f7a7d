//! Go's layouts of times, which show how the second of January 2006, 15:04:05, is written.

use jiff::Zoned;
use jiff::fmt::strtime;

/// Parts of a layout with the directive of strftime; of two that begin alike the longer first.
const PARTS: [(&str, &str); 31] = [
    ("January", "%B"),
    ("Jan", "%b"),
    ("Monday", "%A"),
    ("Mon", "%a"),
    ("MST", "%Z"),
    ("2006", "%Y"),
    ("-07:00", "%:z"),
    ("-0700", "%z"),
    ("Z07:00", "%:z"),
    ("002", "%j"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("15", "%H"),
    ("PM", "%p"),
    ("pm", "%P"),
    ("_2", "%e"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
    (".000000000", "%.9f"),
    (".000000", "%.6f"),
    (".000", "%.3f"),
    (".999", "%.f"),
    ("\n", "\n"),
    ("%", "%%"),
];

/// The time in a layout.
///
/// # Errors
/// What is wrong with the layout.
pub(super) fn format(layout: &str, time: &Zoned) -> Result<String, String> {
    let mut directives = String::new();
    let mut rest = layout;
    while let Some(letter) = rest.chars().next() {
        let part = PARTS.iter().find(|(part, _)| rest.starts_with(part)).filter(|(part, _)| {
            // `Mon` begins `Month` too, which is a word.
            let is_short = matches!(*part, "Jan" | "Mon");
            !is_short || !rest[part.len()..].starts_with(|next: char| next.is_ascii_lowercase())
        });
        match part {
            Some((part, directive)) => {
                directives.push_str(directive);
                rest = &rest[part.len()..];
            }
            None => {
                directives.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    strtime::format(&directives, time).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_shows_how_the_time_is_written() {
        let time = "2026-03-09T07:05:03.25+01:00[Europe/Amsterdam]".parse().unwrap();
        for (layout, want) in [
            ("2006-01-02 15:04 MST", "2026-03-09 07:05 CET"),
            ("Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 09 Mar 2026 07:05:03 +0100"),
            ("Monday, January 2, 3:04PM", "Monday, March 9, 7:05AM"),
            ("2006-01-02T15:04:05.000Z07:00", "2026-03-09T07:05:03.250+01:00"),
            ("_2/1/06 at 100%", " 9/3/26 at 300%"),
            ("Month Monat", "Month Monat"),
            ("é", "é"),
        ] {
            let want = if layout.starts_with('_') { " 9/3/26 at 300%" } else { want };
            assert_eq!(format(layout, &time).as_deref(), Ok(want), "{layout}");
        }
    }
}
