//! `housekey ledring screensavers`.

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::arguments::ListArgs;

/// List what the ring can show at rest
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey ledring screensavers --match clock")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.ledring().get_screensavers().bytes().await?;
    args.list.show_untyped(&answer, "screensavers", &target, context).await
}
