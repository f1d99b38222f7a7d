//! `housekey flows enable` and `housekey flows disable`.

use serde_json::Map;

use super::change;
use super::found::Flows;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;

// Which flow. A doc comment would replace what the two commands say of themselves in the help.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, enabled: bool, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let flows = Flows::read(&target, context).await?;
    let wanted = Map::from_iter([("enabled".to_owned(), enabled.into())]);
    let is = if enabled { "on" } else { "off" };
    change::set(&args.flow, &flows, wanted, is, (&target, context)).await
}
