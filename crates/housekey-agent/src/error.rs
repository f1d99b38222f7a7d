//! Why the agent does not run, and how an error is written for people.

use std::fmt;
use std::io;
use std::path::Path;

use crate::advice::words;
use crate::error_chain::error_chain;
use crate::lock::{Holder, LockError};
use crate::settings::SettingsError;

/// Why the agent does not run.
#[derive(Debug)]
pub enum AgentError {
    /// Its settings cannot be used.
    Settings(SettingsError),
    /// Another agent keeps this store.
    Held(Option<Holder>),
    /// A sink cannot be written.
    Unwritable(Vec<Unwritable>),
    /// The certificate cannot be shown: which file, and why.
    Certificate(String),
    /// The store cannot be read.
    Store(housekey::Error),
    /// The system refused something.
    System {
        /// What: `listen on 127.0.0.1:4747`.
        what: String,
        /// Why.
        cause: io::Error,
    },
}

impl From<LockError> for AgentError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held(holder) => Self::Held(holder),
            LockError::Io(path, cause) => {
                Self::System { what: format!("write {}", path.display()), cause }
            }
            LockError::Unsafe(path, why) => {
                let why = format!("{why}, or use another directory with HOUSEKEY_STATE");
                let cause = io::Error::new(io::ErrorKind::PermissionDenied, why);
                Self::System { what: format!("use {}", path.display()), cause }
            }
        }
    }
}

/// A sink that could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable {
    /// Which, and why.
    pub text: String,
    /// How to fix it.
    pub advice: Option<String>,
}

impl AgentError {
    /// One line for each fault; the first says what failed.
    pub fn lines(&self, settings: &Path) -> Vec<String> {
        let file = settings.display();
        match self {
            Self::Settings(SettingsError::Unreadable(cause)) => {
                vec![format!("cannot read {file}: {cause}")]
            }
            Self::Settings(SettingsError::Invalid(wrong)) => {
                let lines = if wrong.len() == 1 { "a wrong line" } else { "wrong lines" };
                let head = format!("{file} has {lines}");
                let each =
                    wrong.iter().map(|wrong| format!("{file}:{}: {}", wrong.line, wrong.what));
                std::iter::once(head).chain(each).collect()
            }
            Self::Held(Some(holder)) => {
                vec![format!("another agent keeps this store: process {}", holder.pid)]
            }
            Self::Held(None) => vec!["another agent keeps this store".to_owned()],
            Self::Unwritable(unwritable) => {
                let head = "not every sink can be written".to_owned();
                let each = unwritable.iter().map(|sink| sink.text.clone());
                std::iter::once(head).chain(each).collect()
            }
            Self::Certificate(why) => vec![format!("the certificate cannot be used: {why}")],
            Self::Store(error) => vec![error_chain(error)],
            Self::System { what, cause } => vec![format!("cannot {what}: {cause}")],
        }
    }

    /// The next step, as one sentence without a full stop.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Settings(SettingsError::Unreadable(_)) => {
                Some("write it, or name another with `--config`".to_owned())
            }
            Self::Settings(SettingsError::Invalid(_)) => {
                Some("correct the lines; nothing was started".to_owned())
            }
            Self::Held(_) => Some("stop it, or use another store with HOUSEKEY_STATE".to_owned()),
            Self::Unwritable(sinks) => sinks.iter().find_map(|sink| sink.advice.clone()),
            Self::Certificate(_) => Some("name other files in [gateway]".to_owned()),
            Self::Store(error) => error.advice().as_ref().map(words),
            Self::System { .. } => None,
        }
    }

    /// Whether the settings have to be corrected.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Settings(_))
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines(Path::new("the file of settings")).join("; "))
    }
}

impl std::error::Error for AgentError {}
