//! `housekey accounts`: the accounts that are signed in.

mod list;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
}

pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context),
    }
}
