//! `housekey accounts list`.

use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::inventory::{self, state_text};
use crate::output::table::Table;

/// List the accounts and the Homeys that each keeps open
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey accounts list")]
pub(crate) struct Args {}

pub(crate) fn run(_: Args, context: &Context) -> Outcome {
    let homeys = inventory::homeys(context)?;
    let accounts = inventory::accounts(context, &homeys)?;
    let now = context.clock.now();
    context.out.table(&json!(accounts), || {
        let mut table =
            Table::new(["account", "access", "two-factor", "Homeys", "cloud", "OAuth client"]);
        for account in &accounts {
            table.row([
                account.name.clone(),
                state_text(account.state, account.expires_at, now),
                match account.two_factor {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "",
                }
                .to_owned(),
                account.homeys.join(", "),
                account.cloud.clone().unwrap_or_default(),
                account.client_id.clone().unwrap_or_default(),
            ]);
        }
        table
    })
}
