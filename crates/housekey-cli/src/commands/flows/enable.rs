//! `housekey flows enable`.

use serde_json::Map;

use super::{Flows, change};
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Let a flow start by itself
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey flows enable 'Good night'")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let flows = Flows::of(&opened, context).await?;
    let wanted = Map::from_iter([("enabled".to_owned(), true.into())]);
    change::set(&args.flow, &flows, wanted, "on", (&opened, context)).await
}
