//! `housekey ledring screensavers`.

use housekey::args;

use crate::commands::look;
use crate::context::Context;
use crate::error::Outcome;

/// List what the ring can show at rest
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey ledring screensavers")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    look::at("ledring.getScreensavers", &args! {}, context).await
}
