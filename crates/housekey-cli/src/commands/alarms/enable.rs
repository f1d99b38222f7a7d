//! `housekey alarms enable`.

use super::switch;
use crate::context::Context;
use crate::error::Outcome;

/// Switch an alarm on
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey alarms enable Weekdays")]
pub(crate) struct Args {
    /// Name or id
    alarm: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    switch(&args.alarm, true, context).await
}
