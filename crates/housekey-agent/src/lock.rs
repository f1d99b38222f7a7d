//! One agent for each store: a file that is locked, and that says who holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Who keeps the store, and where it can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Where its local API listens; none for an agent that runs once.
    pub socket: Option<PathBuf>,
    /// The whole path of its settings; agents before 0.2 do not say.
    #[serde(default)]
    pub settings: Option<PathBuf>,
}

/// Held as long as the agent runs; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Why the lock was not taken.
#[derive(Debug)]
pub enum LockError {
    /// Another agent has it; none where it has not yet said who it is.
    Held(Option<Holder>),
    /// The file cannot be made.
    Io(PathBuf, io::Error),
}

/// The file in the directory of the stored tokens.
fn path(state: &Path) -> PathBuf {
    state.join("agent.lock")
}

impl Lock {
    /// Takes the lock of the store in that directory.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(state: &Path, holder: &Holder) -> Result<Self, LockError> {
        let path = path(state);
        let opened = (|| {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(state)?;
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)
        })();
        let file = opened.map_err(|error| LockError::Io(path.clone(), error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(read(&path))),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(path, error)),
        }
        let mut lock = Self { file, path };
        lock.tell(holder)?;
        Ok(lock)
    }

    /// Says anew who holds it.
    ///
    /// # Errors
    /// [`LockError::Io`].
    pub fn tell(&mut self, holder: &Holder) -> Result<(), LockError> {
        let text = serde_json::to_string(holder).unwrap_or_default();
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        let written = emptied.and_then(|()| self.file.write_all(text.as_bytes()));
        written.map_err(|error| LockError::Io(self.path.clone(), error))
    }
}

/// Who holds the lock of the store in that directory, if anybody does.
///
/// # Errors
/// When that cannot be found out.
pub fn holder(state: &Path) -> io::Result<Option<Holder>> {
    let path = path(state);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => match read(&path) {
            Some(holder) => Ok(Some(holder)),
            None => Err(io::Error::other("an agent has just begun to start")),
        },
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Waits until nobody holds the lock; blocks.
///
/// # Errors
/// When that cannot be found out.
pub fn wait_until_free(state: &Path) -> io::Result<()> {
    File::open(path(state))?.lock_shared()
}

fn read(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let state = tempfile::tempdir().unwrap();
        let first = Holder {
            pid: 4711,
            socket: Some("/run/agent.sock".into()),
            settings: Some("/etc/agent.toml".into()),
        };
        let second = Holder { pid: 4712, socket: None, settings: None };
        assert_eq!(holder(state.path()).unwrap(), None);
        let lock = Lock::take(state.path(), &first).unwrap();
        let refused = Lock::take(state.path(), &second).unwrap_err();
        assert!(matches!(refused, LockError::Held(Some(holder)) if holder == first));
        assert_eq!(holder(state.path()).unwrap(), Some(first));
        drop(lock);
        assert_eq!(holder(state.path()).unwrap(), None, "what it says is out of date");
        wait_until_free(state.path()).unwrap();
        Lock::take(state.path(), &second).unwrap();
    }
}
