//! `housekey users`: the people of the Homey.

mod list;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

/// The people who may use the Homey
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
    }
}
