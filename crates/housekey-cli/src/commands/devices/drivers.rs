//! `housekey devices drivers`.

use housekey::model::Driver;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if args.pairing {
        return raw_view::show_call(|homey| homey.drivers().get_pair_sessions(), context).await;
    }
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.drivers().get_drivers().bytes().await?;
    context.out.listed(&answer, "drivers", |mut drivers: Vec<Driver>| {
        drivers.sort_by_cached_key(|driver| driver.id().into_owned());
        let mut table = Table::new(["name", "of", "class", "id"]);
        for driver in &drivers {
            table.row([
                driver.name.label().unwrap_or_default().to_owned(),
                driver.owner_name().unwrap_or_default().to_owned(),
                driver.class.text().unwrap_or_default().to_owned(),
                driver.id().into_owned(),
            ]);
        }
        table
    })
}
