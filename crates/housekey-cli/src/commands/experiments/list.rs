//! `housekey experiments list`.

use housekey::args;

use crate::commands::look;
use crate::context::Context;
use crate::error::Outcome;

/// List the experiments; what `housekey experiments` does by itself
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey experiments list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    look::at("experiments.getExperiments", &args! {}, context).await
}
