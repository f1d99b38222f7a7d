//! `housekey sessions me`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// Show the session of the token that is used
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey sessions me")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.sessions().get_session_me(), context).await
}
