//! `housekey keys`: API keys on the Homey, which do not end.

mod create;
mod delete;
mod list;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Create(create::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}
