//! `housekey zones list`.

use std::collections::BTreeSet;

use housekey::args;
use housekey::model::{Items, Zone};

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// List the zones, each below the one it is part of
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey zones list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let answer = opened.homey.call_bytes("zones.getZones", &args! {}).await?;
    context.out.shown(&answer, "zones", |zones: Items<Zone>| {
        let mut table = Table::new(["zone", "active", "id"]);
        for (depth, zone) in tree(&zones.0) {
            let active = if zone.active.is_true() { "yes" } else { "no" };
            let name = format!("{}{}", "  ".repeat(depth), zone.name);
            table.row([name, active.to_owned(), zone.id.clone()]);
        }
        table
    })
}

/// Every zone once, below its parent, with its depth. Those whose parent is missing, or that are
/// parents of themselves in a circle, stand at the top.
fn tree(zones: &[Zone]) -> Vec<(usize, &Zone)> {
    let known: BTreeSet<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
    let parent =
        |zone: &Zone| zone.parent.text().filter(|id| known.contains(id)).map(str::to_owned);
    let mut sorted: Vec<_> = zones.iter().collect();
    sorted.sort_by(|one, other| {
        let position = |zone: &Zone| zone.position().unwrap_or(f64::MAX);
        let key = |zone: &Zone| zone.name.to_lowercase();
        position(one).total_cmp(&position(other)).then_with(|| key(one).cmp(&key(other)))
    });
    let mut ordered = Vec::new();
    let mut seen = BTreeSet::new();
    // From behind, so that the first of the sorted is taken first.
    let mut waiting: Vec<_> = sorted.iter().rev().map(|zone| (0, *zone)).collect();
    waiting.sort_by_key(|(_, zone)| parent(zone).is_none());
    while let Some((depth, zone)) = waiting.pop() {
        if !seen.insert(zone.id.as_str()) {
            continue;
        }
        ordered.push((depth, zone));
        let below = sorted.iter().rev().filter(|child| parent(child).as_ref() == Some(&zone.id));
        waiting.extend(below.map(|child| (depth + 1, *child)));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_zone_stands_once_below_its_parent() {
        let zones = json!([
            {"id": "k", "name": "Kitchen", "parent": "g"},
            {"id": "h", "name": "Home", "parent": null},
            {"id": "g", "name": "Ground floor", "parent": "h"},
            {"id": "b", "name": "Bathroom", "parent": "g"},
            {"id": "o", "name": "Orphan", "parent": "gone"},
            {"id": "x", "name": "X", "parent": "y"},
            {"id": "y", "name": "Y", "parent": "x"},
        ]);
        let zones: Items<Zone> = serde_json::from_value(zones).unwrap();
        let told: Vec<_> =
            tree(&zones.0).into_iter().map(|(depth, zone)| (depth, zone.id.as_str())).collect();
        let want = [(0, "h"), (1, "g"), (2, "b"), (2, "k"), (0, "o"), (0, "x"), (1, "y")];
        assert_eq!(told, want);
    }
}
