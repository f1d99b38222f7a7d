//! `housekey flows move`.

use serde_json::{Map, json};

use super::change;
use super::found::Flows;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::items::folder_choice::FolderChoice;

/// Put a flow into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows move 'Say hello' Evening
  housekey flows move 'Evening/Good night' --top")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
    #[command(flatten)]
    goal: FolderChoice,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let flows = Flows::read(&target, context).await?;
    let goal = args.goal.of(&flows.folders)?;
    let is = goal.map_or("in no folder".to_owned(), |folder| format!("in {}", folder.name()));
    let wanted = Map::from_iter([("folder".to_owned(), json!(goal.map(|folder| &folder.id)))]);
    change::set(&args.flow, &flows, wanted, &is, (&target, context)).await
}
