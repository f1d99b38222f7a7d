//! `housekey devices drivers`.

use housekey::model::Driver;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::raw_view;

/// List the drivers, which pair and run devices
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey devices drivers
  housekey devices drivers --pairing")]
pub(crate) struct Args {
    /// List the pair sessions that are open instead (v2)
    #[arg(long)]
    pairing: bool,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if args.pairing {
        return raw_view::show_call(|homey| homey.drivers().get_pair_sessions(), context).await;
    }
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.drivers().get_drivers().bytes().await?;
    args.list.show(context, &answer, "drivers", |drivers: Vec<Driver>| {
        let mut list = Listing::new(&["name", "of", "class", "id"]).sorted_by(&["id"]);
        for driver in &drivers {
            let id = driver.id();
            let cells = vec![
                Cell::maybe(driver.name.label()),
                Cell::maybe(driver.owner_name()),
                Cell::maybe(driver.class.text()),
                Cell::text(id.clone()),
            ];
            list.row(id, cells);
        }
        list
    })
}
