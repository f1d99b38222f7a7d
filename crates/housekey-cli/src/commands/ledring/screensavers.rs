//! `housekey ledring screensavers`.

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

/// List what the ring can show at rest
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey ledring screensavers")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    raw_view::show_call(|homey| homey.ledring().get_screensavers(), context).await
}
