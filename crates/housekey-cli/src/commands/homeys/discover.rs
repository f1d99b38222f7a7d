//! `housekey homeys discover`.

use std::time::Duration;

use housekey::discovery::browse;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// Look for Homeys that announce themselves in this network
///
/// A self-hosted server announces itself; a hub does not, and its address is shown in its app. What is
/// found is what machines of this network say of themselves.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey homeys discover
  housekey homeys discover --seconds 10 --jq '.[].addresses[0]'")]
pub(crate) struct Args {
    /// How long to listen
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=300))]
    seconds: u64,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let limit = Duration::from_secs(args.seconds);
    let _bar = context.waiting.time("Looking for Homeys in this network", limit);
    let found = browse(context.mdns()?, limit).await.map_err(|error| {
        Failure::failed("cannot send a query in any network")
            .because(&error)
            .hint("check that this machine is in a network, and that it may send multicast packets")
    })?;
    if found.is_empty() {
        context.out.note("No Homey announced itself. A hub does not; its address is in its app.");
    }
    let mut list = Listing::new(&["name", "address", "model", "version", "id"]);
    for (place, homey) in found.iter().enumerate() {
        let addresses: Vec<_> = homey.addresses.iter().map(ToString::to_string).collect();
        let cells = vec![
            Cell::text(&homey.name),
            Cell::text(addresses.join(" ")),
            Cell::maybe(homey.model.as_deref()),
            Cell::maybe(homey.version.as_deref()),
            Cell::maybe(homey.id.as_deref()),
        ];
        list.row(homey.id.clone().unwrap_or_else(|| place.to_string()), cells);
    }
    args.list.print(context, list, json!(found), "Homeys in this network", &TimeZone::UTC)
}
