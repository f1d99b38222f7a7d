//! `housekey ledring state`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show what the ring does
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey ledring state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.ledring().get_state(), context).await
}
