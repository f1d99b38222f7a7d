//! Why history cannot be read or written.

use std::io;
use std::path::PathBuf;

use super::location::Place;

/// Why history cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none.
    #[error("there is no history at {0}")]
    Missing(Place),
    /// Another program records there.
    #[error("{place} is written by another program{}", holder(.pid))]
    Busy {
        /// Where.
        place: Place,
        /// The process.
        pid: Option<u32>,
    },
    /// A newer version wrote it.
    #[error(
        "{place} is of format {found}, and this version knows up to {known}: a newer housekey wrote it"
    )]
    Newer {
        /// Where.
        place: Place,
        /// Its version.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// Locks do not hold there.
    #[error("{} is on a network share, where the locks of SQLite do not hold: use a local disk", .0.display())]
    Network(PathBuf),
    /// A migration needs room for a copy.
    #[error("{} needs {needed} bytes of room for a copy before it is converted, and {free} are free", .path.display())]
    NoRoom {
        /// The file.
        path: PathBuf,
        /// How many bytes are needed.
        needed: u64,
        /// How many are free.
        free: u64,
    },
    /// The file is not right.
    #[error("{} is damaged: {what}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is damaged.
        what: String,
    },
    /// The system refuses.
    #[error("could not {what} {}", .path.display())]
    System {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// The server does not answer.
    #[error("{place} cannot be reached")]
    Unreachable {
        /// Where.
        place: Place,
        /// Why not.
        #[source]
        cause: sqlx::Error,
    },
    /// There is no file that could be copied.
    #[error("{0} is no file")]
    NoFile(Place),
    /// The database refuses.
    #[error("the history database refused")]
    Database(#[from] sqlx::Error),
}

fn holder(pid: &Option<u32>) -> String {
    pid.map_or(String::new(), |pid| format!(" (process {pid})"))
}

impl StoreError {
    /// Whether it may work later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. } | Self::Database(_) | Self::System { .. } | Self::Unreachable { .. }
        )
    }
}
