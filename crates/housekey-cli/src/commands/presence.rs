//! `housekey presence`: who is at home, and who is asleep.

mod list;
mod set;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

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
