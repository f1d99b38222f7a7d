//! Failures of the token store.

use std::error::Error as Cause;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::advice::Advice;
use super::kind::Kind;

/// The store cannot be read or written. Its content is unchanged.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or directory cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A file or directory cannot be written; the disk may be full.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The file is there, but it is not one of ours or it is torn.
    #[error("{} is broken: {why}", path.display())]
    Broken {
        /// Which.
        path: PathBuf,
        /// What is wrong with it, without any of its content.
        why: String,
    },
    /// The file is there, but it is not one that secrets should be in. It is left alone.
    #[error("{} is not used: {why}", path.display())]
    Unsafe {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: Unsafe,
    },
    /// The file was written by a newer housekey; it is left alone.
    #[error("{} was written by a newer housekey (format {found}, this one knows {known})", path.display())]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The newest format that this program knows.
        known: u64,
    },
    /// The file is encrypted, and cannot be opened with what is at hand.
    #[error("cannot open {}: {why}", path.display())]
    Sealed {
        /// Which: a record, or the identity that opens records.
        path: PathBuf,
        /// What is missing.
        why: &'static str,
    },
    /// The record is in the keyring, and the keyring does not help.
    #[error("the keyring does not keep what {} leads to", path.display())]
    Keyring {
        /// The file that leads there.
        path: PathBuf,
        /// Why.
        #[source]
        cause: KeyringError,
    },
    /// A name that cannot be a file's name.
    #[error("\"{name}\" cannot be used as a name")]
    Name {
        /// The name.
        name: String,
    },
    /// The name belongs to another Homey.
    #[error("the name {name} belongs to \"{title}\"")]
    NameTaken {
        /// The short name.
        name: String,
        /// The title of the Homey that it belongs to.
        title: String,
    },
    /// Nothing is stored under that name.
    #[error("there is no configured Homey \"{name}\"")]
    Unknown {
        /// The name.
        name: String,
        /// The names that are stored.
        known: Vec<String>,
    },
}

/// Why a file is not safe for secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsafe {
    /// It is a symbolic link.
    #[error("it is a symbolic link")]
    Link,
    /// It is a directory, a pipe or a device.
    #[error("it is not a file")]
    NoFile,
    /// It belongs to another user.
    #[error("it belongs to user {owner}, and this is user {user}")]
    Foreign {
        /// Its owner.
        owner: u32,
        /// The present user.
        user: u32,
    },
    /// Others may read it.
    #[error("others may read it (mode {mode:04o})")]
    Open {
        /// Its permissions.
        mode: u32,
    },
}

/// Why the keyring of the desktop does not help.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// This build of the library has no keyring.
    #[error("this housekey is built without the keyring")]
    NotBuiltIn,
    /// It is locked, and was not unlocked.
    #[error("it is locked, and was not unlocked")]
    Locked,
    /// It does not answer.
    #[error("it did not answer within {} s", limit.as_secs())]
    Silent {
        /// The time limit.
        limit: Duration,
    },
    /// There is none, or it fails.
    #[error("there is none, or it fails")]
    Unavailable {
        /// Why.
        #[source]
        cause: Box<dyn Cause + Send + Sync>,
    },
    /// The item of that id holds something else.
    #[error("its item is not housekey's")]
    NotOurs,
}

impl StoreError {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Name { .. } | Self::NameTaken { .. } | Self::Unknown { .. } => Kind::Usage,
            _ => Kind::Failed,
        }
    }

    pub(super) fn advice(&self) -> Option<Advice> {
        Some(match self {
            Self::Read { .. } => "check who owns it and its mode".into(),
            Self::Write { cause, .. } if cause.kind() == io::ErrorKind::StorageFull => {
                "make room on the disk, then try again; what was stored before is untouched".into()
            }
            Self::Write { .. } => {
                "check who owns the directory and its mode; what was stored before is untouched".into()
            }
            Self::Broken { path, .. } => Advice::MoveAway { path: path.clone() },
            Self::Unsafe { path, why: Unsafe::Open { .. } } => Advice::Words(format!(
                "run `chmod 600 {}`; if another user may have read it, sign out and in again",
                path.display()
            )),
            Self::Unsafe { why: Unsafe::Foreign { owner, .. }, .. } => Advice::Words(format!(
                "run it as user {owner}, or give the files to the user it runs as"
            )),
            Self::Unsafe { .. } => "put the file itself in its place".into(),
            Self::Newer { .. } => "use the newer housekey".into(),
            Self::Sealed { .. } => Advice::GiveIdentity,
            Self::Keyring { .. } => Advice::UnlockKeyring,
            Self::Name { .. } => {
                "use letters, digits, `-`, `_`, `.`, `@` and `+`, beginning with a letter or a digit"
                    .into()
            }
            Self::Unknown { known, .. } if known.is_empty() => Advice::SignIn,
            Self::Unknown { known, .. } => {
                Advice::Words(format!("there is: {}", known.join(", ")))
            }
            Self::NameTaken { .. } => Advice::OtherName,
        })
    }
}
