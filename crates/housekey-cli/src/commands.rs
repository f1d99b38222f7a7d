//! One file for each command; here is the tree of them.

mod accounts;
mod emulate;
mod homeys;
mod status;
mod stored;

use clap::Subcommand;

use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Everything housekey can be told to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Emulate(emulate::Args),
    Status(status::Args),
    #[command(subcommand)]
    Homeys(homeys::Command),
    #[command(subcommand)]
    Accounts(accounts::Command),
}

/// Runs a command.
pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Emulate(args) => online(emulate::run(args, context)),
        Command::Status(args) => status::run(args, context),
        Command::Homeys(command) => homeys::run(command, context),
        Command::Accounts(command) => accounts::run(command, context),
    }
}

/// Runs what needs the network; only then is the runtime built, which keeps the rest quick.
fn online(work: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::failed("cannot start").because(&error))?;
    let outcome = runtime.block_on(work);
    // Whoever still waits for a lock of another process is not waited for.
    runtime.shutdown_background();
    outcome
}
