//! `housekey energy`: what is used and generated.

mod live;
mod report;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Live(live::Args),
    Report(report::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Live(args) => live::run(args, context).await,
        Command::Report(args) => report::run(args, context).await,
    }
}
