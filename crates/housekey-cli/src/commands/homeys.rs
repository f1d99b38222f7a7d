//! `housekey homeys`: the configured Homeys.

mod choose;
mod list;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

/// The Homeys that are configured here
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    #[command(name = "use")]
    Choose(choose::Args),
}

pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context),
        Command::Choose(args) => choose::run(args, context),
    }
}
