//! `housekey backup list`.

use std::path::PathBuf;

use housekey_backup::{Snapshot, archive, disk};
use jiff::tz::TimeZone;
use serde_json::json;

use super::home_files;
use crate::context::Context;
use crate::error::Outcome;
use crate::output::table::Table;

/// List the backups in a directory
///
/// A backup that cannot be read is listed with what is wrong with it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey backup list\n  housekey backup list ~/backups")]
pub(crate) struct Args {
    /// The directory; without it, that of backups that were given no place
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let directory = args.directory.unwrap_or_else(|| home_files::directory(context));
    let mut rows = Vec::new();
    for path in archive::list(&directory)? {
        let files =
            if archive::is_archive(&path) { archive::read(&path) } else { disk::read(&path) };
        rows.push((path, files.and_then(|files| Snapshot::from_files(&files))));
    }
    if rows.is_empty() {
        context.out.note(&format!("There is no backup in {}", directory.display()));
    }
    let count =
        |snapshot: &Snapshot| snapshot.home.parts().map(|(_, items)| items.len()).sum::<usize>();
    let records = rows.iter().map(|(path, snapshot)| match snapshot {
        Ok(snapshot) => json!({
            "path": path.display().to_string(),
            "homey": snapshot.home.about.name,
            "when": snapshot.when.to_string(),
            "items": count(snapshot),
        }),
        Err(error) => json!({ "path": path.display().to_string(), "error": error.to_string() }),
    });
    context.out.table(&records.collect(), || {
        let mut table = Table::new(["path", "homey", "when", "items"]);
        for (path, snapshot) in &rows {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match snapshot {
                Ok(snapshot) => table.row([
                    name,
                    snapshot.home.about.name.clone(),
                    snapshot
                        .when
                        .to_zoned(TimeZone::system())
                        .strftime("%Y-%m-%d %H:%M")
                        .to_string(),
                    count(snapshot).to_string(),
                ]),
                Err(error) => table.row([name, error.to_string(), String::new(), String::new()]),
            }
        }
        table
    })
}
