//! `housekey history import`.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use housekey_history::import::{self, ImportError};
use serde_json::json;

use super::place;
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Read recorded values from a CSV in the long form, as `export` writes it
///
/// The columns are time, homey, device_id, device, zone, capability, unit, value and text. A row without
/// value and text says that the value is unknown from there. An import that is repeated changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history import home.csv")]
pub(crate) struct Args {
    /// The file; `-` is standard input
    #[arg(value_name = "CSV")]
    from: PathBuf,
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
    let done = import::csv(source, &mut writer).await.map_err(failure)?;
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
        ImportError::Csv(cause) => Failure::usage("this is no CSV").because(&cause),
    }
}
