//! `housekey alarms`: alarm clocks.

mod create;
mod days;
mod list;

use clap::Subcommand;
use housekey::model::Alarm;
use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{ChangeOne, Delete, One};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    /// Show an alarm
    #[command(after_help = "Example:\n  housekey alarms get Weekdays")]
    Get(One<Alarm>),
    Create(create::Args),
    /// Switch an alarm on
    #[command(after_help = "Example:\n  housekey alarms enable Weekdays")]
    Enable(ChangeOne<Alarm>),
    /// Switch an alarm off
    #[command(after_help = "Example:\n  housekey alarms disable Weekdays")]
    Disable(ChangeOne<Alarm>),
    /// Delete an alarm
    #[command(after_help = "Example:\n  housekey alarms delete Nap --yes")]
    Delete(Delete<Alarm>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(alarm) => alarm.show(|homey, id| homey.alarms().get_alarm(id), context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Enable(alarm) => {
            alarm
                .call(
                    |homey, id| homey.alarms().update_alarm(id, json!({ "enabled": true })),
                    "is on",
                    context,
                )
                .await
        }
        Command::Disable(alarm) => {
            alarm
                .call(
                    |homey, id| homey.alarms().update_alarm(id, json!({ "enabled": false })),
                    "is off",
                    context,
                )
                .await
        }
        Command::Delete(args) => {
            args.run(|homey, id| homey.alarms().delete_alarm(id), context).await
        }
    }
}
