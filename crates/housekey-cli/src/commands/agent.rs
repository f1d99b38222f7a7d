//! `housekey agent`: the service that keeps tokens fresh and hands them out.

mod run;
mod shown;

use std::path::PathBuf;
use std::pin::Pin;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;
use crate::logging::Style;

/// The service that keeps tokens fresh and hands them out
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Args),
}

impl Command {
    /// How it logs where HOUSEKEY_LOG says nothing; not at all, unless it is the service itself.
    pub(crate) fn log(&self) -> Option<Style> {
        match self {
            Self::Run(args) => args.log(),
        }
    }
}

pub(crate) fn run(
    command: Command,
    context: &Context,
) -> Pin<Box<dyn Future<Output = Outcome> + '_>> {
    match command {
        Command::Run(args) => Box::pin(run::run(args, context)),
    }
}

/// The file of settings: the one named, else the one beside the other settings.
fn settings(named: Option<PathBuf>, context: &Context) -> PathBuf {
    named.unwrap_or_else(|| context.settings.directory().join("agent.toml"))
}
