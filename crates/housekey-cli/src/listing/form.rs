//! Prints a list in the form that is wanted.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use housekey::model::Items;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::arguments::{Format, ListArgs};
use super::{Listing, Place, key};
use crate::context::Context;
use crate::decode;
use crate::error::{Failure, Outcome};
use crate::output::Output;
use crate::output::table::Table;

impl ListArgs {
    /// Whether the Homey's own value is wanted, unchanged.
    ///
    /// # Errors
    /// Usage for options that do not go together.
    pub(crate) fn is_whole_answer(&self, out: &Output) -> Outcome<bool> {
        let own = self.is_own_json(out);
        let only_of_rows = self.sort.is_some() || !self.columns.is_empty() || self.no_headers;
        if own && only_of_rows {
            return Err(Failure::usage(
                "the JSON of the Homey has no columns: --sort, --columns and --no-headers are for rows",
            )
            .hint("`--format json` prints the rows"));
        }
        if self.format.is_some() && out.is_plain_json() {
            return Err(Failure::usage("--json and --format do not go together")
                .hint("--json prints the Homey's own value, `--format json` the rows"));
        }
        if self.format.is_some_and(|format| format != Format::Json) && out.is_json() {
            return Err(Failure::usage(
                "--jq and --template take JSON: they go with `--format json` alone",
            ));
        }
        Ok(own && self.conditions.is_empty() && self.text.is_none())
    }

    /// Prints a collection of the API as a list. `what` is what its items are called.
    pub(crate) fn show<T: DeserializeOwned>(
        &self,
        context: &Context,
        answer: &[u8],
        what: &str,
        list: impl FnOnce(Vec<T>) -> Listing,
    ) -> Outcome {
        self.show_in(context, answer, what, &TimeZone::UTC, list)
    }

    /// The same with times in this zone.
    pub(crate) fn show_in<T: DeserializeOwned>(
        &self,
        context: &Context,
        answer: &[u8],
        what: &str,
        zone: &TimeZone,
        list: impl FnOnce(Vec<T>) -> Listing,
    ) -> Outcome {
        if self.is_whole_answer(&context.out)? {
            return context.out.answer(answer);
        }
        let Items(items) = decode::read_bytes(answer, what)?;
        let all = Items::count(answer).unwrap_or(items.len());
        if all > items.len() && !context.out.is_json() {
            let left_out = all - items.len();
            context.out.note(&format!(
                "Left out, for want of an id: {left_out} of {all} {what}; `--json` shows them"
            ));
        }
        self.print(context, list(items), answer, what, zone)
    }

    /// Prints a list; with `--json` what is left of the JSON that it was made of. `what` is what its items are
    /// called, and `zone` that of times in conditions.
    pub(crate) fn print<'a>(
        &self,
        context: &Context,
        mut list: Listing,
        json: impl Into<ListJson<'a>>,
        what: &str,
        zone: &TimeZone,
    ) -> Outcome {
        let (out, json) = (&context.out, json.into());
        if self.is_whole_answer(out)? {
            return json.print(out);
        }
        let is_own_json = self.is_own_json(out);
        if let (true, ListJson::Larger(_)) = (is_own_json, &json) {
            return Err(Failure::usage(format!(
                "--where and --match choose {what}, and --json prints more"
            ))
            .hint("`--format json` prints the rows"));
        }
        let all = list.rows.len();
        list.select(self, zone)?;
        match is_own_json {
            true => json.kept(&list, what)?.print(out),
            false => self.print_rows(out, &list, all, what),
        }
    }

    /// Whether JSON is wanted that is not that of rows.
    pub(crate) fn is_own_json(&self, out: &Output) -> bool {
        self.format.is_none() && out.is_json()
    }

    /// Whether people read it.
    pub(crate) fn is_table(&self, out: &Output) -> bool {
        !out.is_json() && matches!(self.format, None | Some(Format::Table))
    }

    /// Prints the rows that were chosen from `all`.
    fn print_rows(&self, out: &Output, list: &Listing, all: usize, what: &str) -> Outcome {
        let shown = list.shown(&self.columns)?;
        let headings = !self.no_headers;
        match self.format.unwrap_or(Format::Table) {
            Format::Table if list.rows.is_empty() => {
                out.note(&match all {
                    0 => format!("There are no {what}"),
                    _ => format!("None of {all} {what} matches"),
                });
                Ok(())
            }
            Format::Table => out.text(&out.render(list.table(&shown, headings))),
            Format::Json => out.json(&list.rows_as_json(&shown)),
            Format::Yaml => {
                let rows = list.rows_as_json(&shown);
                let text = serde_norway::to_string(&rows).map_err(|error| {
                    Failure::failed("cannot write the list as YAML").because(&error)
                })?;
                out.bytes(text.as_bytes())
            }
            Format::Csv => out.bytes(&list.delimited(&shown, b',', headings)?),
            Format::Tsv => out.bytes(&list.delimited(&shown, b'\t', headings)?),
        }
    }
}

/// The JSON that a list was made of.
pub(crate) enum ListJson<'a> {
    /// An answer of the Homey.
    Answer(Cow<'a, [u8]>),
    /// An answer that holds more than the items of the list, so that no part of it can be left out.
    Larger(&'a [u8]),
    /// A value of our own.
    Own(Value),
}

impl<'a> From<&'a Vec<u8>> for ListJson<'a> {
    fn from(answer: &'a Vec<u8>) -> Self {
        Self::Answer(answer.into())
    }
}

impl<'a> From<&'a [u8]> for ListJson<'a> {
    fn from(answer: &'a [u8]) -> Self {
        Self::Answer(answer.into())
    }
}

impl From<Value> for ListJson<'_> {
    fn from(value: Value) -> Self {
        Self::Own(value)
    }
}

impl ListJson<'_> {
    /// It as a value. `what` is what its items are called.
    pub(super) fn value(&self, what: &str) -> Outcome<Value> {
        match self {
            Self::Answer(answer) => decode::read_bytes(answer, what),
            Self::Larger(answer) => decode::read_bytes(answer, what),
            Self::Own(value) => Ok(value.clone()),
        }
    }

    fn print(&self, out: &Output) -> Outcome {
        match self {
            Self::Answer(answer) => out.answer(answer),
            Self::Larger(answer) => out.answer(answer),
            Self::Own(value) => out.json(value),
        }
    }

    /// What is left of it.
    fn kept(self, list: &Listing, what: &str) -> Outcome<Self> {
        let kept = list.kept_of(self.value(what)?);
        Ok(match self {
            Self::Answer(_) => Self::Answer(kept.to_string().into_bytes().into()),
            Self::Own(_) => Self::Own(kept),
            Self::Larger(_) => self,
        })
    }
}

/// A column that is shown: its heading and where it stands.
type Shown = (String, Place);

impl Listing {
    fn shown(&self, wanted: &[String]) -> Outcome<Vec<Shown>> {
        match wanted.is_empty() {
            true => {
                let columns = self.columns.iter().take(self.shown).enumerate();
                Ok(columns.map(|(at, column)| (column.clone(), Place::Column(at))).collect())
            }
            false => wanted.iter().map(|column| self.shown_column(column)).collect(),
        }
    }

    fn shown_column(&self, wanted: &str) -> Outcome<Shown> {
        let place = self.place("--columns", wanted)?;
        let heading = match &place {
            Place::Column(at) => self.columns.get(*at).cloned().unwrap_or_default(),
            Place::Value(name) => name.clone(),
        };
        Ok((heading, place))
    }

    fn table(&self, shown: &[Shown], headings: bool) -> Table {
        let mut table = Table::with_headings(shown.iter().map(|(name, _)| name.clone()).collect());
        if !headings {
            table = table.without_headings();
        }
        for row in &self.rows {
            table.cells(shown.iter().map(|(_, place)| row.at(place).shown().to_owned()).collect());
        }
        table
    }

    fn rows_as_json(&self, shown: &[Shown]) -> Value {
        let rows = self.rows.iter().map(|row| {
            let cells = shown.iter().map(|(name, place)| (key(name), row.at(place).json()));
            Value::Object(cells.collect::<Map<String, Value>>())
        });
        rows.collect()
    }

    fn delimited(&self, shown: &[Shown], delimiter: u8, headings: bool) -> Outcome<Vec<u8>> {
        // RFC 4180 ends a line with both.
        let terminator = match delimiter {
            b',' => Terminator::CRLF,
            _ => Terminator::Any(b'\n'),
        };
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(terminator)
            .from_writer(Vec::new());
        let failed = |error: &(dyn std::error::Error + 'static)| {
            Failure::failed("cannot write the list").because(error)
        };
        let headings = headings.then(|| shown.iter().map(|(name, _)| key(name)).collect());
        let rows = self.rows.iter().map(|row| {
            shown.iter().map(|(_, place)| row.at(place).plain()).collect::<Vec<String>>()
        });
        for record in headings.into_iter().chain(rows) {
            writer.write_record(&record).map_err(|error| failed(&error))?;
        }
        writer.into_inner().map_err(|error| failed(error.error()))
    }
}
