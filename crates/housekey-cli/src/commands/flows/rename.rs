//! `housekey flows rename`.

use serde_json::Map;

use super::change;
use super::found::Flows;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;

/// Give a flow another name
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey flows rename 'Good night' 'Sleep well'")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
    /// The new name
    name: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let flows = Flows::read(&target, context).await?;
    let is = format!("called {}", args.name);
    let wanted = Map::from_iter([("name".to_owned(), args.name.into())]);
    change::set(&args.flow, &flows, wanted, &is, (&target, context)).await
}
