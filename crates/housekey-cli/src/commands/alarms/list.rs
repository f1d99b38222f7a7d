//! `housekey alarms list`.

use housekey::model::Alarm;

use super::days;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::value::yes_no;
use crate::output::when;

/// List the alarms
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey alarms list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.alarms().get_alarms().bytes().await?;
    context.out.listed(&answer, "alarms", |alarms: Vec<Alarm>| {
        let mut table = Table::new(["name", "time", "days", "on", "next", "id"]);
        for alarm in &alarms {
            table.row([
                alarm.name().to_owned(),
                alarm.time.text().unwrap_or("-").to_owned(),
                days::text(&alarm.days().collect::<Vec<_>>()),
                yes_no(&alarm.enabled),
                when::text(alarm.next_occurance.get()),
                alarm.id.clone(),
            ]);
        }
        table
    })
}
