//! `housekey apps enable`.

use super::act;
use crate::context::Context;
use crate::error::Outcome;

/// Let an app run again
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey apps enable com.example.lumen")]
pub(crate) struct Args {
    /// Id or name
    app: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    act("apps.enableApp", &args.app, "may run now", context).await
}
