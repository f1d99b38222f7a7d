//! `housekey zigbee state`.

use housekey::args;

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show the Zigbee network
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zigbee state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::at("zigbee.getState", &args! {}, context).await
}
