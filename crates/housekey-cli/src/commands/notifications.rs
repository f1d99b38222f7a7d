//! `housekey notifications`: the timeline.

mod create;
mod delete;
mod list;
mod owners;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Create(create::Args),
    Delete(delete::Args),
    Owners(owners::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
        Command::Owners(args) => owners::run(args, context).await,
    }
}
