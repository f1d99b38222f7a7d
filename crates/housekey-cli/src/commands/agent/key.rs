//! `housekey agent key`: keys of the gateway, which stand in the settings of the agent.

mod config;
mod create;
mod delete;
mod file;
mod list;
mod reload;

use std::pin::Pin;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

/// Keys of the gateway: what a program may do through it
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Create(create::Args),
    List(list::Args),
    Delete(delete::Args),
}

pub(crate) fn run(
    command: Command,
    context: &Context,
) -> Pin<Box<dyn Future<Output = Outcome> + '_>> {
    match command {
        Command::Create(args) => Box::pin(create::run(args, context)),
        Command::List(args) => Box::pin(list::run(args, context)),
        Command::Delete(args) => Box::pin(delete::run(args, context)),
    }
}
