//! `housekey zwave test`.

use super::opts;
use crate::context::Context;
use crate::dry_run::DryRun;
use crate::error::Outcome;

/// Check whether a node answers
///
/// That the command is called `test` is inferred from `heal`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey zwave test 5
  housekey zwave test '{\"nodeId\": 5}'")]
pub(crate) struct Args {
    /// The number of the node, or the whole `opts` of the command as a JSON object or a text
    #[arg(value_name = "NODE")]
    opts: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    opts::run("test", opts::of_node(&args.opts), args.dry_run, context).await
}
