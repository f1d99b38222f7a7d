//! `housekey zones list`.

use housekey::model::Zone;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::tree::{self, Leaf};

/// List the zones, each below the one it is part of
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.zones().get_zones().bytes().await?;
    context.out.listed(&answer, "zones", |zones: Vec<Zone>| {
        let mut table = Table::new(["zone", "active", "id"]);
        for (depth, zone) in tree::ordered(&zones, leaf) {
            let active = if zone.active.is_true() { "yes" } else { "no" };
            let name = format!("{}{}", "  ".repeat(depth), zone.name());
            table.row([name, active.to_owned(), zone.id.clone()]);
        }
        table
    })
}

fn leaf(zone: &Zone) -> Leaf<'_> {
    Leaf { id: &zone.id, parent: zone.parent.text(), place: zone.position(), name: zone.name() }
}
