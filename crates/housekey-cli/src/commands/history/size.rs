//! `housekey history size`.

use serde_json::{Value, json};

use super::{list, place};
use crate::context::Context;
use crate::error::Outcome;
use crate::output::table::Table;

/// How many series are shown.
const SHOWN: usize = 10;

/// Show how large the history is, and what fills it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history size")]
pub(crate) struct Args {
    #[command(flatten)]
    place: place::PlaceArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let (reader, file) = args.place.reader(context).await?;
    let size = reader.size().await.map_err(place::failure)?;
    let records = size.series.iter().map(|one| {
        let mut record = list::record(&one.series);
        record["points"] = one.points.into();
        record["buckets"] = one.buckets.into();
        record["bytes"] = one.bytes.into();
        record
    });
    let points: u64 = size.series.iter().map(|one| one.points).sum();
    let record = json!({
        "file": file.place.to_string(),
        "bytes": size.bytes,
        "free": size.free,
        "points": points,
        "series": Value::from(records.collect::<Vec<_>>()),
    });
    context.out.value(&record, || {
        let mut table = Table::new(["series", "points", "statistics", "size"]);
        for one in size.series.iter().take(SHOWN) {
            let (points, buckets) = (one.points.to_string(), one.buckets.to_string());
            table.row([one.series.to_string(), points, buckets, bytes_text(one.bytes)]);
        }
        format!(
            "{}  {}  {} series, {points} points\n\n{}",
            file.place,
            bytes_text(size.bytes),
            size.series.len(),
            context.out.render(table),
        )
    })
}

/// `12 kB`, `3.4 MB`.
fn bytes_text(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}
