//! `housekey reminders list`.

use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::listing::arguments::ListArgs;
use crate::raw_view;

/// List the reminders; the default of `housekey reminders`
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Example:\n  housekey reminders list --sort date")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    match raw_view::unlisted("reminder/reminder", &target).await? {
        Some(answer) => args.list.show_untyped(&answer, "reminders", &target, context).await,
        None => Err(Failure::failed(format!("\"{}\" knows no reminders", target.title))
            .hint("only old firmware has them; flows do today what they did")),
    }
}
