//! `housekey history import`.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use housekey_history::import::{self, ImportError};
use serde_json::json;

use super::{found, place};
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Read recorded values from a CSV: of `export`, of Home Assistant, or of the app insights2csv
///
/// The columns of the long form are time, homey, device_id, device, zone, capability, unit, value and text. A row
/// without value and text says that the value is unknown from there. Of Home Assistant it reads the download of the
/// history panel, and statistics with the columns statistic_id, start_ts, mean, min, max, state and sum. Statistics
/// and values of Insights fill only what was not recorded. An import that is repeated changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey history import home.csv
  housekey history import statistics.csv --into 'Kitchen/Fridge/measure_power'")]
pub(crate) struct Args {
    /// The file; `-` is standard input
    #[arg(value_name = "CSV")]
    from: PathBuf,
    /// The recorded series that the values belong to, as Zone/Device/capability; a file of insights2csv needs it
    #[arg(long, value_name = "SERIES")]
    into: Option<String>,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let source: Box<dyn Read> = match args.from == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(BufReader::new(File::open(&args.from).map_err(|error| {
            Failure::usage(format!("cannot read {}", args.from.display())).because(&error)
        })?)),
    };
    let (mut writer, file) = args.place.writer(context, true).await?;
    let all = writer.series().await.map_err(place::failure)?;
    let into = args.into.as_deref().map(|path| found::path(&all, path)).transpose()?;
    let done = import::csv(source, &mut writer, into).await.map_err(failure)?;
    let zone = place::zone_of(&mut writer).await?;
    let now = context.clock.now().as_millisecond();
    writer.update_statistics(now, &zone).await.map_err(place::failure)?;
    writer.close().await.map_err(place::failure)?;
    let path = file.place.to_string();
    let record = json!({ "file": path, "rows": done.rows, "series": done.series, "new": done.new });
    context.out.value(&record, || {
        format!(
            "{} rows of {} series, {} of them new, are in {path}\n",
            done.rows, done.series, done.new
        )
    })
}

fn failure(error: ImportError) -> Failure {
    match error {
        ImportError::Store(error) => place::failure(error),
        ImportError::NoColumn(_) => Failure::usage(error.to_string()).hint("nothing was imported"),
        ImportError::Line { .. } => Failure::usage(error.to_string())
            .hint("rows before it are in; an import can be repeated"),
        ImportError::NoSeries => {
            Failure::usage(error.to_string()).hint("name it: `--into Zone/Device/capability`")
        }
        ImportError::Several(_) => {
            Failure::usage(error.to_string()).hint("leave `--into` out, or split the file")
        }
        ImportError::Csv(cause) => Failure::usage("this is no CSV").because(&cause),
    }
}
