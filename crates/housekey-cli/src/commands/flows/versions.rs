//! `housekey flows versions`.

use housekey_backup::diff::{self, FieldChange};
use housekey_backup::snapshot_store::Version;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::flow_versions::FlowVersions;
use crate::commands::backup::difference_text;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::home_time;
use crate::output::terminal::one_line;

/// Show what a flow was before, from the snapshots of the agent
///
/// The agent keeps snapshots with [backup] in agent.toml. A change is older than the time that is shown by
/// some minutes, since the agent waits until changes have come to rest. Version 0 is the flow as it is now.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows versions 'Good night'
  housekey flows versions 'Good night' --json")]
pub(crate) struct Args {
    /// Name, Folder/Name or id; also of a flow that was deleted
    flow: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let found = FlowVersions::read(&args.flow, &target, context).await?;
    let zone = home_time::zone_for_people(&target, context).await;
    let when = |when: Timestamp| when.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let records: Value = found.newest_first().map(record).collect();
    context.out.value(&records, || {
        let mut lines = Vec::new();
        for (number, version, before) in found.newest_first() {
            let what = heading(version, before);
            lines.push(one_line(&format!("{number:>3}  {}  {what}", when(version.when))));
            let changes = match (before.and_then(|before| before.item.as_ref()), &version.item) {
                (Some(before), Some(after)) => {
                    difference_text::lines(found.flow.part, before, after, &found.now.snapshot.home)
                }
                _ => Vec::new(),
            };
            lines.extend(changes.iter().map(|change| format!("{:23}{}", "", one_line(change))));
        }
        lines.join("\n") + "\n"
    })
}

/// What happened to the flow, in a word or two.
fn heading(version: &Version, before: Option<&Version>) -> &'static str {
    match (&version.item, before) {
        (None, _) => "deleted",
        (Some(_), Some(Version { item: None, .. })) => "made again",
        (Some(_), Some(_)) => "changed",
        (Some(_), None) if version.after.is_some() => "made",
        (Some(_), None) => "first seen",
    }
}

fn changes(version: &Version, before: Option<&Version>) -> Vec<FieldChange> {
    match (before.and_then(|before| before.item.as_ref()), &version.item) {
        (Some(before), Some(after)) => diff::fields(before, after),
        _ => Vec::new(),
    }
}

fn record((number, version, before): (usize, &Version, Option<&Version>)) -> Value {
    let change = |FieldChange { place, before, after }: &FieldChange| json!({ "place": place, "before": before, "after": after });
    json!({
        "version": number,
        "when": version.when,
        "after": version.after,
        "what": heading(version, before).replace(' ', "-"),
        "changes": changes(version, before).iter().map(change).collect::<Value>(),
        "flow": version.item,
    })
}
