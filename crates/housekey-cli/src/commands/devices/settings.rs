//! `housekey devices settings`: what can be set up about a device.

mod list;
mod set;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

/// The settings of a device, as its app defines them
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Set(set::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
    }
}
