//! Prints a list in the form that is wanted.

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
            return Err(Failure::usage("--jq filters JSON: it goes with `--format json` alone"));
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

    /// Prints a list that was made of an answer; with `--json` what is left of the answer.
    pub(crate) fn print(
        &self,
        context: &Context,
        mut list: Listing,
        answer: &[u8],
        what: &str,
        zone: &TimeZone,
    ) -> Outcome {
        if self.is_whole_answer(&context.out)? {
            return context.out.answer(answer);
        }
        let all = list.rows.len();
        list.select(self, zone)?;
        match self.is_own_json(&context.out) {
            true => {
                let kept = list.kept_of(decode::read_bytes(answer, what)?);
                context.out.answer(kept.to_string().as_bytes())
            }
            false => self.print_rows(&context.out, &list, all, what),
        }
    }

    /// Prints a list of our own, whose JSON is `value`.
    pub(crate) fn print_value(
        &self,
        context: &Context,
        mut list: Listing,
        value: Value,
        what: &str,
    ) -> Outcome {
        if self.is_whole_answer(&context.out)? {
            return context.out.json(&value);
        }
        let all = list.rows.len();
        list.select(self, &TimeZone::UTC)?;
        match self.is_own_json(&context.out) {
            true => context.out.json(&list.kept_of(value)),
            false => self.print_rows(&context.out, &list, all, what),
        }
    }

    /// Prints a list that was made of a part of an answer, which is all that `--json` can show.
    pub(crate) fn print_part(
        &self,
        context: &Context,
        mut list: Listing,
        answer: &[u8],
        what: &str,
        zone: &TimeZone,
    ) -> Outcome {
        if self.is_whole_answer(&context.out)? {
            return context.out.answer(answer);
        }
        if self.is_own_json(&context.out) {
            return Err(Failure::usage(format!(
                "--where and --match choose {what}, and --json prints more"
            ))
            .hint("`--format json` prints the rows"));
        }
        let all = list.rows.len();
        list.select(self, zone)?;
        self.print_rows(&context.out, &list, all, what)
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

/// A column that is shown: its heading and where it stands.
type Shown = (String, Place);

impl Listing {
    fn shown(&self, wanted: &[String]) -> Outcome<Vec<Shown>> {
        match wanted.is_empty() {
            true => {
                let columns = self.columns.iter().take(self.shown).enumerate();
                Ok(columns.map(|(at, column)| ((*column).to_owned(), Place::Column(at))).collect())
            }
            false => wanted.iter().map(|column| self.shown_column(column)).collect(),
        }
    }

    fn shown_column(&self, wanted: &str) -> Outcome<Shown> {
        let place = self.place("--columns", wanted)?;
        let heading = match &place {
            Place::Column(at) => self.columns.get(*at).copied().unwrap_or_default().to_owned(),
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
