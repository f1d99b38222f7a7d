//! `housekey reminders list`.

use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::raw_view;

/// List the reminders; the default of `housekey reminders`
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey reminders list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    match raw_view::unlisted("reminder/reminder", &target).await? {
        Some(answer) => raw_view::show(&answer, context),
        None => Err(Failure::failed(format!("\"{}\" knows no reminders", target.title))
            .hint("only old firmware has them; flows do today what they did")),
    }
}
