//! `housekey homeys list`.

use jiff::tz::TimeZone;
use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::inventory;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the configured Homeys
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey homeys list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let homeys = inventory::homeys(context)?;
    let mut list = Listing::new(&["name", "title", "dialect", "signed in by", "id", "used"]);
    for (place, homey) in homeys.iter().enumerate() {
        let cells = vec![
            Cell::text(&homey.name),
            Cell::text(homey.title.as_deref().unwrap_or("(unreadable)")),
            Cell::maybe(homey.dialect.map(|dialect| dialect.to_string()).as_deref()),
            Cell::text(homey.access_text()),
            Cell::maybe(homey.id.as_deref()),
            Cell::maybe(homey.chosen.then_some("by default")),
        ];
        list.row(homey.id.clone().unwrap_or_else(|| place.to_string()), cells);
    }
    args.list.print(context, list, json!(homeys), "configured Homeys", &TimeZone::UTC)
}
