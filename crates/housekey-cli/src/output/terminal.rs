//! What reaches a terminal: text without control characters, from whatever source.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _};

use super::{ink, status_line};

/// Where something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

/// What is printed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Text<'a> {
    /// Text of ours, with styles, and of others.
    People(&'a str),
    /// JSON, or what else came from the Homey: unchanged where it is no terminal.
    Data(&'a [u8]),
}

impl Stream {
    pub(super) fn is_terminal(self) -> bool {
        match self {
            Self::Out => io::stdout().is_terminal(),
            Self::Err => io::stderr().is_terminal(),
        }
    }

    fn has_styles(self) -> bool {
        let choice = match self {
            Self::Out => anstream::AutoStream::choice(&io::stdout()),
            Self::Err => anstream::AutoStream::choice(&io::stderr()),
        };
        choice != anstream::ColorChoice::Never
    }

    /// Prints: the only place that does.
    pub(super) fn print(self, text: Text<'_>) -> io::Result<()> {
        let bytes: Cow<'_, [u8]> = match (self.is_terminal(), text) {
            (true, Text::People(text)) => shown(text, self.has_styles()).into_bytes().into(),
            (true, Text::Data(bytes)) => {
                shown_data(&String::from_utf8_lossy(bytes)).into_bytes().into()
            }
            (false, Text::People(text)) => ink::without(text).into_bytes().into(),
            (false, Text::Data(bytes)) => bytes.into(),
        };
        status_line::clear();
        match self {
            Self::Out => write(io::stdout().lock(), &bytes),
            Self::Err => write(io::stderr().lock(), &bytes),
        }
    }
}

fn write(mut to: impl io::Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}

/// A writer of log lines on stderr, for a library that writes them itself.
pub(crate) struct LogLines;

impl io::Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        Stream::Err.print(Text::Data(line)).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Text for people on a terminal: our marks become styles, all else that would steer it `�`.
fn shown(text: &str, styles: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match ink::sequence(letter) {
            Some(sequence) if styles => shown.push_str(sequence),
            Some(_) => {}
            None if steers(letter) => shown.push('\u{fffd}'),
            None => shown.push(letter),
        }
    }
    shown
}

/// JSON on a terminal: what would steer it is escaped, which leaves the value as it is.
fn shown_data(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for letter in json.chars() {
        match steers(letter) {
            true => shown.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => shown.push(letter),
        }
    }
    shown
}

/// Whether a letter steers a terminal or turns the order of what is read: C0 but ends of lines and tabs,
/// DEL, C1, and embeddings, overrides and isolates of the writing direction.
fn steers(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        letter => letter.is_control(),
    }
}

/// The text for a place that has one line, such as a cell of a table: without ends of lines, tabs and
/// what would steer a terminal where one is written to. Elsewhere only ends of lines and tabs go.
pub(crate) fn one_line(text: &str) -> String {
    let line = |letter: char| match letter {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(line).collect()
}

/// A line without what would steer a terminal, wherever it goes: for prompts, which write to the terminal
/// themselves, and for what is drawn letter by letter.
pub(crate) fn harmless_line(text: &str) -> String {
    shown(&one_line(text), false)
}

/// Prints a line for people on stderr. Where that fails there is no place left to report it.
pub(crate) fn print_line(line: &str) {
    let _ = Stream::Err.print(Text::People(&format!("{line}\n")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ink::Ink;

    /// Everything that would steer a terminal, and what is shown of it.
    const STEERING: &str =
        "a\u{0}\u{7}\u{8}\u{b}\r\u{1b}[31mb\u{7f}\u{80}\u{9b}2J\u{9d}\u{202e}c\u{2066}\u{2069}";

    #[test]
    fn nothing_of_others_steers_a_terminal() {
        assert_eq!(shown(STEERING, true), "a�����[31mb���2J��c��".replace("�����[", "������["));
        let bold = Ink::Bold;
        assert_eq!(shown(&format!("{bold}x{bold:#}\ty\n"), true), "\x1b[1mx\x1b[0m\ty\n");
        assert_eq!(shown(&format!("{bold}x{bold:#}"), false), "x");
        for code in 0..=0x10_ffff {
            let Some(letter) = char::from_u32(code) else { continue };
            let text = shown(&letter.to_string(), false);
            assert!(text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{code:x}");
        }
    }

    #[test]
    fn json_stays_the_same_value() {
        let json = serde_json::to_string(STEERING).unwrap();
        let shown = shown_data(&json);
        assert!(!shown.chars().any(steers), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), STEERING);
        assert_eq!(shown_data("{\n\t\"a\": \"é灯\"\n}"), "{\n\t\"a\": \"é灯\"\n}");
    }

    #[test]
    fn a_line_stays_one() {
        assert_eq!(one_line("a\nb\r\tc\u{2028}d\u{1b}"), "a�b��c�d\u{1b}");
        assert_eq!(harmless_line("a\nb\u{1b}[2J\u{202e}"), "a�b�[2J�");
    }
}
