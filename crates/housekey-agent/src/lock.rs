//! One agent for each store: a lock file that names its holder.
//!
//! The file is overwritten, so it must be a file of ours: a symbolic link is not followed, and its
//! directory must not be writable for others.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use housekey::whole_file;
use nix::libc;
use nix::unistd::geteuid;
use serde::{Deserialize, Serialize};

/// The holder of a store, and where to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// The socket of its local API; none for an agent that runs once.
    pub socket: Option<PathBuf>,
    /// The absolute path of its settings; not written by agents before 0.2.
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
    /// Another agent has it; `None` if it has not written its name yet.
    Held(Option<Holder>),
    /// The file cannot be made.
    Io(PathBuf, io::Error),
    /// The file or its directory is not one that the state of an agent should be in: why.
    Unsafe(PathBuf, String),
}

/// The longest file, in bytes.
const FILE_BYTES: u64 = 64 * 1024;

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
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(state);
        made.map_err(|error| LockError::Io(state.to_owned(), error))?;
        check_directory(state)?;
        let file = open(&path, OpenOptions::new().write(true).create(true).truncate(false))?;
        let about = file.metadata().map_err(|error| LockError::Io(path.clone(), error))?;
        let unsafe_file = |why: String| Err(LockError::Unsafe(path.clone(), why));
        if about.uid() != geteuid().as_raw() {
            return unsafe_file(foreign(&about));
        }
        // Another name of the same file would be written over with it.
        if about.nlink() > 1 {
            return unsafe_file("it has another name besides: remove it".to_owned());
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(read(&path))),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(path, error)),
        }
        let mut lock = Self { file, path };
        lock.write_holder(holder)?;
        Ok(lock)
    }

    /// Says anew who holds it.
    ///
    /// # Errors
    /// [`LockError::Io`].
    pub fn write_holder(&mut self, holder: &Holder) -> Result<(), LockError> {
        let text = serde_json::to_string(holder).unwrap_or_default();
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        let written = emptied.and_then(|()| self.file.write_all(text.as_bytes()));
        written.map_err(|error| LockError::Io(self.path.clone(), error))
    }
}

/// The holder of the lock in that directory, if there is one.
///
/// # Errors
/// If that cannot be determined.
pub fn holder(state: &Path) -> io::Result<Option<Holder>> {
    let path = path(state);
    let file = match open(&path, OpenOptions::new().read(true)) {
        Ok(file) => file,
        Err(LockError::Io(_, error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(LockError::Io(_, error)) => return Err(error),
        Err(LockError::Unsafe(_, why)) => return Err(io::Error::other(why)),
        Err(LockError::Held(_)) => return Ok(None),
    };
    // A file of another user could lead us to a socket of theirs.
    let (about, ours) = (file.metadata()?, geteuid().as_raw());
    let of_state = fs::metadata(state)?.uid();
    if ![ours, 0, of_state].contains(&about.uid()) {
        return Err(io::Error::other(foreign(&about)));
    }
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => match read(&path) {
            Some(holder) => Ok(Some(holder)),
            None => Err(io::Error::other("an agent has just begun to start")),
        },
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Waits until the lock is free; blocks.
///
/// # Errors
/// If that cannot be determined.
pub fn wait_until_free(state: &Path) -> io::Result<()> {
    File::open(path(state))?.lock_shared()
}

fn read(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&whole_file::read(path, FILE_BYTES).ok()?).ok()
}

/// Opens the file itself: neither what a link leads to, nor a pipe or a device.
fn open(path: &Path, options: &mut OpenOptions) -> Result<File, LockError> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let file = match options.mode(0o600).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {
            let why = "it is a symbolic link: remove it".to_owned();
            return Err(LockError::Unsafe(path.to_owned(), why));
        }
        Err(error) => return Err(LockError::Io(path.to_owned(), error)),
    };
    match file.metadata() {
        Ok(about) if about.is_file() => Ok(file),
        Ok(_) => {
            let why = "it is not a file: remove it".to_owned();
            Err(LockError::Unsafe(path.to_owned(), why))
        }
        Err(error) => Err(LockError::Io(path.to_owned(), error)),
    }
}

/// The directory belongs to us or to root, and is not writable for others. One of ours is made so; that a
/// group may write in one of root's, as in volumes, is logged.
fn check_directory(state: &Path) -> Result<(), LockError> {
    let io_error = |error| LockError::Io(state.to_owned(), error);
    let unsafe_directory = |why| Err(LockError::Unsafe(state.to_owned(), why));
    let about = fs::metadata(state).map_err(io_error)?;
    let (ours, mode) = (geteuid().as_raw(), about.permissions().mode() & 0o777);
    if ![ours, 0].contains(&about.uid()) {
        return unsafe_directory(foreign(&about));
    }
    let shown = state.display();
    if mode & 0o022 == 0 {
        return Ok(());
    }
    let closed = mode & !0o022;
    if about.uid() == ours && fs::set_permissions(state, fs::Permissions::from_mode(closed)).is_ok()
    {
        tracing::warn!("others could write in {shown} (mode {mode:04o}): it is {closed:04o} now");
        return Ok(());
    }
    if mode & 0o002 != 0 {
        return unsafe_directory(format!("every user may write in it (mode {mode:04o})"));
    }
    tracing::warn!(
        "the group of {shown} may write in it (mode {mode:04o}): who is in it can stop the agent and \
         take tokens away"
    );
    Ok(())
}

fn foreign(about: &fs::Metadata) -> String {
    format!("it belongs to user {}, and this is user {}", about.uid(), geteuid())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{chown, symlink};

    use super::*;

    fn refused(state: &Path) -> String {
        let holder = Holder { pid: 4711, socket: None, settings: None };
        match Lock::take(state, &holder) {
            Err(LockError::Unsafe(path, why)) => {
                format!("{}: {why}", path.file_name().unwrap().to_string_lossy())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_but_a_file_of_ours_is_written_over() {
        let keep = tempfile::tempdir().unwrap();
        let state = keep.path().join("state");
        fs::create_dir(&state).unwrap();
        let (lock, target) = (path(&state), keep.path().join("target"));
        fs::write(&target, "mine").unwrap();
        symlink(&target, &lock).unwrap();
        assert_eq!(refused(&state), "agent.lock: it is a symbolic link: remove it");
        assert!(holder(&state).is_err(), "nor is it believed");
        fs::remove_file(&lock).unwrap();
        symlink(keep.path().join("not-there"), &lock).unwrap();
        assert_eq!(refused(&state), "agent.lock: it is a symbolic link: remove it");
        fs::remove_file(&lock).unwrap();
        fs::hard_link(&target, &lock).unwrap();
        assert_eq!(refused(&state), "agent.lock: it has another name besides: remove it");
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        assert!(matches!(
            Lock::take(&state, &Holder { pid: 1, socket: None, settings: None }),
            Err(LockError::Io(..) | LockError::Unsafe(..))
        ));
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    }

    #[test]
    fn no_other_user_writes_in_a_directory_of_ours() {
        let keep = tempfile::tempdir().unwrap();
        let state = keep.path().join("state");
        fs::create_dir(&state).unwrap();
        for (mode, want) in [(0o700, 0o700), (0o775, 0o755), (0o2770, 0o750), (0o777, 0o755)] {
            fs::set_permissions(&state, fs::Permissions::from_mode(mode)).unwrap();
            Lock::take(&state, &Holder { pid: 1, socket: None, settings: None }).unwrap();
            let found = fs::metadata(&state).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, want, "{mode:o}");
        }
    }

    /// Only the superuser gives files away.
    #[test]
    #[expect(clippy::print_stderr, reason = "what is left out is said")]
    fn files_and_directories_of_other_users_are_refused() {
        let keep = tempfile::tempdir().unwrap();
        let state = keep.path().join("state");
        fs::create_dir(&state).unwrap();
        fs::write(path(&state), "{}").unwrap();
        let ours = geteuid().as_raw();
        if chown(path(&state), Some(ours + 1), None).is_err() {
            return eprintln!("left out: only the superuser may give files away");
        }
        let want = format!("it belongs to user {}, and this is user {ours}", ours + 1);
        assert_eq!(refused(&state), format!("agent.lock: {want}"));
        fs::remove_file(path(&state)).unwrap();
        chown(&state, Some(ours + 1), None).unwrap();
        assert_eq!(refused(&state), format!("state: {want}"));
    }

    #[test]
    fn the_second_agent_learns_who_the_first_is() {
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
