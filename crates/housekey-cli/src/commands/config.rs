//! `housekey config`: the settings of `config.toml`, and the files that housekey uses.

mod get;
mod key;
mod list;
mod path;
mod reference;
mod set;
mod setting;
mod unset;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    Unset(unset::Args),
    Path(path::Args),
    Reference(reference::Args),
}

/// Runs one; `is_command` says which names an alias cannot have.
pub(crate) fn run(command: Command, is_command: fn(&str) -> bool, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context),
        Command::Get(args) => get::run(args, context),
        Command::Set(args) => set::run(args, is_command, context),
        Command::Unset(args) => unset::run(args, context),
        Command::Path(args) => path::run(args, context),
        Command::Reference(args) => reference::run(args, context),
    }
}
