//! One program at a time writes a file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::super::StoreError;
use super::super::location::Place;

/// Held as long as a file is written; the system releases it with the process.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

/// The file that is locked.
fn lock_file(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

impl WriteLock {
    /// Takes the lock of a file of history.
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let lock = lock_file(path);
        let system = |what| {
            let path = lock.clone();
            move |cause| StoreError::System { what, path, cause }
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&lock).map_err(system("open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                return Err(StoreError::Busy {
                    place: Place::File(path.to_owned()),
                    pid: text.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(system("lock")(cause)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write(&mut file).map_err(system("write"))?;
        Ok(Self { _file: file })
    }
}
