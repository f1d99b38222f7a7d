//! `[backup]`: snapshots of the set-up of each home.

use std::path::PathBuf;

use housekey_backup::retention::Retention;

use super::path;
use super::reader::Table;
use super::reference;

/// Where snapshots lie, below the state directory.
const DIRECTORY: &str = "snapshots";

/// Settings of the snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSettings {
    /// The directory, with one for each Homey in it. A relative path begins at the state directory.
    pub directory: PathBuf,
    /// Which are kept.
    pub keep: Retention,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self { directory: DIRECTORY.into(), keep: Retention::default() }
    }
}

/// The settings of `[backup]`; without it no snapshots are made.
pub(super) fn settings(root: &Table<'_, '_>) -> Option<BackupSettings> {
    let table = root.table("backup")?;
    table.only(&reference::BACKUP.names());
    let default = BackupSettings::default();
    let directory = table.text("directory").and_then(|text| path::of_data(&text));
    let keep = table.text("keep").and_then(|text| {
        text.text.parse().map_or_else(|error| text.wrong(format!("`keep`: {error}")), Some)
    });
    Some(BackupSettings {
        directory: directory.unwrap_or(default.directory),
        keep: keep.unwrap_or(default.keep),
    })
}
