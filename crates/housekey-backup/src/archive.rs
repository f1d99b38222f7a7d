//! A snapshot as one file: a tar archive, compressed with Zstandard, with a SHA-256 of each file in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use crate::disk;
use crate::error::BackupError;
use crate::layout::{self, Files};

/// The list of checksums, in the form of `sha256sum`.
const CHECKSUMS: &str = "SHA256SUMS";

/// How the name of an archive ends.
const EXTENSION: &str = ".tar.zst";

/// Small files of much repeated text: a higher level gains a few per cent for ten times the time.
const LEVEL: i32 = 9;

/// Largest archive when it is unpacked; a small one may unpack to any size.
const LIMIT_BYTES: u64 = 1 << 30;

/// Whether a path is that of an archive, by its name.
pub fn is_archive(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(EXTENSION))
}

/// Writes the archive beside its place, then into it. The same files give the same bytes.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, files: &Files, when_s: u64) -> Result<(), BackupError> {
    let bytes = pack(files, when_s).map_err(|source| BackupError::Io {
        doing: "pack",
        path: path.display().to_string(),
        source,
    })?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    disk::put(parent.unwrap_or(Path::new(".")), &name, &bytes)
}

/// The files of an archive, each checked against its checksum.
///
/// # Errors
/// What is damaged.
pub fn read(path: &Path) -> Result<Files, BackupError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|source| BackupError::Io {
        doing: "read",
        path: shown.clone(),
        source,
    })?;
    let mut files = unpack(BufReader::new(file))
        .map_err(|source| BackupError::Archive { path: shown, source })?;
    let missing = |path: &str, what| BackupError::Content { path: path.to_owned(), what };
    let sums = files
        .remove(CHECKSUMS)
        .ok_or_else(|| missing(CHECKSUMS, "is not in the archive, which was cut off or edited"))?;
    let sums = String::from_utf8_lossy(&sums);
    let mut noted = 0;
    for (sum, path) in sums.lines().filter_map(|line| line.split_once("  ")) {
        let bytes = files.get(path).ok_or_else(|| missing(path, "is not in the archive"))?;
        if checksum(bytes) != sum {
            return Err(BackupError::Checksum { path: path.to_owned() });
        }
        noted += 1;
    }
    if noted != files.len() {
        let extra = files.keys().find(|path| !sums.contains(path.as_str()));
        let path = extra.map_or(CHECKSUMS, String::as_str);
        return Err(missing(path, "was put into the archive after it was made"));
    }
    files.retain(|path, _| layout::is_ours(path));
    Ok(files)
}

/// The snapshots directly below a directory: directories that hold one, and archives.
///
/// # Errors
/// The directory cannot be read.
pub fn list(directory: &Path) -> Result<BTreeSet<PathBuf>, BackupError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(disk::io_error("read", directory, error)),
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(paths.filter(|path| disk::holds_snapshot(path) || is_archive(path)).collect())
}

fn pack(files: &Files, when_s: u64) -> io::Result<Vec<u8>> {
    let mut sums = String::new();
    for (path, bytes) in files {
        _ = writeln!(sums, "{}  {path}", checksum(bytes));
    }
    let mut archive = Builder::new(zstd::Encoder::new(Vec::new(), LEVEL)?);
    let sums = (CHECKSUMS, sums.as_bytes());
    for (path, bytes) in
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).chain([sums])
    {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(when_s);
        archive.append_data(&mut header, path, bytes)?;
    }
    archive.into_inner()?.finish()
}

fn unpack(from: impl io::BufRead) -> io::Result<Files> {
    let mut archive = Archive::new(zstd::Decoder::with_buffer(from)?.take(LIMIT_BYTES));
    let mut files = Files::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type() != EntryType::Regular {
            continue;
        }
        let path = String::from_utf8(entry.path_bytes().into_owned())
            .map_err(|_| io::Error::other("the name of a file in it is not UTF-8"))?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != entry.size() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        files.insert(path, bytes);
    }
    Ok(files)
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::MANIFEST;

    fn files() -> Files {
        let long = format!("flows/{}/{}.json", "a".repeat(80), "b".repeat(80));
        [(MANIFEST.to_owned(), b"format = 1".to_vec()), (long, vec![b'x'; 100_000])].into()
    }

    #[test]
    fn an_archive_is_read_as_it_was_written_and_is_the_same_each_time() {
        let directory = tempfile::tempdir().expect("a directory");
        let [one, two] =
            ["one", "two"].map(|name| directory.path().join(format!("{name}{EXTENSION}")));
        for path in [&one, &two] {
            write(path, &files(), 1_800_000_000).expect("it is written");
        }
        assert_eq!(read(&one).expect("an archive"), files());
        assert_eq!(fs::read(&one).expect("bytes"), fs::read(&two).expect("bytes"));
    }

    #[test]
    fn damage_is_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("home.tar.zst");
        write(&path, &files(), 0).expect("it is written");
        let whole = fs::read(&path).expect("bytes");
        for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, &whole[..cut]).expect("written");
            assert!(read(&path).is_err(), "cut off after {cut} bytes");
        }
        let edited = |change: fn(&mut Files)| {
            let mut files = files();
            let sums: String = files
                .iter()
                .map(|(path, bytes)| format!("{}  {path}\n", checksum(bytes)))
                .collect();
            change(&mut files);
            files.insert(CHECKSUMS.to_owned(), sums.into_bytes());
            // `pack` adds its own list last; the older one, which is read, must win here.
            let packed = pack_as_is(&files).expect("packed");
            fs::write(&path, packed).expect("written");
            read(&path).expect_err("it was edited").to_string()
        };
        assert_eq!(
            edited(|files| drop(files.insert(MANIFEST.into(), b"other".to_vec()))),
            "housekey.toml is damaged: its SHA-256 is not the one that was noted"
        );
        assert_eq!(
            edited(|files| drop(files.remove(MANIFEST))),
            "housekey.toml is not in the archive"
        );
        assert_eq!(
            edited(|files| drop(files.insert("flows/new.json".into(), vec![]))),
            "flows/new.json was put into the archive after it was made"
        );
    }

    fn pack_as_is(files: &Files) -> io::Result<Vec<u8>> {
        let mut archive = Builder::new(zstd::Encoder::new(Vec::new(), LEVEL)?);
        for (path, bytes) in files {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o600);
            archive.append_data(&mut header, path, bytes.as_slice())?;
        }
        archive.into_inner()?.finish()
    }
}
