//! `housekey alarms delete`.

use housekey::args;

use super::{find, name};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete an alarm
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey alarms delete Nap --yes")]
pub(crate) struct Args {
    /// Name or id
    alarm: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let alarm = find(&opened, &args.alarm).await?;
    let name = name(&alarm);
    args.sure.check(&format!("Delete the alarm {name} of \"{}\"?", opened.title))?;
    let wanted = args! { "id" => &*alarm.id };
    let answer = opened.homey.call_bytes("alarms.deleteAlarm", &wanted).await?;
    context.written(&opened, &format!("The alarm {name} is deleted"), &answer)
}
