//! `housekey notifications list`.

use std::cmp::Reverse;

use housekey::model::{Notification, Time};

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List what stands on the timeline, the newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey notifications list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.notifications().get_notifications().bytes().await?;
    let zone = args.list.zone(&target, context).await;
    args.list.show_in(context, &answer, "notifications", &zone, |mut all: Vec<Notification>| {
        all.sort_by_key(|one| Reverse(one.created().and_then(Time::timestamp)));
        let mut list = Listing::new(&["when", "from", "text", "id"]);
        for one in &all {
            let cells = vec![
                Cell::time(one.created(), &zone),
                Cell::maybe(one.owner_name.label().or(one.owner_uri.text())),
                Cell::maybe(one.excerpt.label()),
                Cell::text(&one.id),
            ];
            list.row(&one.id, cells);
        }
        list
    })
}
