//! What can be wrong with files of a home.

use std::io;

/// What is wrong with files of a home.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file is not what it should be.
    #[error("{path}{}: {what}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    File {
        /// Its path in the tree.
        path: String,
        /// The line, from 1.
        line: Option<usize>,
        /// What was expected.
        what: String,
    },
    /// Two files hold the same item.
    #[error("{first} and {second} hold the same {item}, with the id {id}")]
    SameId {
        /// One of the files.
        first: String,
        /// The other one.
        second: String,
        /// What it is: `flow`.
        item: &'static str,
        /// The id.
        id: String,
    },
    /// There is no backup at all.
    #[error("there is no {MANIFEST} in {0}: it is not a backup of a home", MANIFEST = crate::file_names::MANIFEST)]
    NoBackup(String),
    /// The files were written by a newer version.
    #[error("{path} has the format {found}; this version reads up to {newest}")]
    NewerFormat {
        /// The manifest.
        path: String,
        /// Its format.
        found: i64,
        /// The newest format that can be read.
        newest: i64,
    },
    /// A file differs from its checksum.
    #[error("{path} is damaged: its SHA-256 is not the one that was noted")]
    Checksum {
        /// The file.
        path: String,
    },
    /// A file that the checksums name is missing, or one is there that they do not name.
    #[error("{path} {what}")]
    Content {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The archive cannot be read to its end.
    #[error("{path} is damaged, or it is no archive of this kind")]
    Archive {
        /// The archive.
        path: String,
        /// What the decoder says.
        #[source]
        source: io::Error,
    },
    /// A file or directory cannot be read or written.
    #[error("cannot {doing} {path}")]
    Io {
        /// `read` or `write`.
        doing: &'static str,
        /// The path.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl BackupError {
    pub(crate) fn file(path: &str, line: Option<usize>, what: impl Into<String>) -> Self {
        Self::File { path: path.to_owned(), line, what: what.into() }
    }
}
