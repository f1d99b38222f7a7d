//! `housekey flows delete`.

use super::found::Flows;
use super::{backup, change};
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete a flow; a file is kept of it, which `import` takes
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey flows delete 'Say hello' --yes")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let flows = Flows::read(&target, context).await?;
    let flow = flows.find(&args.flow)?;
    let name = flows.named(flow).full();
    target.confirm(&args.sure, &format!("Delete the flow {name} of \"{}\"?", target.title))?;
    let id = flow.head.id.as_str();
    let (call, done) = (flow.kind.delete(&target.homey, id), format!("The flow {name} is deleted"));
    let Some(call) = target.unless_dry_run(call, &done, context).await? else { return Ok(()) };
    backup::keep(&change::read(flow.kind, id, &target).await?, id, &target, context)?;
    target.report_write(&done, &call.bytes().await?, context)
}
