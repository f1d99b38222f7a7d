//! `housekey zwave`: the Z-Wave network.

mod heal;
mod log;
mod opts;
mod send;
mod state;
mod test;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    State(state::Args),
    Log(log::Args),
    Heal(heal::Args),
    Test(test::Args),
    Send(send::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::State(args) => state::run(args, context).await,
        Command::Log(args) => log::run(args, context).await,
        Command::Heal(args) => heal::run(args, context).await,
        Command::Test(args) => test::run(args, context).await,
        Command::Send(args) => send::run(args, context).await,
    }
}
