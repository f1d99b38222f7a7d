//! `housekey images`: the pictures of cameras and players.

mod found;
mod get;
mod list;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
    }
}
