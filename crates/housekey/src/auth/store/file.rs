//! One file for each record, mode 0600 from the first byte, replaced as a whole.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::backend::{Lock, Version};
use super::key::{Key, check_name};
use crate::error::{StoreError, Unsafe};
use crate::mutex::lock_unpoisoned;
use crate::whole_file::{self, SETTINGS_LIMIT_BYTES};

#[derive(Debug)]
pub(super) struct Files {
    directory: PathBuf,
    notices: Mutex<Notices>,
}

/// What a person is to know of the files: each text once.
#[derive(Debug, Default)]
struct Notices {
    known: BTreeSet<String>,
    new: Vec<String>,
}

impl Files {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory, notices: Mutex::default() }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    fn make_directory(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        let refused = |why| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        let found = fs::metadata(&self.directory)?;
        let (owner, user, mode) = (found.uid(), own_user(), found.mode() & 0o777);
        // Volumes belong to root, and what root wants to read it reads anyway.
        if owner != user && owner != 0 {
            return refused(format!("it belongs to user {owner}, and this is user {user}"));
        }
        if mode & 0o077 == 0 {
            return Ok(());
        }
        // An older umask, another program, or a volume at each mount has opened it to others.
        if fs::set_permissions(&self.directory, fs::Permissions::from_mode(0o700)).is_ok() {
            self.notice(format!(
                "{} was open to others (mode {mode:04o}) and is 0700 now",
                self.directory.display()
            ));
            return Ok(());
        }
        if mode & 0o002 != 0 {
            return refused(format!("others may write in it (mode {mode:04o})"));
        }
        if mode & 0o020 != 0 {
            self.notice(format!(
                "the group of {} may write in it (mode {mode:04o}): who is in it can take tokens away",
                self.directory.display()
            ));
        }
        Ok(())
    }

    /// Closes a file of ours that others may read.
    fn tighten(&self, file: &File, path: &Path, mode: u32) -> Result<(), StoreError> {
        if file.set_permissions(fs::Permissions::from_mode(0o600)).is_err() {
            return Err(StoreError::Unsafe { path: path.to_owned(), why: Unsafe::Open { mode } });
        }
        let advice = match mode & 0o007 {
            0 => "",
            _ => ": if another user may have read it, sign out and in again",
        };
        self.notice(format!(
            "{} was open to others (mode {mode:04o}) and is 0600 now{advice}",
            path.display()
        ));
        Ok(())
    }

    fn notice(&self, text: String) {
        let mut notices = lock_unpoisoned(&self.notices);
        if notices.known.insert(text.clone()) {
            tracing::warn!("{text}");
            notices.new.push(text);
        }
    }

    /// What was noticed since the last call.
    pub(super) fn take_notices(&self) -> Vec<String> {
        let mut notices = lock_unpoisoned(&self.notices);
        std::mem::take(&mut notices.new)
    }

    /// Writes beside the files, and puts all in their places only when every one is on disk: from
    /// then on no more room is needed. The temporary names are fixed, so that a kill leaves at most
    /// one behind for each, and they are only used under the locks of their keys.
    fn replace(&self, files: &[(PathBuf, &[u8])]) -> Result<(), StoreError> {
        let written = files.iter().try_for_each(|(path, content)| {
            self.make_directory()
                .and_then(|()| write_whole(&temporary(path), content))
                .map_err(write_error(path))
        });
        if written.is_err() {
            for (path, _) in files {
                let _ = fs::remove_file(temporary(path));
            }
            return written;
        }
        files.iter().try_for_each(|(path, _)| {
            fs::rename(temporary(path), path).map_err(write_error(path))
        })?;
        let synced = File::open(&self.directory).and_then(|directory| directory.sync_all());
        synced.map_err(write_error(&self.directory))
    }
}

/// Where the next content of a record is written before it takes its place.
fn temporary(path: &Path) -> PathBuf {
    path.with_extension("json.new")
}

/// Writes a file that only its owner may read, and waits until it is on disk. It is not emptied
/// before it is written over: the room that was reserved in it stays taken.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().create(true).truncate(false).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

/// For files that only their owner may read; a symbolic link in the way is not followed.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC);
    options
}

fn version_of(path: &Path) -> Option<Version> {
    let found = fs::symlink_metadata(path).ok()?;
    let written_ns = i128::from(found.mtime()) * 1_000_000_000 + i128::from(found.mtime_nsec());
    Some(Version(found.ino(), written_ns))
}

/// What is wrong with a file that is to hold secrets. The superuser could read and write it all the
/// same, and would leave its owner without.
fn danger(found: &fs::Metadata) -> Option<Unsafe> {
    let (mode, owner, user) = (found.mode() & 0o777, found.uid(), own_user());
    if !found.is_file() {
        Some(Unsafe::NoFile)
    } else if owner != user {
        Some(Unsafe::Foreign { owner, user })
    } else {
        (mode & 0o077 != 0).then_some(Unsafe::Open { mode })
    }
}

fn own_user() -> u32 {
    nix::unistd::geteuid().as_raw()
}

fn read_error(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |cause| StoreError::Read { path, cause }
}

fn write_error(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |cause| StoreError::Write { path, cause }
}

impl Files {
    pub(super) fn read(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(key);
        // A pipe in its place must not be waited for.
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC;
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {
                return Err(StoreError::Unsafe { path, why: Unsafe::Link });
            }
            Err(error) => return Err(read_error(&path)(error)),
        };
        match danger(&file.metadata().map_err(read_error(&path))?) {
            Some(Unsafe::Open { mode }) => self.tighten(&file, &path, mode)?,
            Some(why) => return Err(StoreError::Unsafe { path, why }),
            None => {}
        }
        match whole_file::read_from(file, SETTINGS_LIMIT_BYTES) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(StoreError::Broken { path, why: error.to_string() })
            }
            Err(error) => Err(read_error(&path)(error)),
        }
    }

    /// Writes all of them or none.
    pub(super) fn write(&self, contents: &[(&Key, Vec<u8>)]) -> Result<(), StoreError> {
        let files: Vec<_> =
            contents.iter().map(|(key, content)| (self.path(key), content.as_slice())).collect();
        self.replace(&files)
    }

    pub(super) fn remove(&self, key: &Key) -> Result<(), StoreError> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(write_error(&path)(error)),
        }
        let _ = fs::remove_file(temporary(&path));
        Ok(())
    }

    pub(super) fn keys(&self) -> Result<Vec<Key>, StoreError> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(read_error(&self.directory)(error)),
        };
        let mut keys = Vec::new();
        for entry in entries {
            let name = entry.map_err(read_error(&self.directory))?.file_name();
            let Some(stem) = name.to_str().and_then(|name| name.strip_suffix(".json")) else {
                continue;
            };
            let key = match stem.split_once('-') {
                Some(("account", name)) => Key::Account(name.to_owned()),
                Some(("homey", name)) => Key::Homey(name.to_owned()),
                _ => continue,
            };
            if check_name(&key).is_ok() {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// A file of its own is locked, since the record's own file is replaced under the lock.
    pub(super) fn try_lock(&self, key: &Key) -> Result<Option<Lock>, StoreError> {
        let path = self.path(key).with_extension("lock");
        let opened = self.make_directory().and_then(|()| private().create(true).open(&path));
        let file = opened.map_err(write_error(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _held: Box::new(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => Err(write_error(&path)(cause)),
        }
    }

    /// A record is replaced by a new file, never written over.
    pub(super) fn version(&self, key: &Key) -> Option<Version> {
        version_of(&self.path(key))
    }

    /// A file that takes its place changes the directory.
    pub(super) fn generation(&self) -> Option<Version> {
        version_of(&self.directory)
    }

    pub(super) fn reserve(&self, key: &Key, bytes: usize) -> Result<(), StoreError> {
        self.fill(&temporary(&self.path(key)), bytes)
    }

    pub(super) fn check_writable(&self) -> Result<(), StoreError> {
        let path = self.directory.join(".check");
        let written = self.fill(&path, 4096);
        let _ = fs::remove_file(&path);
        written
    }

    /// Writes that many blanks at the start of a file.
    fn fill(&self, path: &Path, bytes: usize) -> Result<(), StoreError> {
        let filled = self.make_directory().and_then(|()| {
            let mut file = private().create(true).truncate(false).open(path)?;
            file.write_all(&vec![b' '; bytes])?;
            file.sync_all()
        });
        filled.map_err(write_error(path))
    }

    pub(super) fn path(&self, key: &Key) -> PathBuf {
        let kind = match key {
            Key::Account(_) => "account",
            Key::Homey(_) => "homey",
        };
        self.directory.join(format!("{kind}-{}.json", key.name()))
    }
}
