//! `housekey sessions`: who is signed in to the Homey.

mod delete;
mod list;
mod me;
mod only_v2;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Me(me::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Me(args) => me::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}
