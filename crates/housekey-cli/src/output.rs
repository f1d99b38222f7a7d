//! The only place that prints: data on stdout, everything else on stderr.

pub(crate) mod ink;
pub(crate) mod jq;
mod shape;
pub(crate) mod status_line;
pub(crate) mod steps;
pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod terminal;
pub(crate) mod unknown;
pub(crate) mod value;
pub(crate) mod when;

use std::borrow::Cow;
use std::io;
use std::rc::Rc;

use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::ink::Ink;
pub(crate) use self::shape::Shape;
use self::steps::Steps;
use self::table::Table;
use self::terminal::{Stream, Text, one_line, print_line};
use crate::decode;
use crate::error::{Failure, Outcome};

/// What form the data takes.
#[derive(Clone)]
enum Form {
    /// For people.
    Text,
    /// The API's own value.
    Json,
    /// What a filter or a template makes of the API's own value.
    Shaped(Rc<Shape>),
}

/// What people can be shown.
pub(crate) trait HumanText {
    /// As they read it.
    fn text(self) -> String;
}

impl HumanText for String {
    fn text(self) -> String {
        self
    }
}

/// As wide as the terminal.
impl HumanText for Table {
    fn text(self) -> String {
        self.render(terminal_width())
    }
}

/// Where a command says things.
#[derive(Clone)]
pub(crate) struct Output {
    form: Form,
    quiet: bool,
}

impl Output {
    /// The form that the flags choose. A filter and a template imply JSON.
    pub(crate) fn new(json: bool, shape: Option<Shape>, quiet: bool) -> Self {
        let form = match (shape, json) {
            (Some(shape), _) => Form::Shaped(Rc::new(shape)),
            (None, true) => Form::Json,
            (None, false) => Form::Text,
        };
        Self { form, quiet }
    }

    /// Whether data is wanted for programs.
    pub(crate) fn is_json(&self) -> bool {
        !matches!(self.form, Form::Text)
    }

    /// Whether `--json` alone chooses the form.
    pub(crate) fn is_plain_json(&self) -> bool {
        matches!(self.form, Form::Json)
    }

    /// Whether data goes to a terminal, which takes no bytes but text.
    pub(crate) fn is_terminal(&self) -> bool {
        Stream::Out.is_terminal()
    }

    /// Prints an answer of the API, as JSON also without `--json`: to programs byte for byte, at a terminal
    /// indented.
    pub(crate) fn answer(&self, answer: &[u8]) -> Outcome {
        if let Form::Shaped(shape) = &self.form {
            return self.shaped(shape, &mut serde_json::Deserializer::from_slice(answer)).map(drop);
        }
        self.bytes(&pretty(answer, self.is_terminal()))?;
        self.bytes(b"\n")
    }

    /// Prints an answer of the API: with `--json` unchanged, else as the text that `show` makes of it. `what`
    /// names the expected type in an error.
    pub(crate) fn shown<T: DeserializeOwned, S: HumanText>(
        &self,
        answer: &[u8],
        what: &str,
        show: impl FnOnce(T) -> S,
    ) -> Outcome {
        match self.form {
            Form::Text => self.text(&show(decode::read_bytes(answer, what)?).text()),
            Form::Json | Form::Shaped(_) => self.answer(answer),
        }
    }

    /// Prints the answer to a write with `--json`; people read the note.
    pub(crate) fn data(&self, answer: &[u8]) -> Outcome {
        match self.form {
            Form::Text => Ok(()),
            Form::Json | Form::Shaped(_) => self.answer(answer),
        }
    }

    /// Prints a value as JSON, with and without `--json`.
    pub(crate) fn json(&self, value: &Value) -> Outcome {
        self.value(value, || format!("{value:#}\n"))
    }

    /// Prints a value: with `--json` as JSON, else as the text for people.
    pub(crate) fn value(&self, value: &Value, text: impl FnOnce() -> String) -> Outcome {
        match &self.form {
            Form::Text => self.text(&text()),
            Form::Json => self.bytes(format!("{value:#}\n").as_bytes()),
            Form::Shaped(shape) => self.shaped(shape, value).map(drop),
        }
    }

    /// Prints what becomes of a value. Returns whether there was anything to print.
    fn shaped<'de, D: Deserializer<'de>>(&self, shape: &Shape, value: D) -> Outcome<bool> {
        let text = shape.text(value)?;
        match shape {
            Shape::Filter(_) => self.bytes(text.as_bytes())?,
            // It may be coloured.
            Shape::Template(_) => self.text(&text)?,
        }
        Ok(!text.is_empty())
    }

    /// Prints a value as a table, or with `--json` as JSON.
    pub(crate) fn table(&self, value: &Value, table: impl FnOnce() -> Table) -> Outcome {
        self.value(value, || self.render(table()))
    }

    /// A table as text, as wide as the terminal.
    pub(crate) fn render(&self, table: Table) -> String {
        self.render_indented(table, "")
    }

    /// A table as text with something before each line, as wide as the terminal.
    pub(crate) fn render_indented(&self, table: Table, indent: &str) -> String {
        let taken = u16::try_from(indent.len()).unwrap_or(0);
        let rendered = table.render(terminal_width().map(|width| width.saturating_sub(taken)));
        rendered.lines().map(|line| format!("{indent}{line}\n")).collect()
    }

    /// How many columns there are: those of the terminal, else as many as are usual.
    pub(crate) fn width(&self) -> usize {
        terminal_width().map_or(80, usize::from)
    }

    /// Prints a value as one line, whatever its size: for what a program waits for.
    pub(crate) fn line(&self, value: &Value) -> Outcome {
        match &self.form {
            Form::Shaped(_) => self.value(value, String::new),
            _ => self.bytes(format!("{value}\n").as_bytes()),
        }
    }

    /// Prints one of a series: with `--json` as one line of JSON, else as the line for people. Returns
    /// whether there was anything to print.
    pub(crate) fn event(&self, value: &Value, text: impl FnOnce() -> String) -> Outcome<bool> {
        match &self.form {
            Form::Text => self.text(&format!("{}\n", text()))?,
            Form::Json => self.bytes(format!("{value}\n").as_bytes())?,
            Form::Shaped(shape) => return self.shaped(shape, value),
        }
        Ok(true)
    }

    /// Prints text for people on stdout, styles only where they can be seen.
    pub(crate) fn text(&self, text: &str) -> Outcome {
        written(Stream::Out.print(Text::People(text)))
    }

    /// Prints bytes on stdout, unchanged but at a terminal.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Outcome {
        written(Stream::Out.print(Text::Data(bytes)))
    }

    /// Says something on stderr that is worth knowing; not with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            print_line(&one_line(text));
        }
    }

    /// Whether notes are left out.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether notes are read by a person at a terminal.
    pub(crate) fn is_for_person(&self) -> bool {
        !self.quiet && Stream::Err.is_terminal()
    }

    /// Says on stderr which steps are done, unless `--quiet`.
    pub(crate) fn steps(&self) -> Steps {
        match (self.quiet, Stream::Err.is_terminal()) {
            (true, _) => Steps::Quiet,
            (false, true) => Steps::Ticked,
            (false, false) => Steps::Plain,
        }
    }
}

/// Says what a command failed with.
pub(crate) fn failure(failure: &Failure) {
    for (kind, text) in failure.lines() {
        let ink = match kind {
            "error:" => Ink::BoldRed,
            "hint:" => Ink::BoldCyan,
            _ => Ink::BoldGrey,
        };
        let lines: Vec<_> = text.trim_end().lines().map(one_line).collect();
        print_line(&format!("{ink}{kind}{ink:#} {}", lines.join("\n    ")));
    }
}

/// Goes to a new line on stderr.
pub(crate) fn line_break() {
    print_line("");
}

/// JSON as it came, or for people with its lines broken and indented. What we cannot decode, such as
/// a number beyond all bounds, is still an answer.
fn pretty(json: &[u8], for_people: bool) -> Cow<'_, [u8]> {
    match for_people.then(|| serde_json::from_slice::<Value>(json)) {
        Some(Ok(value)) => format!("{value:#}").into_bytes().into(),
        Some(Err(_)) | None => json.into(),
    }
}

/// A closed pipe is no error.
fn written(outcome: io::Result<()>) -> Outcome {
    outcome.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::closed_pipe(),
        _ => Failure::failed("cannot write to standard output").because(&error),
    })
}

/// The width of the terminal that stdout is, if it is one and has a width: a serial line may have none.
pub(crate) fn terminal_width() -> Option<u16> {
    comfy_table::Table::new().width().filter(|columns| *columns > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_json_as_it_came_and_people_get_it_indented() {
        for (json, for_people, want) in [
            (r#"{"b" : 1.0, "a":2}"#, false, r#"{"b" : 1.0, "a":2}"#),
            (r#"{"b" : 1.0, "a":2}"#, true, "{\n  \"b\": 1.0,\n  \"a\": 2\n}"),
            (r#"{"a":2e999}"#, true, r#"{"a":2e999}"#),
            ("\"text\"", true, "\"text\""),
        ] {
            let got = pretty(json.as_bytes(), for_people);
            assert_eq!(String::from_utf8_lossy(&got), want, "{json} for people: {for_people}");
        }
    }
}
