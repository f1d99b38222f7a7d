//! `housekey cloud state`.

use housekey::args;

use crate::commands::look;
use crate::context::Context;
use crate::error::Outcome;

/// Show whether the Homey is in touch with the account cloud
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey cloud state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    look::at("cloud.getState", &args! {}, context).await
}
