//! `housekey notifications list`.

use std::cmp::Reverse;

use housekey::model::{Notification, Time};

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::when;

/// List what stands on the timeline, the newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey notifications list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.notifications().get_notifications().bytes().await?;
    context.out.listed(&answer, "notifications", |mut all: Vec<Notification>| {
        all.sort_by_key(|one| Reverse(one.created().and_then(Time::timestamp)));
        let mut table = Table::new(["when", "from", "text", "id"]);
        for one in &all {
            let owner = one.owner_name.label().or(one.owner_uri.text());
            table.row([
                when::text(one.created()),
                owner.unwrap_or_default().to_owned(),
                one.excerpt.label().unwrap_or_default().to_owned(),
                one.id.clone(),
            ]);
        }
        table
    })
}
