//! `housekey alarms create`.

use housekey::model::Alarm;
use jiff::civil::Time;
use serde_json::{Map, json};

use super::days::{self, Days};
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;

/// Make an alarm
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey alarms create 'Early shift' 05:45 --days weekdays
  housekey alarms create Nap 14:30")]
pub(crate) struct Args {
    /// Its name
    name: String,
    /// The time of day where the Homey is, as HH:MM
    #[arg(value_parser = time)]
    time: Time,
    /// On which days: mon,wed, weekdays, weekend or daily; once otherwise
    #[arg(long, value_parser = days::parse)]
    days: Option<Days>,
    /// Leave it off for now
    #[arg(long)]
    disabled: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let chosen = args.days.map_or_else(Vec::new, |days| days.0);
    // The Homey demands every day.
    let repetition: Map<_, _> =
        Alarm::DAYS.iter().map(|day| ((*day).to_owned(), json!(chosen.contains(day)))).collect();
    let alarm = json!({
        "name": args.name,
        "time": args.time.strftime("%H:%M").to_string(),
        "enabled": !args.disabled,
        "repetition": repetition,
    });
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let done = format!("The alarm {} is made", args.name);
    let call = target.homey.alarms().create_alarm(alarm);
    target.write(call, &done, context).await
}

/// Reads `7:05` and `07:05`.
fn time(text: &str) -> Result<Time, String> {
    Time::strptime("%H:%M", text).map_err(|_| "write it as HH:MM, as in `06:30`".to_owned())
}
