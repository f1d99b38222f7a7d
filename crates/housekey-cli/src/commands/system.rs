//! `housekey system`: the Homey itself.

mod info;
mod memory;
mod name;
mod reboot;
mod storage;
mod usage;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Info(info::Args),
    Name(name::Args),
    Memory(memory::Args),
    Storage(storage::Args),
    Reboot(reboot::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Info(args) => info::run(args, context).await,
        Command::Name(args) => name::run(args, context).await,
        Command::Memory(args) => memory::run(args, context).await,
        Command::Storage(args) => storage::run(args, context).await,
        Command::Reboot(args) => reboot::run(args, context).await,
    }
}
