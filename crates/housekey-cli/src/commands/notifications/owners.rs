//! `housekey notifications owners`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// List who may write on the timeline
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey notifications owners")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.notifications().get_owners(), context).await
}
