//! `housekey system`: the Homey itself.

mod info;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

/// The Homey itself
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Info(info::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Info(args) => info::run(args, context).await,
    }
}
