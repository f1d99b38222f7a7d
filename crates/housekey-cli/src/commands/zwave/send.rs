//! `housekey zwave send`.

use super::opts;
use crate::context::Context;
use crate::dry_run::DryRun;
use crate::error::Outcome;

/// Send bytes to a node
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey zwave send 5 0x20 0x00
  housekey zwave send 5,0x20,0x00
  housekey zwave send '{\"nodeId\": 5, \"data\": [32, 0]}'")]
pub(crate) struct Args {
    /// The number of the node and the bytes, or the whole `opts` of the command as a JSON object
    #[arg(value_name = "NODE,BYTE", required = true)]
    words: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    opts::run("sendData", opts::of_data(&args.words), args.dry_run, context).await
}
