//! `housekey experiments list`.

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::arguments::ListArgs;

/// List the experiments; the default of `housekey experiments`
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Example:\n  housekey experiments list --where enabled=yes")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.experiments().get_experiments().bytes().await?;
    args.list.show_untyped(&answer, "experiments", &target, context).await
}
