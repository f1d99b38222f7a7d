//! `[history]`: the recorder of each home.

use std::path::{Path, PathBuf};

use housekey_history::keep;
use housekey_history::rules::{DeadBandRule, Selection};
use housekey_history::store::Retention;
use housekey_history::store::location::Location;

use super::reader::{Table, Text};
use super::{path, reference};

/// Settings of the recorders.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistorySettings {
    /// Where history is kept. A relative path begins at the state directory.
    pub location: Location,
    /// How long.
    pub retention: Retention,
    /// What is recorded.
    pub selection: Selection,
    /// Whether it is written less often.
    pub gentle: bool,
}

impl HistorySettings {
    /// The directories that recorders write to, given that of the store.
    pub fn directories(&self, state: &Path, homeys: &[String]) -> Vec<PathBuf> {
        let file =
            |homey: &String| Some(self.location.place(state, homey).file()?.parent()?.to_owned());
        homeys.iter().filter_map(file).collect()
    }
}

/// The settings of `[history]`; without it nothing is recorded.
pub(super) fn settings(
    root: &Table<'_, '_>,
    directory: &Path,
    homeys: usize,
) -> Option<HistorySettings> {
    let table = root.table("history")?;
    table.only(&reference::HISTORY.names());
    let default = HistorySettings::default();
    let age = |key: &str, default: Option<i64>| match table.text(key) {
        None => default,
        Some(text) => keep::age(&text.text).unwrap_or_else(|error| {
            text.note(format!("`{key}`: {error}"));
            None
        }),
    };
    let patterns = |key| {
        let texts = table.texts(key).unwrap_or_default();
        texts.into_iter().map(|text| text.text).collect()
    };
    let retention = Retention {
        raw: age("raw", default.retention.raw),
        five_minutes: age("five_minutes", default.retention.five_minutes),
        hourly: age("hourly", default.retention.hourly),
        max_size: table.text("max_size").and_then(|text| {
            keep::size(&text.text)
                .map_or_else(|error| text.wrong(format!("`max_size`: {error}")), Some)
        }),
    };
    let location = table.text("url").and_then(|text| location(&text, homeys));
    let location = with_password(location.unwrap_or_default(), &table, directory);
    let (exclude, include) = (patterns("exclude"), patterns("include"));
    let dead_bands = table.texts("dead_band").into_iter().flatten().filter_map(dead_band).collect();
    Some(HistorySettings {
        location,
        retention,
        selection: Selection { exclude, include, dead_bands },
        gentle: table.flag("gentle").unwrap_or_default(),
    })
}

fn dead_band(text: Text<'_, '_>) -> Option<DeadBandRule> {
    let rule = text.text.parse::<DeadBandRule>();
    rule.map_or_else(|error| text.wrong(format!("`dead_band`: {error}")), Some)
}

fn location(text: &Text<'_, '_>, homeys: usize) -> Option<Location> {
    match text.text.parse::<Location>() {
        Err(error) => text.wrong(format!("`url`: {error}")),
        Ok(location) if homeys > 1 && !location.is_for_many() => text.wrong(format!(
            "`url` names one file for {homeys} Homeys: end the path with `/` for a directory"
        )),
        Ok(location) => Some(location),
    }
}

/// The location with the file of its password, which only a server has.
fn with_password(location: Location, table: &Table<'_, '_>, directory: &Path) -> Location {
    match table.text("password_file").and_then(|file| path::of(&file, directory)) {
        Some(file) => location.with_password_file(file),
        None => location,
    }
}
