//! `housekey system storage`.

use serde_json::Value;

use super::usage;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show how much of the storage is taken, and by which apps
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey system storage")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.system().get_storage_info().bytes().await?;
    context.out.shown(&answer, "JSON", |answer: Value| usage::text(&answer))
}
