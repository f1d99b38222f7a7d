//! `housekey cloud`: the line to the account cloud.

mod state;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    State(state::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::State(args) => state::run(args, context).await,
    }
}
