//! `housekey flows disable`.

use serde_json::Map;

use super::{Flows, change};
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Keep a flow from starting by itself
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey flows disable 'Good night'")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let flows = Flows::of(&opened, context).await?;
    let wanted = Map::from_iter([("enabled".to_owned(), false.into())]);
    change::set(&args.flow, &flows, wanted, "off", (&opened, context)).await
}
