//! `housekey reminders`: which only old firmware has.

mod list;

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
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    match args.command.unwrap_or(Command::List(list::Args::default())) {
        Command::List(args) => list::run(args, context).await,
    }
}
