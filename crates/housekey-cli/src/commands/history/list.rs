//! `housekey history list`.

use housekey_history::series::Series;
use housekey_history::store::Reader as _;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::place;
use crate::context::Context;
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List what is recorded: a series for each value of a device or variable
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  housekey history list\n  housekey history list --where capability=measure_power"
)]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (reader, file) = args.place.reader(context).await?;
    let zone = place::zone(&reader).await?;
    let all = reader.series().await.map_err(place::failure)?;
    let mut list = Listing::new(&["device", "capability", "unit", "first", "last"]);
    let mut records = Vec::new();
    for series in &all {
        let local = |t: Option<i64>| {
            let at = t.and_then(|t| Timestamp::from_millisecond(t).ok());
            at.map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
        };
        let (first, last) = (local(series.first_t), local(series.last_t));
        list.row(
            series.id.to_string(),
            vec![
                Cell::text(series.place()),
                Cell::text(&*series.key.key),
                Cell::maybe(series.unit.as_deref()),
                Cell::maybe(first.as_deref()),
                Cell::maybe(last.as_deref()),
            ],
        );
        records.push(record(series));
    }
    let what = format!("series in {}", file.place);
    args.list.print(context, list, Value::from(records), &what, &zone)
}

/// A series as JSON.
pub(super) fn record(series: &Series) -> Value {
    let time = |t: Option<i64>| {
        t.and_then(|t| Timestamp::from_millisecond(t).ok()).map(|at| at.to_string())
    };
    json!({
        "id": series.id,
        "kind": series.key.owner.as_str(),
        "item": series.key.item,
        "device": series.names.device,
        "zone": series.names.zone,
        "capability": series.key.key,
        "title": series.names.title,
        "type": series.key.value_type.letter(),
        "unit": series.unit,
        "class": series.class.as_str(),
        "first": time(series.first_t),
        "last": time(series.last_t),
        "gone": time(series.gone_t),
    })
}
