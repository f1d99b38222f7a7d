//! `housekey cloud state`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show whether the Homey is in touch with the account cloud
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey cloud state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.cloud().get_state(), context).await
}
