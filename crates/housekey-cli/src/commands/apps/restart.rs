//! `housekey apps restart`.

use super::act;
use crate::context::Context;
use crate::error::Outcome;

/// Stop an app and start it again
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey apps restart com.example.lumen")]
pub(crate) struct Args {
    /// Id or name
    app: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    act("apps.restartApp", &args.app, "is restarted", context).await
}
