//! A token in a file: replaced as a whole, with its mode from the first byte.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use housekey::Secret;
use housekey::whole_file;

use super::delivery::{Delivery, SinkError};
use crate::settings::Owner;

/// What is mounted where, as this process sees it.
const MOUNTS: &str = "/proc/self/mountinfo";
const MOUNTS_BYTES: u64 = 8 << 20;

/// Makes sure that a file could be written beside it, and leaves nothing behind.
pub(super) async fn check(path: &Path) -> Result<(), SinkError> {
    blocking(path, |path| {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        can_be_replaced(path)?;
        private(&beside(path))?;
        fs::remove_file(beside(path))
    })
    .await
}

/// Only a file can be replaced: not a pipe or a device, and not a file that is a mount point.
fn can_be_replaced(path: &Path) -> io::Result<()> {
    // Through links as well: `/dev/stdout` is one, and would be gone.
    let is_system = ["/dev", "/proc", "/sys"].iter().any(|place| path.starts_with(place));
    let is_system = is_system && !path.starts_with("/dev/shm");
    if is_system || fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        let why = "it is a pipe, a device or a socket, and a token is kept in a file: name one";
        return Err(io::Error::other(why));
    }
    let mounts = whole_file::read(Path::new(MOUNTS), MOUNTS_BYTES).unwrap_or_default();
    match fs::canonicalize(path).is_ok_and(|path| is_mount_point(&mounts, &path)) {
        true => Err(io::Error::from_raw_os_error(nix::libc::EBUSY)),
        false => Ok(()),
    }
}

/// Whether something is mounted at that path: the fifth field of each entry of `/proc/self/mountinfo`,
/// where blanks and the like are written as three octal digits.
fn is_mount_point(mounts: &[u8], path: &Path) -> bool {
    let mut escaped = Vec::new();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\\' => escaped.extend(format!("\\{byte:03o}").bytes()),
            byte => escaped.push(byte),
        }
    }
    let fields = |line: &'_ [u8]| line.split(|byte| *byte == b' ').nth(4) == Some(&escaped[..]);
    mounts.split(|byte| *byte == b'\n').any(fields)
}

/// Writes it, unless it is as it should be.
pub(super) async fn give(
    path: &Path,
    text: Secret,
    mode: u32,
    owner: Owner,
) -> Result<Delivery, SinkError> {
    blocking(path, move |path| {
        if is_there(path, &text, mode, owner) {
            return Ok(Delivery::HadIt);
        }
        can_be_replaced(path)?;
        let written = write(path, &text, mode, owner);
        if written.is_err() {
            let _ = fs::remove_file(beside(path));
        }
        written.map(|()| Delivery::Given)
    })
    .await
}

fn is_there(path: &Path, text: &Secret, mode: u32, owner: Owner) -> bool {
    let Ok(about) = fs::symlink_metadata(path) else { return false };
    about.is_file()
        && about.permissions().mode() & 0o7777 == mode
        && owner.user.is_none_or(|user| user == about.uid())
        && owner.group.is_none_or(|group| group == about.gid())
        && about.len() == text.expose().len() as u64
        && whole_file::read_text(path, about.len()).is_ok_and(|found| Secret::new(found) == *text)
}

/// The file is not readable for others before it is whole and has the right owner. An existing file, also
/// a symbolic link, is replaced and not followed.
fn write(path: &Path, text: &Secret, mode: u32, owner: Owner) -> io::Result<()> {
    let mut file = private(&beside(path))?;
    fchown(&file, owner.user, owner.group)?;
    file.write_all(text.expose().as_bytes())?;
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.sync_all()?;
    fs::rename(beside(path), path)?;
    File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// A new file that only we may read; what a kill left behind is taken away first.
fn private(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => OpenOptions::new().write(true).create_new(true).mode(0o600).open(path),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".housekey-new");
    path.with_file_name(name)
}

async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, SinkError> {
    let path = path.to_owned();
    let on = path.clone();
    let outcome = tokio::task::spawn_blocking(move || work(&on)).await;
    let outcome = outcome.unwrap_or_else(|gone| Err(io::Error::other(gone)));
    outcome.map_err(|cause| SinkError::File { path, cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn give_to(path: &Path, token: &str, mode: u32) -> Result<Delivery, SinkError> {
        give(path, Secret::new(token), mode, Owner::default()).await
    }

    fn look(path: &Path) -> (String, u32) {
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        (fs::read_to_string(path).unwrap(), mode)
    }

    #[tokio::test]
    async fn it_is_written_when_it_is_not_as_it_should_be_and_only_then() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("home.token");
        assert_eq!(give_to(&path, "one", 0o640).await.unwrap(), Delivery::Given);
        assert_eq!(look(&path), ("one".to_owned(), 0o640));
        let inode = fs::metadata(&path).unwrap().ino();
        assert_eq!(give_to(&path, "one", 0o640).await.unwrap(), Delivery::HadIt);
        assert_eq!(fs::metadata(&path).unwrap().ino(), inode, "it was left alone");
        assert_eq!(give_to(&path, "one", 0o600).await.unwrap(), Delivery::Given);
        assert_eq!(give_to(&path, "two", 0o600).await.unwrap(), Delivery::Given);
        assert_eq!(look(&path), ("two".to_owned(), 0o600));
        fs::remove_file(&path).unwrap();
        assert_eq!(give_to(&path, "two", 0o600).await.unwrap(), Delivery::Given);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left over");
    }

    /// Only the superuser gives files away; every user may give theirs to a group they are in.
    #[tokio::test]
    async fn it_belongs_to_the_configured_owner() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("home.token");
        fs::write(&path, "").unwrap();
        let ours = fs::metadata(&path).unwrap();
        let (user, group) = match ours.uid() {
            0 => (65_534, 65_534),
            _ => (ours.uid(), ours.gid()),
        };
        let owner = Owner { user: Some(user), group: Some(group) };
        let give = async || give(&path, Secret::new("one"), 0o640, owner).await.unwrap();
        assert_eq!(give().await, Delivery::Given);
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid(), found.mode() & 0o777), (user, group, 0o640));
        assert_eq!(give().await, Delivery::HadIt);
    }

    #[tokio::test]
    async fn a_link_in_its_place_is_replaced_and_what_a_kill_left_is_taken_away() {
        let directory = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (directory.path().join("t"), directory.path().join("elsewhere"));
        fs::write(&elsewhere, "mine").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        std::os::unix::fs::symlink(&elsewhere, beside(&path)).unwrap();
        assert_eq!(give_to(&path, "one", 0o600).await.unwrap(), Delivery::Given);
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
        assert_eq!(look(&elsewhere).0, "mine");
    }

    /// A pipe would be replaced by a file, and its reader would wait for ever; so would a device.
    #[tokio::test]
    async fn what_is_no_file_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let (pipe, link) = (directory.path().join("pipe"), directory.path().join("link"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        for path in [&pipe, &link, Path::new("/dev/null"), Path::new("/dev/stdout")] {
            let error = check(path).await.unwrap_err();
            let why = std::error::Error::source(&error).unwrap().to_string();
            assert!(why.starts_with("it is a pipe, a device or a socket"), "{path:?}: {why}");
            assert_eq!(error.advice().as_deref(), Some("name a file of its own"), "{path:?}");
        }
        for path in [&pipe, &link] {
            assert!(give_to(path, "one", 0o600).await.is_err(), "nor without a check: {path:?}");
        }
        let left: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "nothing is left behind: {left:?}");
    }

    #[test]
    fn a_file_that_is_mounted_by_itself_is_known() {
        let mounts = b"24 1 0:21 / /proc rw - proc proc rw\n\
            612 611 8:1 /var/x/token /run/home.token rw,relatime - ext4 /dev/sda1 rw\n\
            613 611 8:1 /var/y /run/my\\040token rw - ext4 /dev/sda1 rw\n";
        for (path, want) in [
            ("/run/home.token", true),
            ("/run/my token", true),
            ("/run/home", false),
            ("/var/x/token", false),
            ("/run", false),
        ] {
            assert_eq!(is_mount_point(mounts, Path::new(path)), want, "{path}");
        }
        assert!(is_mount_point(&fs::read(MOUNTS).unwrap(), Path::new("/proc")), "as it is written");
    }

    #[tokio::test]
    async fn a_missing_directory_is_reported_by_its_file() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().join("not/there"), directory.path().to_owned()] {
            let error = check(&path).await.unwrap_err();
            assert_eq!(error.to_string(), format!("cannot write {}", path.display()));
        }
        check(&directory.path().join("t")).await.unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing is left behind");
    }
}
