//! `housekey notifications owners`.

use housekey::args;

use crate::commands::look;
use crate::context::Context;
use crate::error::Outcome;

/// List who may write on the timeline
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey notifications owners")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    look::at("notifications.getOwners", &args! {}, context).await
}
