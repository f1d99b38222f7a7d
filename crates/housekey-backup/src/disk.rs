//! A snapshot as a directory of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::error::BackupError;
use crate::layout::{self, Files, MANIFEST, REFS};

/// Largest file of a tree. A dashboard or a flow with pictures in it is well below that.
const FILE_LIMIT_BYTES: u64 = 16 << 20;

/// Largest tree: a home of ten thousand items has a tenth of that.
const TREE_LIMIT_BYTES: u64 = 1 << 30;

/// Directories deeper than this are none of ours.
const MAX_DEPTH: usize = 40;

/// Whether there is a snapshot in a directory.
pub fn holds_snapshot(directory: &Path) -> bool {
    directory.join(MANIFEST).is_file()
}

/// Whether a directory is empty, or is not there. Hidden files do not count: a new repository has some.
///
/// # Errors
/// It cannot be read.
pub fn is_free(directory: &Path) -> Result<bool, BackupError> {
    match fs::read_dir(directory) {
        Ok(entries) => Ok(entries
            .flatten()
            .all(|entry| entry.file_name().as_encoded_bytes().starts_with(b"."))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io_error("read", directory, error)),
    }
}

/// The files of a snapshot below a directory; others are passed over.
///
/// # Errors
/// There is no snapshot, or a file cannot be read.
pub fn read(directory: &Path) -> Result<Files, BackupError> {
    if !holds_snapshot(directory) {
        return Err(BackupError::NoBackup(directory.display().to_string()));
    }
    let mut files = Files::new();
    let mut room = TREE_LIMIT_BYTES;
    let mut waiting = vec![(directory.to_path_buf(), String::new(), 0)];
    while let Some((directory, prefix, depth)) = waiting.pop() {
        let entries =
            fs::read_dir(&directory).map_err(|error| io_error("read", &directory, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| io_error("read", &directory, error))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = format!("{prefix}{name}");
            // Links are passed over: a tree that came from elsewhere must not lead out of itself.
            let kind = entry.file_type().map_err(|error| io_error("read", &entry.path(), error))?;
            if kind.is_dir() && depth < MAX_DEPTH && layout::may_hold_items(&path) {
                waiting.push((entry.path(), format!("{path}/"), depth + 1));
            } else if kind.is_file() && layout::is_ours(&path) {
                let bytes = read_file(&entry.path(), &path, room.min(FILE_LIMIT_BYTES))?;
                room -= bytes.len() as u64;
                files.insert(path, bytes);
            }
        }
    }
    Ok(files)
}

fn read_file(from: &Path, path: &str, limit_bytes: u64) -> Result<Vec<u8>, BackupError> {
    let file = File::open(from).map_err(|error| io_error("read", from, error))?;
    let mut bytes = Vec::new();
    let read = file.take(limit_bytes + 1).read_to_end(&mut bytes);
    read.map_err(|error| io_error("read", from, error))?;
    if bytes.len() as u64 > limit_bytes {
        let what = format!("it is larger than {} MB", limit_bytes >> 20);
        return Err(BackupError::file(path, None, what));
    }
    Ok(bytes)
}

/// What writing a tree has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TreeChanges {
    /// Files in all.
    pub files: usize,
    /// Files that are new or have other bytes than before.
    pub changed: usize,
    /// Files of items that are gone.
    pub removed: usize,
}

/// Makes the files of a snapshot below `directory` those of `files`. Files that are none of ours stay.
///
/// A file that has its bytes already is not touched. The notes of what was read come last: a tree whose writing was
/// cut off is never taken for one whose items were edited.
///
/// # Errors
/// A file cannot be written.
pub fn write(directory: &Path, files: &Files) -> Result<TreeChanges, BackupError> {
    make_directory(directory)?;
    let before = if holds_snapshot(directory) { read(directory)? } else { Files::new() };
    let is_last = |path: &str| path == MANIFEST || path == REFS;
    let mut written = TreeChanges { files: files.len(), ..TreeChanges::default() };
    rename_moved(directory, &before, files)?;
    for last in [false, true] {
        for (path, bytes) in files.iter().filter(|(path, _)| is_last(path) == last) {
            if before.get(path) != Some(bytes) {
                put(directory, path, bytes)?;
                written.changed += 1;
            }
        }
        if !last {
            for path in before.keys().filter(|path| !files.contains_key(*path)) {
                remove(directory, path)?;
                written.removed += 1;
            }
        }
    }
    Ok(written)
}

/// Gives the files of items that have other paths now those paths, before anything is written: a tree whose writing was
/// cut off never holds an item twice.
///
/// A file whose path another one gets is first put aside. Cut off in between, an item is
/// missing, and a missing file deletes nothing without pruning.
fn rename_moved(directory: &Path, before: &Files, after: &Files) -> Result<(), BackupError> {
    let ids = |files: &Files| -> BTreeMap<String, String> {
        let id = |(path, bytes): (&String, &Vec<u8>)| {
            Some((layout::item_id(path, bytes)?, path.clone()))
        };
        files.iter().filter_map(id).collect()
    };
    let mut old = ids(before);
    let moved: Vec<(String, String)> = ids(after)
        .into_iter()
        .filter_map(|(id, to)| Some((old.remove(&id)?, to)))
        .filter(|(from, to)| from != to)
        .collect();
    let targets: BTreeSet<&str> = moved.iter().map(|(_, to)| to.as_str()).collect();
    let mut waiting = Vec::new();
    for (place, (from, to)) in moved.iter().enumerate() {
        let mut at = directory.join(from);
        if targets.contains(from.as_str()) {
            let aside = directory.join(format!(".housekey-{}-{place}.part", std::process::id()));
            rename(&at, &aside)?;
            at = aside;
        }
        waiting.push((at, to));
    }
    for (from, to) in waiting {
        let to = directory.join(to);
        make_directory(to.parent().unwrap_or(directory))?;
        rename(&from, &to)?;
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(|error| io_error("rename", from, error))
}

/// Writes one file beside its place, then into it.
pub(crate) fn put(directory: &Path, path: &str, bytes: &[u8]) -> Result<(), BackupError> {
    let target = directory.join(path);
    let parent = target.parent().unwrap_or(directory);
    make_directory(parent)?;
    let beside = parent.join(format!(".housekey-{}.part", std::process::id()));
    let written = || -> io::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&beside, &target)
    };
    written().map_err(|error| {
        // It is of no use to anybody, and the error is about the other one.
        _ = fs::remove_file(&beside);
        io_error("write", &target, error)
    })
}

/// Removes a file, and the directories that have become empty by that.
fn remove(directory: &Path, path: &str) -> Result<(), BackupError> {
    let target = directory.join(path);
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(io_error("remove", &target, error));
        }
        _ => {}
    }
    let mut outer: Option<&Path> = target.parent();
    while let Some(empty) = outer.filter(|outer| *outer != directory) {
        if fs::remove_dir(empty).is_err() {
            break;
        }
        outer = empty.parent();
    }
    Ok(())
}

fn make_directory(directory: &Path) -> Result<(), BackupError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|error| io_error("create", directory, error))
}

pub(crate) fn io_error(doing: &'static str, path: &Path, source: io::Error) -> BackupError {
    BackupError::Io { doing, path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn files(of: &[(&str, &str)]) -> Files {
        of.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_tree_becomes_what_is_written_and_keeps_what_is_not_ours() {
        let home = tempfile::tempdir().expect("a directory");
        let first = files(&[(MANIFEST, "1"), ("flows/a/x.json", "x"), ("flows/y.json", "y")]);
        let written = write(home.path(), &first).expect("it is written");
        assert_eq!((written.changed, written.removed), (3, 0));
        fs::write(home.path().join("README.md"), "mine").expect("a file");
        fs::create_dir(home.path().join(".git")).expect("a directory");
        let second = files(&[(MANIFEST, "1"), ("flows/y.json", "z")]);
        let written = write(home.path(), &second).expect("it is written");
        assert_eq!((written.changed, written.removed), (1, 1));
        assert_eq!(read(home.path()).expect("a tree"), second);
        assert!(!home.path().join("flows/a").exists(), "the empty directory is gone");
        assert!(home.path().join("README.md").exists() && home.path().join(".git").exists());
    }

    #[test]
    fn an_item_with_another_path_is_never_there_twice() {
        let home = tempfile::tempdir().expect("a directory");
        let before = files(&[(MANIFEST, "1"), ("flows/a/x.json", r#"{"id":"f","name":"x"}"#)]);
        write(home.path(), &before).expect("it is written");
        let after = files(&[(MANIFEST, "1"), ("flows/y.json", r#"{"id":"f","name":"y"}"#)]);
        rename_moved(home.path(), &before, &after).expect("it is renamed");
        let paths: Vec<String> = read(home.path()).expect("a tree").into_keys().collect();
        assert_eq!(paths, ["flows/y.json", MANIFEST], "cut off here, it holds the flow once");
        write(home.path(), &after).expect("it is written");
        assert_eq!(read(home.path()).expect("a tree"), after);
    }

    /// The flow of each id at one of a few paths, so that many take each other's.
    fn flows(at: &[usize]) -> Files {
        let mut files = files(&[(MANIFEST, "1")]);
        for (id, place) in at.iter().enumerate() {
            let path = format!("flows/{}.json", ["a", "b", "c/d", "c/e", "f", "g"][*place]);
            files.insert(path, format!(r#"{{"id":"flow-{id}","name":"{place}"}}"#).into_bytes());
        }
        files
    }

    proptest! {
        #[test]
        fn items_that_take_the_paths_of_others_are_there_as_if_written_anew(
            before in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
            after in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
            count in 0..=6_usize,
        ) {
            let home = tempfile::tempdir().expect("a directory");
            let (before, after) = (flows(&before), flows(&after[..count]));
            write(home.path(), &before).expect("it is written");
            rename_moved(home.path(), &before, &after).expect("they are renamed");
            let ids = |files: Files| -> BTreeSet<String> {
                files.iter().filter_map(|(path, bytes)| layout::item_id(path, bytes)).collect()
            };
            let renamed = read(home.path()).expect("a tree");
            for (path, bytes) in &after {
                let (there, want) = (renamed.get(path), layout::item_id(path, bytes));
                prop_assert_eq!(there.and_then(|there| layout::item_id(path, there)), want);
            }
            prop_assert!(ids(renamed).is_superset(&ids(after.clone())));
            write(home.path(), &after).expect("it is written");
            prop_assert_eq!(read(home.path()).expect("a tree"), after);
            let hidden = fs::read_dir(home.path()).expect("a directory").flatten();
            prop_assert!(hidden.into_iter().all(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")));
        }
    }

    #[test]
    fn links_lead_nowhere() {
        let home = tempfile::tempdir().expect("a directory");
        let elsewhere = tempfile::tempdir().expect("a directory");
        fs::write(elsewhere.path().join("secret.json"), "{}").expect("a file");
        write(home.path(), &files(&[(MANIFEST, "1"), ("flows/x.json", "x")])).expect("written");
        std::os::unix::fs::symlink(elsewhere.path(), home.path().join("flows/out"))
            .expect("a link");
        std::os::unix::fs::symlink(
            elsewhere.path().join("secret.json"),
            home.path().join("flows/link.json"),
        )
        .expect("a link");
        let paths: Vec<String> = read(home.path()).expect("a tree").into_keys().collect();
        assert_eq!(paths, ["flows/x.json", MANIFEST]);
    }

    #[test]
    fn a_directory_without_a_manifest_is_no_snapshot() {
        let home = tempfile::tempdir().expect("a directory");
        assert!(is_free(home.path()).expect("it can be read"));
        let error = read(home.path()).expect_err("nothing is there").to_string();
        assert!(error.starts_with("there is no housekey.toml in "), "{error}");
    }
}
