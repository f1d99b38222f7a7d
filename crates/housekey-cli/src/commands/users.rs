//! `housekey users`: the people of the Homey.

mod get;
mod list;
mod state;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    State(state::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::State(args) => state::run(args, context).await,
    }
}
