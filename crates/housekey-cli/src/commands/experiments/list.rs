//! `housekey experiments list`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// List the experiments; the default of `housekey experiments`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey experiments list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.experiments().get_experiments(), context).await
}
