//! `housekey ledring state`.

use housekey::args;

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show what the ring does
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey ledring state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::at("ledring.getState", &args! {}, context).await
}
