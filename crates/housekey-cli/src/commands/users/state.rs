//! `housekey users state`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show the state of the user manager
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey users state")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.users().get_state(), context).await
}
