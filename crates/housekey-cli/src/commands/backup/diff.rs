//! `housekey backup diff`.

use std::path::PathBuf;

use housekey_backup::Home;
use housekey_backup::diff::{self, Diff, Difference, DifferenceKind, FieldChange};
use serde_json::{Value, json};

use super::difference_text;
use super::home_files;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};

/// Compare two backups, or a backup with the home as it is now
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey backup diff monday.tar.zst home
  housekey backup diff home
  housekey backup diff home --exit-code

With --exit-code the exit code is 3 where they differ.")]
pub(crate) struct Args {
    /// The older one: a directory or an archive
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The newer one; without it, the home as it is now
    #[arg(value_name = "B")]
    after: Option<PathBuf>,
    /// End with exit code 3 where they differ
    #[arg(long)]
    exit_code: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let before = home_files::snapshot(&args.before, context)?;
    let after = match args.after {
        Some(after) => home_files::snapshot(&after, context)?,
        None => {
            let target = context.homey(Purpose::Read).await?;
            home_files::now(&target, context).await?.snapshot
        }
    };
    let diff = diff::between(&before, &after);
    for part in &diff.not_compared {
        context.out.note(&format!("Not compared: {}, which only one of the two has", part.name()));
    }
    let records: Value = diff.items.iter().map(difference_record).collect();
    context.out.value(&records, || text(&diff, [&before.home, &after.home]))?;
    if args.exit_code && !diff.items.is_empty() {
        return Err(Failure::found());
    }
    Ok(())
}

/// An item that differs, for programs.
pub(super) fn difference_record(difference: &Difference) -> Value {
    let Difference { part, id, path, kind } = difference;
    let (what, changes) = match kind {
        DifferenceKind::Added => ("added", None),
        DifferenceKind::Removed => ("removed", None),
        DifferenceKind::Changed(changes) => ("changed", Some(changes)),
    };
    let mut record = json!({ "part": part.name(), "id": id, "path": path, "what": what });
    if let Some(changes) = changes {
        let change = |FieldChange { place, before, after }: &FieldChange| json!({ "place": place, "before": before, "after": after });
        record["changes"] = changes.iter().map(change).collect();
    }
    record
}

fn text(diff: &Diff, homes: [&Home; 2]) -> String {
    if diff.items.is_empty() {
        return "No differences\n".to_owned();
    }
    diff.items.iter().map(|item| difference_text::item(item, homes, "")).collect()
}
