//! `housekey devices toggle`.

use super::write;
use crate::context::Context;
use crate::error::Outcome;

/// Switch a device on if it is off, and off if it is on
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey devices toggle 'Living room/Ceiling lamp'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    write::switch(&args.device, |on| !on, context).await
}
