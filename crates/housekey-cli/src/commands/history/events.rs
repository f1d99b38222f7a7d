//! `housekey history events`.

use housekey_history::store::Reader as _;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::place;
use super::span::SpanArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::output::table::Table;

/// The most events that are shown.
const MAX_EVENTS: usize = 100_000;

/// Show what happened and has no value: buttons, items that came and went, lost connections
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history events --last 7d")]
pub(crate) struct Args {
    #[command(flatten)]
    span: SpanArgs,
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (reader, _) = args.place.reader(context).await?;
    let zone = place::zone(&reader).await?;
    let window = args.span.window(&zone, context)?;
    let events = reader.events(window, MAX_EVENTS).await.map_err(place::failure)?;
    let series = reader.series().await.map_err(place::failure)?;
    let name = |item: &str| {
        let found = series.iter().find(|series| series.key.item == item);
        found.map_or_else(|| item.to_owned(), |series| series.place())
    };
    let instant = |t| Timestamp::from_millisecond(t).unwrap_or(Timestamp::UNIX_EPOCH);
    let records = events.iter().map(|event| {
        let time = instant(event.t).to_string();
        json!({ "time": time, "kind": event.kind, "item": event.item, "text": event.text, "who": event.who })
    });
    context.out.table(&Value::from(records.collect::<Vec<_>>()), || {
        let mut table = Table::new(["time", "item", "event"]);
        for event in &events {
            let at = instant(event.t).to_zoned(zone.clone());
            table.row([
                at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                name(&event.item),
                event.text.clone(),
            ]);
        }
        table
    })
}
