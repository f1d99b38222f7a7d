//! `housekey zwave state`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show the Z-Wave network
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zwave state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.zwave().get_state(), context).await
}
