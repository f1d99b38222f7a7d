//! `housekey history`: every recorded change of the home.

mod adopt;
mod backfill;
mod backup;
mod check;
mod events;
mod export;
mod forget;
mod found;
mod get;
mod import;
mod list;
mod place;
mod prune;
mod rows;
mod size;
mod span;
mod wide;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Events(events::Args),
    Export(export::Args),
    Import(import::Args),
    Backfill(backfill::Args),
    Size(size::Args),
    Check(check::Args),
    Backup(backup::Args),
    Forget(forget::Args),
    Adopt(adopt::Args),
    Prune(prune::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Events(args) => events::run(args, context).await,
        Command::Export(args) => export::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
        Command::Backfill(args) => backfill::run(args, context).await,
        Command::Size(args) => size::run(args, context).await,
        Command::Check(args) => check::run(args, context).await,
        Command::Backup(args) => backup::run(args, context).await,
        Command::Forget(args) => forget::run(args, context).await,
        Command::Adopt(args) => adopt::run(args, context).await,
        Command::Prune(args) => prune::run(args, context).await,
    }
}
