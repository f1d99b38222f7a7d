//! `housekey backup`: a home as files.

pub(super) mod agent_snapshots;
mod create;
mod diff;
pub(super) mod difference_text;
pub(super) mod home_files;
mod list;
mod log;
mod show;
mod verify;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;
use crate::runtime::online;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Create(create::Args),
    List(list::Args),
    Show(show::Args),
    Verify(verify::Args),
    Diff(diff::Args),
    Log(log::Args),
}

pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Create(args) => online(context, Box::pin(create::run(args, context))),
        Command::List(args) => list::run(args, context),
        Command::Show(args) => show::run(args, context),
        Command::Verify(args) => verify::run(args, context),
        Command::Diff(args) => online(context, Box::pin(diff::run(args, context))),
        Command::Log(args) => online(context, Box::pin(log::run(args, context))),
    }
}
