//! `housekey apps disable`.

use super::act;
use crate::context::Context;
use crate::error::Outcome;

/// Stop an app, and keep it from running
///
/// Its devices are unavailable until it is enabled again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey apps disable com.example.lumen")]
pub(crate) struct Args {
    /// Id or name
    app: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    act("apps.disableApp", &args.app, "is stopped, and stays so", context).await
}
