//! `housekey mqtt`: the home on a broker.

mod clean;
mod place;
mod preview;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Preview(preview::Args),
    Clean(clean::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Preview(args) => preview::run(args, context).await,
        Command::Clean(args) => clean::run(args, context).await,
    }
}
