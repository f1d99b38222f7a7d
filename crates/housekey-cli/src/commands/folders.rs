//! `housekey folders`: the folders that flows lie in.

mod create;
mod list;
mod r#move;

use clap::Subcommand;
use housekey::model::FlowFolder;

use crate::context::Context;
use crate::error::Outcome;
use crate::items::arguments::{Delete, One, Rename};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    /// Show a folder
    #[command(after_help = "Example:\n  housekey folders get Evening")]
    Get(One<FlowFolder>),
    Create(create::Args),
    /// Give a folder another name
    #[command(after_help = "Example:\n  housekey folders rename Evening Night")]
    Rename(Rename<FlowFolder>),
    Move(r#move::Args),
    /// Delete a folder; a Homey may refuse while there are flows in it
    #[command(after_help = "Example:\n  housekey folders delete Evening --yes")]
    Delete(Delete<FlowFolder>),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(folder) => {
            folder.show(|homey, id| homey.flow().get_flow_folder(id), context).await
        }
        Command::Create(args) => create::run(args, context).await,
        Command::Rename(args) => {
            args.run(|homey, id, values| homey.flow().update_flow_folder(id, values), context).await
        }
        Command::Move(args) => r#move::run(args, context).await,
        Command::Delete(args) => {
            args.run(|homey, id| homey.flow().delete_flow_folder(id), context).await
        }
    }
}
