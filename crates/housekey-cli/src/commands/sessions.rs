//! `housekey sessions`: who is signed in to the Homey.

mod delete;
mod list;
mod me;

use clap::Subcommand;
use housekey::request::ArgumentError;

use crate::context::Context;
use crate::error::{Failure, Outcome};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Me(me::Args),
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Me(args) => me::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
    }
}

/// Newer Homeys do not tell the sessions of others.
fn only_on_v2(error: housekey::Error) -> Failure {
    let absent = matches!(error, housekey::Error::Argument(ArgumentError::Absent { .. }));
    let failure = Failure::from(error);
    if absent { failure.hint("`housekey sessions me` shows the one that is used") } else { failure }
}
