//! `housekey homeys`: the configured Homeys, and how they are found and reached.

mod add;
mod choose;
mod diagnose;
mod discover;
mod list;
mod remove;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;
use crate::runtime::online;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    #[command(name = "use")]
    Choose(choose::Args),
    Add(add::Args),
    Remove(remove::Args),
    Discover(discover::Args),
    Diagnose(diagnose::Args),
}

pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context),
        Command::Choose(args) => choose::run(args, context),
        Command::Add(args) => online(context, Box::pin(add::run(args, context))),
        Command::Remove(args) => online(context, Box::pin(remove::run(args, context))),
        Command::Discover(args) => online(context, Box::pin(discover::run(args, context))),
        Command::Diagnose(args) => online(context, Box::pin(diagnose::run(args, context))),
    }
}
