//! The metrics of the homes, in `[prometheus]`.

use housekey_history::metrics::MetricsOptions;

use super::reader::{Table, Text};
use super::reference;

/// The most series that the pages may be allowed.
const MOST_SERIES: i64 = 1_000_000;

/// What `include` may name.
const PARTS: &str = "write \"users\", \"flows\" or \"playback\"";

/// The table `[prometheus]`; `None` where there is none.
pub(super) fn options(root: &Table<'_, '_>) -> Option<MetricsOptions> {
    let table = root.table("prometheus")?;
    table.only(&reference::PROMETHEUS.names());
    if !root.has("listen") {
        table.missing("[prometheus] needs the gateway: write `listen` above the first heading");
    }
    let usual = MetricsOptions::default();
    let included: Vec<_> = table.texts("include").into_iter().flatten().filter_map(part).collect();
    let has = |part: &str| included.iter().any(|one| one == part);
    let max_series = table.number("max_series", 1..=MOST_SERIES);
    let excluded = table.texts("exclude").into_iter().flatten();
    Some(MetricsOptions {
        names: table.text("labels").and_then(names).unwrap_or(usual.names),
        stale_after: table.duration("stale_after").unwrap_or(usual.stale_after),
        max_series: max_series
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(usual.max_series),
        exclude: excluded.map(|capability| capability.text).collect(),
        users: has("users"),
        flows: has("flows"),
        playback: has("playback"),
    })
}

fn names(labels: Text<'_, '_>) -> Option<bool> {
    match labels.text.as_str() {
        "names" => Some(true),
        "ids" => Some(false),
        other => {
            labels.wrong(format!("\"{other}\" is no kind of labels: write \"names\" or \"ids\""))
        }
    }
}

fn part(part: Text<'_, '_>) -> Option<String> {
    match part.text.as_str() {
        "users" | "flows" | "playback" => Some(part.text),
        other => part.wrong(format!("\"{other}\" cannot be included: {PARTS}")),
    }
}
