//! `housekey variables`: the logic variables that flows read and write.

mod create;
mod get;
mod list;
mod set;

use clap::Subcommand;
use housekey::model::Variable;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{Delete, Rename};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    Set(set::Args),
    Create(create::Args),
    /// Give a variable another name; flows go on finding it
    #[command(after_help = "Example:\n  housekey variables rename guests visitors")]
    Rename(Rename<Variable>),
    /// Delete a variable
    #[command(after_help = "Example:\n  housekey variables delete guests --yes")]
    Delete(Delete<Variable>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Set(args) => set::run(args, context).await,
        Command::Create(args) => create::run(args, context).await,
        Command::Rename(args) => {
            args.run(|homey, id, values| homey.logic().update_variable(id, values), context).await
        }
        Command::Delete(args) => {
            args.run(|homey, id| homey.logic().delete_variable(id), context).await
        }
    }
}
