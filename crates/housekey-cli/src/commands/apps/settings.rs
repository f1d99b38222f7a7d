//! `housekey apps settings`: what an app keeps.

mod list;
mod set;
mod unset;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

/// The settings that an app keeps
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Set(set::Args),
    Unset(unset::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::Unset(args) => unset::run(args, context).await,
    }
}
