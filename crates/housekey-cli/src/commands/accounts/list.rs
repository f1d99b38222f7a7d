//! `housekey accounts list`.

use jiff::tz::TimeZone;
use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::inventory::{self, state_text};
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the accounts and the Homeys that each keeps open
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey accounts list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let homeys = inventory::homeys(context)?;
    let accounts = inventory::accounts(context, &homeys)?;
    let now = context.clock.now();
    let mut list =
        Listing::new(&["account", "access", "two-factor", "Homeys", "cloud", "OAuth client"]);
    for (place, account) in accounts.iter().enumerate() {
        let cells = vec![
            Cell::text(&account.name),
            Cell::text(state_text(account.state, account.expires_at, now)),
            account.two_factor.map_or(Cell::MISSING, |on| Cell::yes_no(&on.into())),
            Cell::text(account.homeys.join(", ")),
            Cell::maybe(account.cloud.as_deref()),
            Cell::maybe(account.client_id.as_deref()),
        ];
        list.row(account.id.clone().unwrap_or_else(|| place.to_string()), cells);
    }
    args.list.print(context, list, json!(accounts), "accounts", &TimeZone::UTC)
}
