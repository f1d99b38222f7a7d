//! `housekey alarms get`.

use housekey::args;

use super::find;
use crate::commands::look;
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// Show an alarm
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey alarms get Weekdays")]
pub(crate) struct Args {
    /// Name or id
    alarm: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let wanted = args! { "id" => &*find(&opened, &args.alarm).await?.id };
    look::show(&opened.homey.call_bytes("alarms.getAlarm", &wanted).await?, context)
}
