//! `housekey alarms list`.

use housekey::model::Alarm;

use super::days;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the alarms
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey alarms list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.alarms().get_alarms().bytes().await?;
    let zone = args.list.zone(&target, context).await;
    args.list.show_in(context, &answer, "alarms", &zone, |alarms: Vec<Alarm>| {
        let mut list = Listing::new(&["name", "time", "days", "on", "next", "id"]);
        for alarm in &alarms {
            let cells = vec![
                Cell::text(alarm.name()),
                Cell::maybe(alarm.time.text()),
                Cell::text(days::text(&alarm.days().collect::<Vec<_>>())),
                Cell::yes_no(&alarm.enabled),
                Cell::time(alarm.next_occurance.get(), &zone),
                Cell::text(&alarm.id),
            ];
            list.row(&alarm.id, cells);
        }
        list.sorted_by(&["time", "name"])
    })
}
