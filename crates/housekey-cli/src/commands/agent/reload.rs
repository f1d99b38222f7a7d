//! `housekey agent reload`.

use housekey_agent::local_api::Request;

use super::target::{Where, asked};
use crate::context::Context;
use crate::error::Outcome;

/// Reload the settings
///
/// Wrong settings are reported, and change nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey agent reload")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Where,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    asked(&args.place, Request::Reload, context).await?;
    context.out.note("The agent works by its settings as they are now.");
    Ok(())
}
