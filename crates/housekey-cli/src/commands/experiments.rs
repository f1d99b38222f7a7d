//! `housekey experiments`: features that can be tried before they are released.

mod list;
mod set;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Set(set::Args),
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    match args.command.unwrap_or(Command::List(list::Args::default())) {
        Command::List(args) => list::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
    }
}
