//! `housekey homeys list`.

use serde_json::json;

use crate::context::Context;
use crate::error::Outcome;
use crate::inventory;
use crate::output::table::Table;

/// List the configured Homeys
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey homeys list")]
pub(crate) struct Args {}

pub(crate) fn run(_: Args, context: &Context) -> Outcome {
    let homeys = inventory::homeys(context)?;
    context.out.table(&json!(homeys), || {
        let mut table = Table::new(["name", "title", "dialect", "signed in by", "id", "used"]);
        for homey in &homeys {
            table.row([
                homey.name.clone(),
                homey.title.clone().unwrap_or_else(|| "(unreadable)".to_owned()),
                homey.dialect.map(|dialect| dialect.to_string()).unwrap_or_default(),
                homey.access_text(),
                homey.id.clone().unwrap_or_default(),
                if homey.chosen { "by default" } else { "" }.to_owned(),
            ]);
        }
        table
    })
}
