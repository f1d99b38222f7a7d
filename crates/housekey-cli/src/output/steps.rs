//! One line for each step of something that takes several.

use std::fmt;

use super::ink::Ink;
use super::terminal::{Stream, Text, one_line, print_line};

/// Says which steps are done; can be handed to other threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Steps {
    /// Says nothing.
    Quiet,
    /// Plain lines on stderr.
    Plain,
    /// Lines with a tick on stderr.
    Ticked,
    /// Lines with a tick on stdout, as a part of a story.
    Narrated,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Done.
    Tick,
    /// Not needed.
    Skipped,
    /// Refused, as it should be.
    Cross,
}

/// A line with its mark; the columns are those of an 80 column terminal.
struct Line<'a>(Mark, &'a str, &'a str);

impl Steps {
    /// Says that a step is done, with a remark such as how long it took.
    pub(crate) fn done(self, mark: Mark, text: &str, remark: &str) {
        let (text, remark) = (&*one_line(text), &*one_line(remark));
        match self {
            Self::Quiet => {}
            Self::Plain => print_line(format!("{text}  {remark}").trim_end()),
            Self::Ticked => print_line(&Line(mark, text, remark).to_string()),
            Self::Narrated => {
                // A reader that went away is noticed by the next text.
                let line = format!("   {}\n", Line(mark, text, remark));
                let _ = Stream::Out.print(Text::People(&line));
            }
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(mark, text, remark) = self;
        let (sign, style) = match mark {
            Mark::Tick => ("✓", Ink::Green),
            Mark::Skipped => ("–", Ink::Grey),
            Mark::Cross => ("✗", Ink::Red),
        };
        let dim = Ink::Dim;
        match remark.is_empty() {
            true => write!(f, "{style}{sign}{style:#} {text}"),
            false => write!(f, "{style}{sign}{style:#} {text:<60} {dim}{remark:>10}{dim:#}"),
        }
    }
}
