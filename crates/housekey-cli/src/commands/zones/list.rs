//! `housekey zones list`.

use housekey::model::Zone;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::tree::{self, Leaf};

/// List the zones, each below the one it is part of
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.zones().get_zones().bytes().await?;
    args.list.show(context, &answer, "zones", |zones: Vec<Zone>| {
        let mut list = Listing::new(&["zone", "active", "id"]).with_more_columns(&["parent"]);
        for (depth, zone) in tree::ordered(&zones, leaf) {
            let parent = zones.iter().find(|one| Some(one.id.as_str()) == zone.parent.text());
            let cells = vec![
                Cell::text_shown(zone.name(), format!("{}{}", "  ".repeat(depth), zone.name())),
                Cell::yes_no(&zone.active.is_true().into()),
                Cell::text(&zone.id),
                Cell::maybe(parent.map(Zone::name)),
            ];
            list.row(&zone.id, cells);
        }
        list
    })
}

fn leaf(zone: &Zone) -> Leaf<'_> {
    Leaf { id: &zone.id, parent: zone.parent.text(), place: zone.position(), name: zone.name() }
}
