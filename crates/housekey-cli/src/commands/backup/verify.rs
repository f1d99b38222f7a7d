//! `housekey backup verify`.

use std::path::PathBuf;

use housekey_backup::Snapshot;
use housekey_backup::layout::SECRETS;
use serde_json::json;

use super::home_files;
use crate::context::Context;
use crate::error::Outcome;

/// Check that a backup is whole and can be read
///
/// An archive is checked against its checksums, each file against what it should hold. With a file of
/// secrets it is checked that the age identity of the store opens it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey backup verify home-2026-11-30.tar.zst")]
pub(crate) struct Args {
    /// The directory or archive
    #[arg(value_name = "DIR|FILE")]
    backup: PathBuf,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let files = home_files::files(&args.backup, context)?;
    let snapshot = Snapshot::from_files(&files)?;
    let edited = snapshot.edited().len();
    if let Some(secrets) = files.get(SECRETS) {
        context.store_config.age_key.decrypt(secrets)?;
    }
    let shown = args.backup.display();
    let record = json!({ "path": shown.to_string(), "files": files.len(), "edited": edited,
        "secrets": files.contains_key(SECRETS) });
    context.out.value(&record, || {
        let edited = match edited {
            0 => String::new(),
            1 => "; one item was edited since it was read".to_owned(),
            count => format!("; {count} items were edited since they were read"),
        };
        format!("{shown} is whole: {} files can be read{edited}\n", files.len())
    })
}
