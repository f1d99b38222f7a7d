//! CSV in the wide form: a row for each step, a column for each series.

use csv::{Terminator, WriterBuilder};
use housekey_history::export::ExportFormat;
use housekey_history::query;
use housekey_history::reading::{Function, Query};
use housekey_history::series::{Class, Series};
use housekey_history::step::Step;
use housekey_history::store::StoreReader;
use housekey_history::value::ValueType;
use jiff::tz::TimeZone;

use super::rows::{instant, value_text};
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// How many rows are read at once.
const ROWS: usize = 1000;

/// What is written.
pub(super) struct Wide<'a> {
    pub(super) reader: &'a StoreReader,
    pub(super) series: &'a [Series],
    pub(super) step: Step,
    pub(super) zone: &'a TimeZone,
    pub(super) window: (i64, i64),
}

impl Wide<'_> {
    pub(super) async fn write(&self, format: ExportFormat, context: &Context) -> Outcome {
        if format != ExportFormat::Csv {
            return Err(Failure::usage("only CSV has a wide form").hint("leave `--format` out"));
        }
        if self.step == Step::Raw {
            return Err(Failure::usage("the wide form has no raw rows")
                .hint("say `--step 5m`, or leave `--wide` out"));
        }
        // Without a time: from the first value to the last.
        let first = self.series.iter().filter_map(|one| one.first_t).min();
        let last = self.series.iter().filter_map(|one| one.last_t).max();
        let (Some(first), Some(last)) = (first, last) else { return Ok(()) };
        let (from, to) = (self.window.0.max(first), self.window.1.min(last.saturating_add(1)));
        let head = self.series.iter().map(|one| match &one.unit {
            Some(unit) => format!("{one} ({unit})"),
            None => one.to_string(),
        });
        context.out.bytes(&record(std::iter::once("time".to_owned()).chain(head))?)?;
        let edges = self.step.edges(from, to, self.zone);
        let mut begin = 0;
        while begin + 1 < edges.len() {
            let end = (begin + ROWS).min(edges.len() - 1);
            context.out.bytes(&self.rows(&edges[begin..=end]).await?)?;
            begin = end;
        }
        Ok(())
    }

    /// The rows between these edges.
    async fn rows(&self, edges: &[i64]) -> Outcome<Vec<u8>> {
        let (Some(from), Some(to)) = (edges.first(), edges.last()) else { return Ok(Vec::new()) };
        let mut columns = Vec::with_capacity(self.series.len());
        for series in self.series {
            let is_mean =
                series.key.value_type == ValueType::Number && series.class != Class::Meter;
            let function = if is_mean { Function::Mean } else { Function::Last };
            let (from, to, step, zone) = (*from, *to, self.step, self.zone.clone());
            let query = Query { from, to, step, function, zone };
            let read = query::read(self.reader, series, &query, self.zone, ROWS + 2).await;
            columns.push(read.map_err(super::get::failure)?.rows);
        }
        let mut text = Vec::new();
        for (at, edge) in edges[..edges.len() - 1].iter().enumerate() {
            let values = columns.iter().map(|rows| {
                let row = rows.get(at);
                row.map_or_else(String::new, |row| value_text(&row.value))
            });
            text.extend(record(std::iter::once(instant(*edge).to_string()).chain(values))?);
        }
        Ok(text)
    }
}

fn record(fields: impl Iterator<Item = String>) -> Outcome<Vec<u8>> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        Failure::failed("cannot write the values as CSV").because(error)
    };
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(fields.collect::<Vec<_>>()).map_err(|error| failed(&error))?;
    writer.into_inner().map_err(|error| failed(error.error()))
}
