//! `housekey folders move`.

use housekey::model::FlowFolder;
use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::Collection;
use crate::items::folder_choice::FolderChoice;

/// Put a folder into another one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey folders move Winter Heating
  housekey folders move Winter --top")]
pub(crate) struct Args {
    /// Name, Parent/Name or id
    folder: String,
    #[command(flatten)]
    goal: FolderChoice,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let folders = Collection::<FlowFolder>::read(&target, &context.out).await?;
    let (folder, goal) = (folders.find(&args.folder)?, args.goal.of(&folders)?);
    let parent = json!({ "parent": goal.map(|goal| &goal.id) });
    let place = goal.map_or("in no folder".to_owned(), |goal| format!("in {}", goal.name()));
    let done = format!("The folder {} is {place} now", folder.name());
    let call = target.homey.flow().update_flow_folder(&folder.id, parent);
    target.write(call, &done, context).await
}
