//! `housekey flows run`.

use super::found::Flows;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;

/// Start a flow by hand
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey flows run 'Say hello'")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let flows = Flows::read(&target, context).await?;
    let flow = flows.find(&args.flow)?;
    let done = format!("{} is started", flows.named(flow).full());
    target.write(flow.kind.trigger(&target.homey, &flow.head.id), &done, context).await
}
