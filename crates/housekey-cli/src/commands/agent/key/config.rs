//! `--config`: the settings of the agent that a key command changes.

use std::path::PathBuf;

use super::file::KeyFile;
use crate::commands::agent::target;
use crate::context::Context;
use crate::error::Outcome;

// Names the file. A doc comment would replace the help of the command that takes it.
#[derive(Debug, clap::Args)]
pub(super) struct Config {
    /// The file of settings; agent.toml beside config.toml otherwise
    #[arg(long = "config", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Config {
    pub(super) fn open(&self, context: &Context) -> Outcome<KeyFile> {
        KeyFile::open(target::settings(self.file.clone(), context), context)
    }
}
