//! `housekey history backup`.

use std::path::PathBuf;

use super::place;
use crate::context::Context;
use crate::error::Outcome;

/// Copy the history to a file, also while it is recorded, and check the copy
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history backup history-2026-11.sqlite")]
pub(crate) struct Args {
    /// The file, which must not exist yet
    #[arg(value_name = "COPY")]
    to: PathBuf,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (reader, _) = args.place.reader(context).await?;
    reader.backup(&args.to).await.map_err(place::failure)?;
    context.out.note(&format!("The copy is {}", args.to.display()));
    Ok(())
}
