//! `housekey agent key list`.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::config::Config;
use crate::context::Context;
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the keys; their values are shown only when they are created
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey agent key list")]
pub(crate) struct Args {
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let keys = args.config.open(context)?.keys;
    let scopes = |key: &housekey_agent::settings::KeySettings| -> Vec<String> {
        key.scopes.iter().map(ToString::to_string).collect()
    };
    let value: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "name": key.name,
                "scopes": scopes(key),
                "homeys": key.homeys,
                "expires": key.expires,
            })
        })
        .collect();
    let now = context.clock.now();
    let mut list = Listing::new(&["name", "scopes", "homeys", "expires"]);
    for (place, key) in keys.iter().enumerate() {
        let expires = match key.expires {
            None => "never".to_owned(),
            Some(at) if at <= now => format!("{at} (ended)"),
            Some(at) => at.to_string(),
        };
        let homeys = key.homeys.as_ref().map_or("all".to_owned(), |homeys| homeys.join(" "));
        let cells = vec![
            Cell::text(&key.name),
            Cell::text(scopes(key).join(" ")),
            Cell::text(homeys),
            Cell::text(expires),
        ];
        list.row(place.to_string(), cells);
    }
    args.list.print(context, list, Value::from(value), "keys of the gateway", &TimeZone::UTC)
}
