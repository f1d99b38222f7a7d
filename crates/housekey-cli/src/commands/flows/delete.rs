//! `housekey flows delete`.

use super::found::Flows;
use super::{backup, change};
use crate::context::{Context, Purpose};
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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write).await?;
    let flows = Flows::read(&target, context).await?;
    let flow = flows.find(&args.flow)?;
    let name = flows.named(flow).full();
    args.sure.check(&format!("Delete the flow {name} of \"{}\"?", target.title))?;
    let id = flow.head.id.as_str();
    backup::keep(&change::read(flow.kind, id, &target).await?, id, &target, context)?;
    let answer = flow.kind.delete(&target.homey, id).bytes().await?;
    context.report_write(&target, &format!("The flow {name} is deleted"), &answer)
}
