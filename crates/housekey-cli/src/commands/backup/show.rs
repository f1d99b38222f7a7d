//! `housekey backup show`.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::home_files;
use crate::context::Context;
use crate::error::Outcome;
use crate::output::table::Table;

/// Show what is in a backup, and what is not
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey backup show home")]
pub(crate) struct Args {
    /// The directory or archive
    #[arg(value_name = "DIR|FILE")]
    backup: PathBuf,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let snapshot = home_files::snapshot(&args.backup, context)?;
    let home = &snapshot.home;
    let about = &home.about;
    let read = home.parts().map(|(part, items)| {
        let names: Value = items.keys().map(|id| home.path(part, id)).collect();
        (part.name().to_owned(), names)
    });
    let missing = home.missing().map(|(part, why)| (part.name().to_owned(), json!(why)));
    let record = json!({
        "homey": about.name,
        "id": about.id,
        "model": about.model,
        "firmware": about.firmware,
        "dialect": about.dialect,
        "when": snapshot.when.to_string(),
        "parts": read.collect::<Map<_, _>>(),
        "missing": missing.collect::<Map<_, _>>(),
    });
    context.out.table(&record, || {
        let mut table = Table::new(["part", "items", "what"]);
        for (part, items) in home.parts() {
            let mut names: Vec<String> =
                items.keys().take(NAMES).map(|id| home.path(part, id)).collect();
            if items.len() > NAMES {
                names.push("…".to_owned());
            }
            table.row([part.name().to_owned(), items.len().to_string(), names.join(", ")]);
        }
        for (part, why) in home.missing() {
            table.row([part.name().to_owned(), "not read".to_owned(), why.to_owned()]);
        }
        table
    })
}

/// Names shown of each part; `--json` has all.
const NAMES: usize = 5;
