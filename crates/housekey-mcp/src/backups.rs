//! Backups of the set-up, and the journals of edits, in the state directory.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use housekey_backup::{BackupError, Snapshot, archive, disk};

use crate::answer::{Outcome, Refused};
use crate::quote::quoted;

/// Where backups are, as `housekey backup` looks for them.
const BACKUPS: &str = "homes";

/// Where the journals of edits are, as `housekey apply --undo` looks for them.
const JOURNALS: &str = "applies";

/// The end of the name of a backup in one file.
const EXTENSION: &str = ".tar.zst";

/// The backups of a state directory.
#[derive(Debug, Clone)]
pub(crate) struct Backups<'a>(pub(crate) &'a Path);

impl Backups<'_> {
    pub(crate) fn journals(&self) -> PathBuf {
        self.0.join(JOURNALS)
    }

    /// Keeps a snapshot, and returns its name.
    pub(crate) fn keep(&self, snapshot: &Snapshot) -> Outcome<String> {
        let directory = self.0.join(BACKUPS);
        let failed = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "a backup cannot be kept");
            Refused::new("The backup cannot be written: see the log.")
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)
            .map_err(|error| failed(&error))?;
        let when = snapshot.when.strftime("%Y%m%dT%H%M%S%.3fZ");
        let name = format!("mcp-{when}");
        let when_s = u64::try_from(snapshot.when.as_second()).unwrap_or_default();
        let path = directory.join(format!("{name}{EXTENSION}"));
        archive::write(&path, &snapshot.files(), when_s).map_err(|error| failed(&error))?;
        Ok(name)
    }

    /// Names and sizes in bytes, the newest name first.
    pub(crate) fn list(&self) -> Outcome<Vec<(String, u64)>> {
        let paths = archive::list(&self.0.join(BACKUPS)).map_err(|error| unreadable(&error))?;
        let mut all: Vec<_> = paths
            .iter()
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?;
                let size = fs::metadata(path).map(|about| about.len()).unwrap_or_default();
                Some((name.strip_suffix(EXTENSION).unwrap_or(name).to_owned(), size))
            })
            .collect();
        all.sort_by(|(a, _), (b, _)| b.cmp(a));
        Ok(all)
    }

    /// The snapshot of that name, which must be in the list.
    pub(crate) fn read(&self, wanted: &str) -> Outcome<Snapshot> {
        let paths = archive::list(&self.0.join(BACKUPS)).map_err(|error| unreadable(&error))?;
        let wanted = wanted.trim().trim_end_matches(EXTENSION);
        let path = paths.iter().find(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.strip_suffix(EXTENSION).unwrap_or(name) == wanted
        });
        let path = path.ok_or_else(|| {
            Refused::new(format!("There is no backup {}: see action list.", quoted(wanted)))
        })?;
        let files = if archive::is_archive(path) { archive::read(path) } else { disk::read(path) };
        let snapshot = files.and_then(|files| Snapshot::from_files(&files));
        snapshot.map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &BackupError) -> Refused {
    tracing::warn!(%error, "a backup cannot be read");
    Refused::new("The backup cannot be read: see the log.")
}
