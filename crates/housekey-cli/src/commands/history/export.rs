//! `housekey history export`.

use std::collections::HashMap;

use housekey_history::export::{ExportFormat, ExportWriter};
use housekey_history::series::Series;
use housekey_history::step::Step;
use housekey_history::store::Reader as _;

use super::place;
use super::span::SpanArgs;
use super::wide::Wide;
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// How many rows are read at once.
const PAGE: usize = 10_000;

/// Write recorded values to standard output: CSV, JSON lines, Influx lines, OpenMetrics or Parquet
///
/// CSV in the long form can be imported again. In the wide form there is a row for each step and a column for each
/// series: means of numbers, and last values of meters and states. Without a time everything is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey history export > home.csv
  housekey history export --wide --step 1d --last 30d > month.csv
  housekey history export --format influx --last 7d
  housekey history export --format parquet > home.parquet")]
pub(crate) struct Args {
    /// The form: csv, jsonl, influx, openmetrics or parquet
    #[arg(long, default_value = "csv")]
    format: ExportFormat,
    /// CSV with a column for each series
    #[arg(long)]
    wide: bool,
    /// How long a row of the wide form is, such as 5m, 1h or 1d
    #[arg(long, default_value = "1h", requires = "wide")]
    step: Step,
    #[command(flatten)]
    span: SpanArgs,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if !args.format.is_text() && !args.wide && context.out.is_terminal() {
        return Err(Failure::usage("a terminal cannot show this form").hint(
            "write it to a file: `housekey history export --format parquet > home.parquet`",
        ));
    }
    let (reader, file) = args.place.reader(context).await?;
    let zone = place::zone(&reader).await?;
    let window = args.span.all(&zone, context)?;
    let all = reader.series().await.map_err(place::failure)?;
    if args.wide {
        let wide = Wide { reader: &reader, series: &all, step: args.step, zone: &zone, window };
        return wide.write(args.format, context).await;
    }
    let series: HashMap<i64, &Series> = all.iter().map(|series| (series.id, series)).collect();
    let mut export = ExportWriter::new(args.format, &file.homey).map_err(failed)?;
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let page = reader.page(window, after, PAGE).await.map_err(place::failure)?;
        let Some((id, point)) = page.last() else { break };
        after = (*id, point.t);
        for (id, point) in &page {
            if let Some(series) = series.get(id) {
                export.row(series, point).map_err(failed)?;
            }
        }
        context.out.bytes(&export.take().map_err(failed)?)?;
    }
    context.out.bytes(&export.finish().map_err(failed)?)
}

fn failed(error: std::io::Error) -> Failure {
    Failure::failed("the export failed").because(&error)
}
