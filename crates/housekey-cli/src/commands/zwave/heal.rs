//! `housekey zwave heal`.

use super::opts;
use crate::context::Context;
use crate::dry_run::DryRun;
use crate::error::Outcome;

/// Let a node find its neighbours anew
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey zwave heal 5
  housekey zwave heal '{\"nodeId\": 5}'")]
pub(crate) struct Args {
    /// The number of the node, or the whole `opts` of the command as a JSON object or a text
    #[arg(value_name = "NODE")]
    opts: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    opts::run("heal", opts::of_node(&args.opts), args.dry_run, context).await
}
