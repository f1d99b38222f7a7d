//! `housekey history get`.

use std::path::{Path, PathBuf};

use housekey_history::query::{self, QueryError};
use housekey_history::reading::{Function, Query};
use housekey_history::series::Series;
use housekey_history::step::Step;
use housekey_history::store::Reader as _;
use jiff::tz::TimeZone;

use super::rows::{self, SeriesReading};
use super::span::SpanArgs;
use super::{found, place};
use crate::commands::insights::styled;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::file;

/// The most rows of one series.
const MAX_ROWS: usize = 1_000_000;

/// Show recorded values: as a table, as CSV or JSON, drawn in the terminal, or as a picture
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey history get 'Kitchen/Fridge' measure_power --plot
  housekey history get 'Kitchen/Fridge' measure_power --last 7d --step 1h --fn integral --csv
  housekey history get 'Front door' alarm_contact --from 2026-11-01 --step 1d --fn states --json")]
pub(crate) struct Args {
    /// Zone/Device, a name or an id; of a variable its name
    device: String,
    /// Capabilities; of a variable `value`
    #[arg(required = true)]
    capability: Vec<String>,
    /// Another series beside, as Zone/Device/capability
    #[arg(long, value_name = "SERIES")]
    with: Vec<String>,
    #[command(flatten)]
    span: SpanArgs,
    /// How fine: raw, auto, or a length such as 5m, 1h, 1d
    #[arg(long, default_value = "auto")]
    step: String,
    /// What is computed for each step: mean, min, max, last, inc, integral, states
    #[arg(long = "fn", value_name = "FUNCTION")]
    function: Option<Function>,
    /// The time zone in which hours and days begin; without it, that of the home
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// Print comma-separated values, with times in UTC and units
    #[arg(long, conflicts_with = "plot")]
    csv: bool,
    /// Draw it in the terminal
    #[arg(long)]
    plot: bool,
    /// Write it as an SVG picture; `-` is standard output
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let to_stdout = args.svg.as_deref() == Some(Path::new("-"));
    let printed = [context.out.is_json(), args.csv, args.plot, to_stdout];
    if printed.iter().filter(|wanted| **wanted).count() > 1 {
        return Err(Failure::usage("standard output can take only one form")
            .hint("leave out all but one of `--json`, `--csv`, `--plot` and `--svg -`"));
    }
    let (reader, _) = args.place.reader(context).await?;
    let home = place::zone(&reader).await?;
    let zone = match &args.tz {
        None => home.clone(),
        Some(name) => TimeZone::get(name).map_err(|error| {
            Failure::usage(format!("\"{name}\" is no time zone"))
                .because(&error)
                .hint("write it as Europe/Amsterdam")
        })?,
    };
    let (from, to) = args.span.window(&zone, context)?;
    let all = reader.series().await.map_err(place::failure)?;
    let mut wanted: Vec<&Series> = Vec::new();
    for capability in &args.capability {
        wanted.push(found::one(&all, &args.device, capability)?);
    }
    for path in &args.with {
        wanted.push(found::path(&all, path)?);
    }
    // Nothing is known of the future.
    let newest = wanted.iter().filter_map(|series| series.last_t).max().unwrap_or(from);
    let to = to.min(context.clock.now().as_millisecond().max(newest + 1)).max(from + 1);
    let step = match &*args.step {
        "auto" => Step::automatic(to - from),
        step => step.parse().map_err(|error| Failure::usage("this is no step").because(&error))?,
    };
    let mut answers = Vec::new();
    for series in wanted {
        let function = args.function.unwrap_or_else(|| Function::of(series));
        let query = Query { from, to, step, function, zone: zone.clone() };
        let reading = query::read(&reader, series, &query, &home, MAX_ROWS).await;
        answers.push(SeriesReading { series, reading: reading.map_err(failure)?, query });
    }
    reader.close().await;
    if context.out.is_json() {
        context.out.value(&rows::json(&answers), String::new)?;
    } else if args.csv {
        context.out.bytes(&rows::csv(&answers)?)?;
    } else if args.plot {
        for answer in &answers {
            let plot = housekey_chart::plot(&rows::chart(answer), context.out.width());
            context.out.text(&styled(&plot))?;
        }
    } else if args.svg.is_none() {
        context.out.text(&rows::text(&answers, context))?;
    }
    let Some(path) = &args.svg else { return Ok(()) };
    let charts: Vec<_> = answers.iter().map(rows::chart).collect();
    let picture = match &charts[..] {
        [one] => housekey_chart::svg(one),
        several => housekey_chart::svg_of(several),
    };
    if to_stdout {
        return context.out.bytes(picture.as_bytes());
    }
    file::write(path, picture.as_bytes())?;
    context.out.note(&format!("The picture is in {}", path.display()));
    Ok(())
}

pub(super) fn failure(error: QueryError) -> Failure {
    match error {
        QueryError::Store(error) => place::failure(error),
        QueryError::NoTime => Failure::usage(error.to_string()),
        QueryError::TooFine { fits, .. } => Failure::usage(error.to_string())
            .hint(format!("say `--step {fits}`, or a shorter time")),
    }
}
