//! `housekey insights`: what values were over time.

mod get;
mod list;
mod named_log;
mod rows;
mod series;

use clap::Subcommand;

pub(super) use self::get::styled;

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
