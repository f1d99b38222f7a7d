//! `housekey backup log`.

use std::collections::BTreeMap;

use housekey_backup::apply::{self, Entry};
use housekey_backup::authors::{self, Authors};
use housekey_backup::diff::{self, Difference, DifferenceKind};
use housekey_backup::plan::{Action, Step};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::diff::difference_record;
use super::{agent_snapshots, difference_text, home_files};
use crate::commands::plan::files::journals;
use crate::context::{Context, Purpose, Target};
use crate::error::Outcome;
use crate::{duration, home_time};

/// Show what was changed in the home and when, from the snapshots of the agent
///
/// The agent keeps snapshots with [backup] in agent.toml. A change is older than the time that is shown by
/// some minutes, since the agent waits until changes have come to rest. Who changed something is known for
/// callers of the gateway and for `housekey apply`; all else is the vendor's app or another program.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey backup log
  housekey backup log --last 24h
  housekey backup log --json --jq '.[].changes[].path'")]
pub(crate) struct Args {
    /// How far back
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = duration::parse)]
    last: SignedDuration,
}

/// What differs between a snapshot and the one before.
struct ChangeSet {
    when: Timestamp,
    after: Timestamp,
    items: Vec<Difference>,
    /// The items in words.
    text: String,
    by: Authors,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let since = context.clock.now().checked_sub(args.last).unwrap_or(Timestamp::MIN);
    let sets = change_sets(since, &target, context)?;
    let records: Value = sets.iter().map(record).collect();
    let zone = home_time::zone_for_people(&target, context).await;
    context.out.value(&records, || {
        if sets.is_empty() {
            return "Nothing was changed\n".to_owned();
        }
        let text = |set: &ChangeSet| {
            let when = set.when.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
            format!("{when}\n{}", set.text)
        };
        sets.iter().map(text).collect::<Vec<_>>().join("\n")
    })
}

/// The changes since a time, the newest first.
fn change_sets(since: Timestamp, target: &Target, context: &Context) -> Outcome<Vec<ChangeSet>> {
    let store = agent_snapshots::of(target, context)?;
    let times = store.times()?;
    // The one before the first is what the first is compared with.
    let first = times.partition_point(|when| *when < since).saturating_sub(1);
    let Some((first, rest)) = times[first..].split_first() else { return Ok(Vec::new()) };
    let applies = apply::journals(&journals(context)).map_err(home_files::journal_failure)?;
    let mut before = store.snapshot(*first)?;
    let mut sets = Vec::new();
    for when in rest {
        let snapshot = store.snapshot(*when)?;
        let mut by = store.authors(*when)?;
        let items = diff::between(&before, &snapshot).items;
        add_applies(&mut by, &items, &applies, (before.when, *when));
        let homes = [&before.home, &snapshot.home];
        let text = items.iter().map(|item| match who(&by, item) {
            Some(who) => difference_text::item(item, homes, &format!("  by {who}")),
            None => difference_text::item(item, homes, ""),
        });
        let text = text.collect();
        sets.push(ChangeSet { when: *when, after: before.when, items, text, by });
        before = snapshot;
    }
    sets.reverse();
    Ok(sets)
}

/// Adds the items that `housekey apply` has written between two times.
fn add_applies(
    by: &mut Authors,
    items: &[Difference],
    applies: &BTreeMap<String, Vec<Entry>>,
    (after, until): (Timestamp, Timestamp),
) {
    for (name, entries) in applies {
        let is_then = |entry: &Entry| matches!(entry, Entry::Started { when, .. } if (after..=until).contains(when));
        if !entries.iter().any(is_then) {
            continue;
        }
        for entry in entries {
            if let Entry::Done { step, id } = entry
                && items.iter().any(|item| is_done_by(item, step, id))
            {
                let who = by.entry(authors::key(step.part, id)).or_default();
                who.insert(format!("housekey apply {name}"));
            }
        }
    }
}

/// Whether a step made that difference.
fn is_done_by(item: &Difference, step: &Step, id: &str) -> bool {
    let fits = match step.action {
        Action::Create { .. } => item.kind == DifferenceKind::Added,
        Action::Update { .. } => matches!(item.kind, DifferenceKind::Changed(_)),
        Action::Delete { .. } => item.kind == DifferenceKind::Removed,
    };
    fits && item.part == step.part && item.id == id
}

fn who(by: &Authors, item: &Difference) -> Option<String> {
    let who = by.get(&authors::key(item.part, &item.id))?;
    Some(who.iter().cloned().collect::<Vec<_>>().join(" and "))
}

fn record(set: &ChangeSet) -> Value {
    let item = |item: &Difference| {
        let mut record = difference_record(item);
        record["by"] =
            set.by.get(&authors::key(item.part, &item.id)).into_iter().flatten().cloned().collect();
        record
    };
    let changes: Value = set.items.iter().map(item).collect();
    json!({ "when": set.when, "after": set.after, "changes": changes })
}
