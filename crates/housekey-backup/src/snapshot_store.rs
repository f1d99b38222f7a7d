//! Many snapshots of one home, of which each file that did not change is kept once.
//!
//! ```text
//! 2026-03-01T12-00-00.000Z.json   when, and each file by the SHA-256 of its content
//! objects/3f/9a…                  a content, compressed with Zstandard
//! ```

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::archive::checksum;
use crate::authors::{self, Authors, Write};
use crate::disk::{self, io_error};
use crate::error::BackupError;
use crate::layout::{self, Files};
use crate::retention::Retention;
use crate::{Part, Snapshot, diff};

/// The newest format that is read, and the one that is written.
const FORMAT: i64 = 1;

/// How the name of a snapshot ends.
const EXTENSION: &str = ".json";

/// The directory of the contents.
const OBJECTS: &str = "objects";

/// Largest list of files, and largest content.
const FILE_LIMIT_BYTES: u64 = 16 << 20;

/// Level of the compression: higher ones gain little on files this small.
const LEVEL: i32 = 9;

/// The snapshots of one home below a directory. One process writes; any number may read meanwhile.
#[derive(Debug, Clone)]
pub struct SnapshotStore {
    directory: PathBuf,
}

/// What is written of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: i64,
    when: Timestamp,
    files: BTreeMap<String, String>,
    /// Who wrote the items that differ from the snapshot before, where that is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    by: Authors,
}

/// An item at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// When the snapshot was read that has it first; the change is older, but younger than the snapshot before.
    pub when: Timestamp,
    /// When the snapshot before was read.
    pub after: Option<Timestamp>,
    /// The item; `None` where it was deleted.
    pub item: Option<Value>,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Snapshots.
    pub snapshots: usize,
    /// Contents that no snapshot has any more.
    pub objects: usize,
}

impl SnapshotStore {
    /// The snapshots below a directory, which need not be there yet.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// When the snapshots were read, the oldest first.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn times(&self) -> Result<Vec<Timestamp>, BackupError> {
        let mut times = Vec::new();
        for name in names(&self.directory)? {
            times.extend(name.strip_suffix(EXTENSION).and_then(time_of));
        }
        times.sort();
        Ok(times)
    }

    /// The newest snapshot, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn newest(&self) -> Result<Option<Snapshot>, BackupError> {
        self.times()?.last().map(|&when| self.snapshot(when)).transpose()
    }

    /// The snapshot of one of [`SnapshotStore::times`].
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn snapshot(&self, when: Timestamp) -> Result<Snapshot, BackupError> {
        Snapshot::from_files(&self.files(when)?)
    }

    /// Who wrote what differs from the snapshot before, where that is known.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn authors(&self, when: Timestamp) -> Result<Authors, BackupError> {
        Ok(self.record(when)?.by)
    }

    /// The files of the snapshot of one of [`SnapshotStore::times`].
    ///
    /// # Errors
    /// They cannot be read, or are damaged.
    pub fn files(&self, when: Timestamp) -> Result<Files, BackupError> {
        self.contents(&self.record(when)?, layout::is_ours)
    }

    /// Adds a snapshot, unless the newest one holds the same set-up. Returns whether it was added. `writes` are
    /// those since the newest one.
    ///
    /// # Errors
    /// It cannot be written; nothing is half there then.
    pub fn add(&self, snapshot: &Snapshot, writes: &[Write]) -> Result<bool, BackupError> {
        // A newest one that cannot be read is no reason to lose this one.
        let newest = self.newest().ok().flatten();
        if newest.as_ref().is_some_and(|newest| newest.home == snapshot.home) {
            return Ok(false);
        }
        let differences = newest.map(|newest| diff::between(&newest, snapshot).items);
        let by = authors::authors(&differences.unwrap_or_default(), writes);
        let mut files = BTreeMap::new();
        for (path, content) in snapshot.files() {
            let hash = checksum(&content);
            let object = object_path(&hash);
            if !self.directory.join(&object).exists() {
                let packed = zstd::bulk::compress(&content, LEVEL);
                let packed = packed.map_err(|error| io_error("pack", Path::new(&path), error))?;
                disk::put(&self.directory, &object, &packed)?;
            }
            files.insert(path, hash);
        }
        let record = Record { format: FORMAT, when: snapshot.when, files, by };
        let text = serde_json::to_vec(&record).map_err(io::Error::from);
        let text = text.map_err(|error| io_error("write", &self.directory, error))?;
        disk::put(&self.directory, &name_of(snapshot.when), &text)?;
        Ok(true)
    }

    /// Every change of an item, the oldest first. Snapshots that could not read its part say nothing of it.
    ///
    /// # Errors
    /// A snapshot cannot be read, or is damaged.
    pub fn versions(&self, part: Part, id: &str) -> Result<Vec<Version>, BackupError> {
        let mut versions: Vec<Version> = Vec::new();
        let (mut after, mut before) = (None, BTreeMap::new());
        for when in self.times()? {
            let mut record = self.record(when)?;
            let manifest = self.contents(&record, |path| path == layout::MANIFEST)?;
            record.files.retain(|path, _| layout::may_hold(part, path));
            // The same files hold the same items, and few change between two snapshots.
            if record.files != before {
                let mut files = self.contents(&record, |_| true)?;
                files.extend(manifest);
                if let Some(mut items) = layout::part_from_files(part, &files)? {
                    let item = items.shift_remove(id);
                    let last = versions.last().and_then(|version| version.item.as_ref());
                    if item.as_ref() != last {
                        versions.push(Version { when, after, item });
                    }
                    before = record.files;
                }
            }
            after = Some(when);
        }
        Ok(versions)
    }

    /// Removes the snapshots that are not kept any more, and what only they held.
    ///
    /// # Errors
    /// The directory cannot be read or written.
    pub fn prune(
        &self,
        retention: &Retention,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Pruned, BackupError> {
        let times = self.times()?;
        let kept = retention.kept(&times, now, zone);
        let mut pruned = Pruned::default();
        for (when, _) in times.iter().zip(&kept).filter(|(_, kept)| !**kept) {
            let path = self.directory.join(name_of(*when));
            fs::remove_file(&path).map_err(|error| io_error("remove", &path, error))?;
            pruned.snapshots += 1;
        }
        if pruned.snapshots > 0 {
            pruned.objects = self.remove_unused()?;
        }
        Ok(pruned)
    }

    /// Removes the contents that no snapshot has. One whose record cannot be read keeps everything.
    fn remove_unused(&self) -> Result<usize, BackupError> {
        let mut used = BTreeSet::new();
        for when in self.times()? {
            used.extend(self.record(when)?.files.into_values());
        }
        let objects = self.directory.join(OBJECTS);
        let mut removed = 0;
        for prefix in names(&objects)? {
            let directory = objects.join(&prefix);
            for rest in names(&directory)? {
                if !used.contains(&format!("{prefix}{rest}")) {
                    let path = directory.join(&rest);
                    fs::remove_file(&path).map_err(|error| io_error("remove", &path, error))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn record(&self, when: Timestamp) -> Result<Record, BackupError> {
        let name = name_of(when);
        let text = read_limited(&self.directory.join(&name))?;
        let damaged = |error: serde_json::Error| {
            BackupError::file(&name, Some(error.line()), format!("it is damaged: {error}"))
        };
        // The format first: whatever else a newer version writes may have another form.
        let record: Value = serde_json::from_slice(&text).map_err(damaged)?;
        match record["format"].as_i64() {
            Some(found) if found > FORMAT => {
                Err(BackupError::NewerFormat { path: name, found, newest: FORMAT })
            }
            _ => serde_json::from_value(record).map_err(damaged),
        }
    }

    /// The contents of those files of a record that are wanted.
    fn contents(
        &self,
        record: &Record,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Files, BackupError> {
        let files = record.files.iter().filter(|(path, _)| wanted(path));
        files.map(|(path, hash)| Ok((path.clone(), self.content(path, hash)?))).collect()
    }

    fn content(&self, path: &str, hash: &str) -> Result<Vec<u8>, BackupError> {
        let damaged = || BackupError::Checksum { path: path.to_owned() };
        // It becomes a path.
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(damaged());
        }
        let packed = read_limited(&self.directory.join(object_path(hash)))?;
        let mut content = Vec::new();
        let unpacked = zstd::Decoder::new(packed.as_slice())
            .and_then(|decoder| decoder.take(FILE_LIMIT_BYTES).read_to_end(&mut content));
        if unpacked.is_err() || checksum(&content) != hash {
            return Err(damaged());
        }
        Ok(content)
    }
}

fn read_limited(path: &Path) -> Result<Vec<u8>, BackupError> {
    let read = || {
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(FILE_LIMIT_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > FILE_LIMIT_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    };
    read().map_err(|error| io_error("read", path, error))
}

/// The names in a directory; none if it is not there.
fn names(directory: &Path) -> Result<Vec<String>, BackupError> {
    match fs::read_dir(directory) {
        Ok(entries) => {
            Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(io_error("read", directory, error)),
    }
}

/// A time as the name of a file on any system: without colons, and in the order of time.
fn name_of(when: Timestamp) -> String {
    format!("{}{EXTENSION}", when.strftime("%Y-%m-%dT%H-%M-%S.%3fZ"))
}

fn time_of(name: &str) -> Option<Timestamp> {
    let (date, time) = name.split_once('T')?;
    format!("{date}T{}", time.replace('-', ":")).parse().ok()
}

fn object_path(hash: &str) -> String {
    let (prefix, rest) = hash.split_at(2);
    format!("{OBJECTS}/{prefix}/{rest}")
}
