//! Every file and directory that housekey uses, as data.

use std::path::PathBuf;

use housekey::config::Directories;

/// A file or a directory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileReference {
    /// What commands call it.
    pub(crate) name: &'static str,
    base: Base,
    /// Its path below the base; empty for the base itself.
    below: &'static str,
    /// What it holds.
    pub(crate) about: &'static str,
}

/// The directory that a path begins at.
#[derive(Debug, Clone, Copy)]
enum Base {
    Config,
    State,
}

impl FileReference {
    /// Its path on this machine.
    pub(crate) fn path(&self, directories: &Directories) -> PathBuf {
        let base = match self.base {
            Base::Config => &directories.config,
            Base::State => &directories.state,
        };
        // Joining nothing would add a slash.
        if self.below.is_empty() { base.clone() } else { base.join(self.below) }
    }

    /// Its path on every machine.
    pub(crate) fn place(&self) -> String {
        let base = match self.base {
            Base::Config => "$HOUSEKEY_CONFIG",
            Base::State => "$HOUSEKEY_STATE",
        };
        format!("{base}/{}", self.below).trim_end_matches('/').to_owned()
    }
}

const fn config(name: &'static str, below: &'static str, about: &'static str) -> FileReference {
    FileReference { name, base: Base::Config, below, about }
}

const fn state(name: &'static str, below: &'static str, about: &'static str) -> FileReference {
    FileReference { name, base: Base::State, below, about }
}

/// All of them; those that are named in settings at their defaults.
pub(crate) const FILES: &[FileReference] = &[
    config("config", "", "Directory of what the user writes"),
    config("config.toml", "config.toml", "Settings, without secrets"),
    config("agent.toml", "agent.toml", "Settings of the agent"),
    config(
        "age-key",
        "age-key.txt",
        "Age identity that opens encrypted tokens; `age_key_file` names another",
    ),
    state("state", "", "Directory of what housekey stores"),
    state("credentials", "credentials", "Tokens: a record for each account and each Homey"),
    state(
        "names",
        "names",
        "Names that a shell completes, as the last lists of each Homey had them",
    ),
    state(
        "last-names",
        "last-names",
        "What items of each home were called and what devices were, for flows that use one that is gone",
    ),
    state("backups", "backups", "Flows as they were before a change"),
    state("homes", "homes", "Backups that were given no place, and homes before an `apply`"),
    state(
        "history",
        "history",
        "Recorded changes, a file for each Homey; `[history] url` names another",
    ),
    state("applies", "applies", "Journals of `apply`, for `--undo`"),
    state("agent.lock", "agent.lock", "Lock of the agent that keeps this store"),
    state(
        "agent.sock",
        "agent.sock",
        "Local API of the agent; `socket` in agent.toml names another",
    ),
    state(
        "dashboard-link.html",
        "dashboard-link.html",
        "Leads a browser to the last link of `agent open`, which is good once",
    ),
];
