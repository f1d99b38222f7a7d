//! `housekey mcp`: the home for assistants.

mod agent;
mod approve;
mod log;
mod serve;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
An assistant starts this program and talks to it over standard input and output, by the Model
Context Protocol. Log lines go to standard error, with HOUSEKEY_LOG.

Examples:
  housekey mcp
  housekey mcp --allow control
  housekey mcp --allow control,edit
  housekey mcp --allow control --dry-run")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serving,
}

#[derive(Debug, Subcommand)]
enum Command {
    Log(log::Args),
    Approve(approve::Args),
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    match args.command {
        Some(Command::Log(args)) => log::run(&args, context),
        Some(Command::Approve(args)) => approve::run(&args, context),
        None => serve::run(args.serve, context).await,
    }
}
