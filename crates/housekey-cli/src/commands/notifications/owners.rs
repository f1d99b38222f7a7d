//! `housekey notifications owners`.

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::arguments::ListArgs;

/// List who may write on the timeline
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey notifications owners --where push=no")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.notifications().get_owners().bytes().await?;
    args.list.show_untyped(&answer, "owners of notifications", &target, context).await
}
