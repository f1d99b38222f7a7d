//! Files that people name: JSON is read from them, and they are written whole or not at all, beside
//! their place first, then into it.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use housekey::config::input;
use housekey::whole_file::{self, INPUT_LIMIT_BYTES};
use serde_json::Value;

use crate::error::{Failure, Outcome};

/// Who may read a file that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner.
    Owner,
    /// Readable by those who may read other files of the user.
    Usual,
}

/// Puts a file with these bytes in its place. One that is there keeps its readers, a link still leads
/// to it, and what is no file (a pipe, a device) is written into.
pub(crate) fn replace(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let target = fs::canonicalize(path);
    let target = target.as_deref().unwrap_or(path);
    let known = fs::metadata(target).ok();
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        return File::options().write(true).open(target)?.write_all(bytes);
    }
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::Usual => 0o666,
    };
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".housekey-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(directory.unwrap_or(Path::new(".")))
        // The name of the temporary file would only puzzle.
        .map_err(|error| io::Error::from(error.kind()))?;
    if let Some(known) = known {
        file.as_file().set_permissions(known.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target).map(drop).map_err(|error| error.error)
}

/// The same for a file that a person has named.
///
/// # Errors
/// Failed, with what to look at.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    written(path, replace(path, bytes, Readers::Usual))
}

fn written(path: &Path, outcome: io::Result<()>) -> Outcome {
    outcome.map_err(|error| {
        Failure::failed(format!("cannot write {}", path.display()))
            .because(&error)
            .hint("check that the directory is there and is yours, and whether the disk is full")
    })
}

/// The same for a file that only its owner may read.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Outcome {
    written(path, replace(path, bytes, Readers::Owner))
}

/// The JSON in a file that a person has named; `-` is standard input.
///
/// # Errors
/// Usage: it cannot be read, or where it stops being JSON.
pub(crate) fn read_json(path: &Path) -> Outcome<Value> {
    let (from, text) = match path.to_str() {
        Some("-") => {
            ("standard input".into(), whole_file::text_from(io::stdin(), INPUT_LIMIT_BYTES))
        }
        _ => (path.display().to_string(), whole_file::read_text(path, INPUT_LIMIT_BYTES)),
    };
    let text =
        text.map_err(|error| Failure::usage(format!("cannot read {from}")).because(&error))?;
    serde_json::from_str(input::text(&text)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::usage(format!("{from} is not JSON: line {line}, column {column}"))
            .hint("nothing was sent")
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_keeps_its_readers_and_the_links_to_it() {
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("a.json"), directory.path().join("link"));
        replace(&path, b"one", Readers::Owner).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (&b"one"[..], 0o600));
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, b"two", Readers::Owner).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (&b"two"[..], 0o640));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "nothing is left over");
    }

    #[test]
    fn what_is_no_file_is_written_into() {
        replace(Path::new("/dev/null"), b"gone", Readers::Usual).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn what_cannot_be_written_leaves_the_old_one() {
        let directory = tempfile::tempdir().unwrap();
        assert!(replace(&directory.path().join("not/there"), b"x", Readers::Usual).is_err());
        assert!(replace(directory.path(), b"x", Readers::Usual).is_err());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
