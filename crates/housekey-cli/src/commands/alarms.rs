//! `housekey alarms`: alarm clocks.

mod create;
mod days;
mod delete;
mod disable;
mod enable;
mod get;
mod list;

use clap::Subcommand;
use housekey::args;
use housekey::model::Alarm;
use serde_json::json;

use crate::context::{Context, Opened, Purpose};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Create(create::Args),
    Enable(enable::Args),
    Disable(disable::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Enable(args) => enable::run(args, context).await,
        Command::Disable(args) => disable::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// The alarm of that id or name.
async fn find(opened: &Opened, wanted: &str) -> Outcome<Alarm> {
    let alarms = opened.homey.alarms().get_alarms().await?;
    let found = naming::find("alarm", &alarms, wanted, |alarm| Named {
        id: &alarm.id,
        name: name(alarm),
        zone: None,
    });
    found.cloned()
}

/// What an alarm is called.
fn name(alarm: &Alarm) -> &str {
    alarm.name()
}

/// Switches an alarm on or off.
async fn switch(wanted: &str, on: bool, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let alarm = find(&opened, wanted).await?;
    let wanted = args! { "id" => &*alarm.id, "alarm" => json!({ "enabled": on }) };
    let answer = opened.homey.call_bytes("alarms.updateAlarm", &wanted).await?;
    let state = if on { "on" } else { "off" };
    context.written(&opened, &format!("The alarm {} is {state}", name(&alarm)), &answer)
}
