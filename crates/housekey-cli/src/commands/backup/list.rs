//! `housekey backup list`.

use std::path::PathBuf;

use housekey_backup::{Snapshot, archive, disk};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::home_files;
use crate::context::Context;
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the backups in a directory
///
/// A backup that cannot be read is listed with what is wrong with it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  housekey backup list\n  housekey backup list ~/backups --sort -when"
)]
pub(crate) struct Args {
    /// The directory; without it, that of backups that were given no place
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let directory = args.directory.unwrap_or_else(|| home_files::directory(context));
    let mut list = Listing::new(&["path", "homey", "when", "items"]);
    let mut records = Vec::new();
    for (place, path) in archive::list(&directory)?.into_iter().enumerate() {
        let files =
            if archive::is_archive(&path) { archive::read(&path) } else { disk::read(&path) };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let shown = path.display().to_string();
        let cells = match files.and_then(|files| Snapshot::from_files(&files)) {
            Ok(snapshot) => {
                let items: usize = snapshot.home.parts().map(|(_, items)| items.len()).sum();
                let when = snapshot.when.to_zoned(TimeZone::system());
                let homey = &snapshot.home.about.name;
                let cells = vec![
                    Cell::text(name),
                    Cell::text(homey),
                    Cell::text(when.strftime("%Y-%m-%d %H:%M").to_string()),
                    Cell::text(items.to_string()),
                ];
                records.push(json!({ "path": shown, "homey": homey, "when": snapshot.when.to_string(), "items": items }));
                cells
            }
            Err(error) => {
                records.push(json!({ "path": shown, "error": error.to_string() }));
                vec![
                    Cell::text(name),
                    Cell::text(error.to_string()),
                    Cell::maybe(None),
                    Cell::maybe(None),
                ]
            }
        };
        list.row(place.to_string(), cells);
    }
    let what = format!("backups in {}", directory.display());
    args.list.print(context, list, Value::from(records), &what, &TimeZone::system())
}
