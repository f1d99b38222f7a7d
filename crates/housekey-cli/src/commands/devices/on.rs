//! `housekey devices on`.

use super::write;
use crate::context::Context;
use crate::error::Outcome;

/// Switch a device on
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey devices on 'Living room/Ceiling lamp'")]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    write::switch(&args.device, |_| true, context).await
}
