//! `housekey history check`.

use serde_json::json;

use super::place;
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Check whether the file of the history is whole
///
/// Exit code 3 when it is not: the damage is named, and the rest stays readable.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history check")]
pub(crate) struct Args {
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (reader, file) = args.place.reader(context).await?;
    let wrong = reader.check().await.map_err(place::failure)?;
    let path = file.place.to_string();
    context.out.value(&json!({ "file": path, "wrong": wrong }), || match wrong.is_empty() {
        true => format!("{path} is whole\n"),
        false => format!("{path} is damaged:\n{}\n", wrong.join("\n")),
    })?;
    if wrong.is_empty() { Ok(()) } else { Err(Failure::found()) }
}
